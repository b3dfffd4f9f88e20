import { api } from '../context.ts';

export const visitDropPage = api.visit.dropPage.handler(({ context: { visits }, input }) =>
  visits.dropPage(input.photoId),
);
