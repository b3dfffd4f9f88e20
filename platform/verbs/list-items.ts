import { forTerminals } from './base.ts';

export const listItems = forTerminals.catalogue.list.handler(({ context }) => ({
  items: [...context.catalogue.items.values()].map(({ item, sha256 }) => ({
    slug: item.slug,
    version: item.version,
    sha256,
  })),
}));
