import { api } from '../context.ts';

export const visitFinishGroup = api.visit.finishGroup.handler(({ context: { visits }, input }) =>
  visits.finishGroup(input.pageId, input.confirmedOdd),
);
