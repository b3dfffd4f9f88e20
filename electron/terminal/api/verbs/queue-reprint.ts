import { forKioskQueue } from '../context.ts';
import { withQueue } from '../with-queue.ts';

export const queueReprint = forKioskQueue.reprint.handler(({ context: { queue }, input }) =>
  withQueue(queue, ({ kiosk }) => kiosk.reprint(input.ticketId, input.language)),
);
