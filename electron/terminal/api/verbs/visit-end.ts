import { api } from '../context.ts';

export const visitEnd = api.visit.end.handler(({ context: { visits }, input }) => visits.end(input.reason));
