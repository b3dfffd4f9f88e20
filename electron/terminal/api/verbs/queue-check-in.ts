import { forKioskQueue } from '../context.ts';
import { withQueue } from '../with-queue.ts';

export const queueCheckIn = forKioskQueue.checkIn.handler(({ context: { queue }, input }) =>
  withQueue(queue, ({ checkIn }) => checkIn.checkIn(input)),
);
