import { api } from '../context.ts';

export const visitAnswer = api.visit.answer.handler(({ context: { visits }, input }) => visits.answer(input));
