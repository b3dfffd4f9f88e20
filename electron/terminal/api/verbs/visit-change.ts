import { api } from '../context.ts';

export const visitChange = api.visit.change.handler(({ context: { visits }, input }) =>
  visits.change(input.pageId),
);
