import { ok } from '#contract/result.ts';
import { forOwnCard } from '../context.ts';

export const accessOwnCard = forOwnCard.ownCard.handler(({ context: { cards, account } }) =>
  ok({ use: cards.use, sinceMs: cards.cardSinceMs(account) }),
);
