import { forKioskQueue } from '../context.ts';
import { withQueue } from '../with-queue.ts';

export const queueGiveUp = forKioskQueue.giveUp.handler(({ context: { queue }, input }) =>
  withQueue(queue, ({ kiosk }) => kiosk.giveUp(input.ticketId, input.reason)),
);
