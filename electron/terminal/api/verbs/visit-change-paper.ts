import { api } from '../context.ts';

export const visitChangePaper = api.visit.changePaper.handler(({ context: { visits }, input }) =>
  visits.changePaper(input.paperId),
);
