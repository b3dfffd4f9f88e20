import { api } from '../context.ts';

export const visitResumeDraft = api.visit.resumeDraft.handler(({ context: { visits }, input }) =>
  visits.resumeDraft(input.take),
);
