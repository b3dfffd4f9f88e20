import { api } from '../context.ts';

export const visitKeepDraft = api.visit.keepDraft.handler(({ context: { visits } }) => visits.keepDraft());
