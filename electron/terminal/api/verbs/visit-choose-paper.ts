import { api } from '../context.ts';

export const visitChoosePaper = api.visit.choosePaper.handler(({ context: { visits }, input }) =>
  visits.choosePaper(input.paperId, input.way),
);
