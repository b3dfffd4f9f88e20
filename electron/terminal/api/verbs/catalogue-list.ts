import { fault } from '#contract/fault.ts';
import { err, ok } from '#contract/result.ts';
import { itemSummary } from '../../visits/step-view.ts';
import { api } from '../context.ts';

export const catalogueList = api.catalogue.list.handler(({ context: { catalogue } }) => {
  const items = catalogue.items();
  return items.length === 0 ? err(fault('catalogue.empty')) : ok(items.map(itemSummary));
});
