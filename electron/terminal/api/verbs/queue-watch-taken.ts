import { forKioskQueue } from '../context.ts';
import { watchQueue } from '../with-queue.ts';

export const queueWatchTaken = forKioskQueue.watchTaken.handler(({ context: { queue }, input, signal }) =>
  watchQueue(queue?.kiosk ?? null, (kiosk) => kiosk.taken(input.ticketId), signal),
);
