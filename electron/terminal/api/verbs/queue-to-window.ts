import { forKioskQueue } from '../context.ts';
import { withQueue } from '../with-queue.ts';

export const queueToWindow = forKioskQueue.toWindow.handler(({ context: { queue }, input }) =>
  withQueue(queue, ({ toWindow }) => toWindow(input)),
);
