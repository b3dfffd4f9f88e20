import { createChanges, watch } from '../../changes.ts';
import { forKioskQueue } from '../context.ts';

export const queueWatchCard = forKioskQueue.watchCard.handler(({ context: { queue }, signal }) =>
  queue === null
    ? watch(createChanges(), () => ({ state: 'no-reader' as const }), signal)
    : queue.cards.watch(signal),
);
