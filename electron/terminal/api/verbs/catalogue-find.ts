import { ok } from '#contract/result.ts';
import { itemSummary } from '../../visits/step-view.ts';
import { api } from '../context.ts';

/** What is typed is looked at and forgotten: it is in no log. */
export const catalogueFind = api.catalogue.find.handler(({ context: { finder }, input }) =>
  ok(finder.find(input.words).map(itemSummary)),
);
