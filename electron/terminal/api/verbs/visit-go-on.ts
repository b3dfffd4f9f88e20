import { api } from '../context.ts';

export const visitGoOn = api.visit.goOn.handler(({ context: { visits } }) => visits.goOn());
