import { api } from '../context.ts';

export const chainsGuide = api.chains.guide.handler(({ context: { chains }, input }) =>
  chains.guide(input.id),
);
