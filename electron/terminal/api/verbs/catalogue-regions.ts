import { ok } from '#contract/result.ts';
import { api } from '../context.ts';

export const catalogueRegions = api.catalogue.regions.handler(({ context: { regions }, input }) =>
  ok(regions.levels(input.code)),
);
