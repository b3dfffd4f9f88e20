import { api } from '../context.ts';

export const visitAddEntry = api.visit.addEntry.handler(({ context: { visits }, input }) =>
  visits.addEntry(input.pageId),
);
