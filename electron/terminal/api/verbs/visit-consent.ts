import { api } from '../context.ts';

export const visitConsent = api.visit.consent.handler(({ context: { visits }, input }) =>
  visits.consent(input.consentIds),
);
