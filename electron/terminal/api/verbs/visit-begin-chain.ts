import { api } from '../context.ts';

export const visitBeginChain = api.visit.beginChain.handler(({ context: { visits }, input }) =>
  visits.beginChain(input),
);
