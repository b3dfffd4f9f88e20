import { allowedItems } from '../catalogue/allowed-items.ts';
import { forTerminals } from './base.ts';

/** What this terminal may not offer is to it as if it were not there. */
export const getItem = forTerminals.catalogue.get.handler(async ({ context, input, errors }) => {
  const allowed = await allowedItems(context.pool, context.terminalId);
  const entry = context.catalogue.items.get(input.slug);
  if (!entry || allowed?.has(input.slug) === false) throw errors.NOT_FOUND();
  return entry.document;
});
