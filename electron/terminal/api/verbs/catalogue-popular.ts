import { ok } from '#contract/result.ts';
import { itemSummary } from '../../visits/step-view.ts';
import { api } from '../context.ts';

export const cataloguePopular = api.catalogue.popular.handler(({ context: { finder } }) =>
  ok(finder.popular().map(itemSummary)),
);
