import { forOwnScreen } from '../context.ts';

export const accessWatchCard = forOwnScreen.watchCard.handler(
  ({ context: { cardsAtReader, screen }, signal }) => cardsAtReader.signIn(screen, signal),
);
