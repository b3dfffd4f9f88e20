import { api } from '../context.ts';

export const visitSetLanguage = api.visit.setLanguage.handler(({ context: { visits }, input }) =>
  visits.setLanguage(input.language),
);
