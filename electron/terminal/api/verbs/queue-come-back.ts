import { forKioskQueue } from '../context.ts';
import { withQueue } from '../with-queue.ts';

export const queueComeBack = forKioskQueue.comeBack.handler(({ context: { queue }, input }) =>
  withQueue(queue, ({ kiosk }) => kiosk.comeBack(input)),
);
