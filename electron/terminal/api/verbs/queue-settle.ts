import { forKioskQueue } from '../context.ts';
import { withQueue } from '../with-queue.ts';

export const queueSettle = forKioskQueue.settle.handler(({ context: { queue }, input }) =>
  withQueue(queue, ({ kiosk }) => kiosk.settle(input.ticketId, input.cameOut)),
);
