import { ok } from '#contract/result.ts';
import { api } from '../context.ts';

export const chainsFind = api.chains.find.handler(({ context: { chains }, input }) =>
  ok(chains.find(input.words)),
);
