import { allowedItems } from '../catalogue/allowed-items.ts';
import { forTerminals } from './base.ts';

export const listItems = forTerminals.catalogue.list.handler(async ({ context }) => {
  const allowed = await allowedItems(context.pool, context.terminalId);
  const items = [...context.catalogue.items.values()].filter(({ item }) => allowed?.has(item.slug) !== false);
  return { items: items.map(({ item, sha256 }) => ({ slug: item.slug, version: item.version, sha256 })) };
});
