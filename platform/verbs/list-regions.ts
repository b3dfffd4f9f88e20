import { forTerminals } from './base.ts';

/** Whole: of a table that changes once a year, changes alone would not be worth their rules. */
export const listRegions = forTerminals.catalogue.regions.handler(({ context, input }) => {
  const { regions } = context.catalogue;
  if (regions === null) return { state: 'none' as const };
  if (regions.sha256 === input.known) return { state: 'same' as const };
  return { state: 'table' as const, table: regions };
});
