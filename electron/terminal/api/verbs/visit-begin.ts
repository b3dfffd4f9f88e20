import { api } from '../context.ts';

export const visitBegin = api.visit.begin.handler(({ context: { visits }, input }) => visits.begin(input));
