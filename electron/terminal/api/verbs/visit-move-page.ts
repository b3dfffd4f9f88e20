import { api } from '../context.ts';

export const visitMovePage = api.visit.movePage.handler(({ context: { visits }, input }) =>
  visits.movePage(input.photoId, input.to),
);
