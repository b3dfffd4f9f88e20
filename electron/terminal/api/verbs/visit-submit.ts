import { api } from '../context.ts';

export const visitSubmit = api.visit.submit.handler(({ context: { visits } }) => visits.submit());
