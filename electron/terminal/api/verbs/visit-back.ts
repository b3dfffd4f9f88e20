import { api } from '../context.ts';

export const visitBack = api.visit.back.handler(({ context: { visits } }) => visits.back());
