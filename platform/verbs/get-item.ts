import { forTerminals } from './base.ts';

export const getItem = forTerminals.catalogue.get.handler(({ context, input, errors }) => {
  const entry = context.catalogue.items.get(input.slug);
  if (!entry) throw errors.NOT_FOUND();
  return entry.document;
});
