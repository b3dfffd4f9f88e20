import { api } from '../context.ts';

export const visitAnother = api.visit.another.handler(({ context: { visits } }) => visits.another());
