import { api } from '../context.ts';

export const visitRemoveEntry = api.visit.removeEntry.handler(({ context: { visits }, input }) =>
  visits.removeEntry(input.pageId, input.index),
);
