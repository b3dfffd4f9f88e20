import { createChanges, watch } from '../../changes.ts';
import { forKioskQueue } from '../context.ts';

export const queueWatchBookingCard = forKioskQueue.watchBookingCard.handler(
  ({ context: { queue }, signal }) =>
    queue === null
      ? watch(createChanges(), () => ({ state: 'no-reader' as const }), signal)
      : queue.bookingCards.watch(signal),
);
