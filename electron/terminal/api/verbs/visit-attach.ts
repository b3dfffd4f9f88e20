import { api } from '../context.ts';

export const visitAttach = api.visit.attach.handler(({ context: { visits }, input }) => visits.attach(input));
