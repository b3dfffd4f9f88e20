import { forOwnCard } from '../context.ts';

export const accessRemoveCard = forOwnCard.removeCard.handler(({ context: { cards, account } }) =>
  cards.forgetCard(account, 'staff'),
);
