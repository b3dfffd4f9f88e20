import { forOwnScreen } from '../context.ts';

export const accessRegisterCard = forOwnScreen.registerCard.handler(
  ({ context: { cardsAtReader, screen }, input, signal }) =>
    cardsAtReader.register(screen, input.pin, signal),
);
