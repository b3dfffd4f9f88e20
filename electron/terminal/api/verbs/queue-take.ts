import { forKioskQueue } from '../context.ts';
import { withQueue } from '../with-queue.ts';

export const queueTake = forKioskQueue.take.handler(({ context: { queue }, input }) =>
  withQueue(queue, ({ kiosk }) => kiosk.take(input)),
);
