import { forTerminals } from './base.ts';

export const listChains = forTerminals.catalogue.chains.handler(({ context }) => ({
  chains: [...context.catalogue.chains],
}));
