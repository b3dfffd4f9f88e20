import { forStaff } from '../context.ts';
import { withQueue } from '../with-queue.ts';

export const staffQueueReprint = forStaff.queue.reprint.handler(({ context: { queue }, input }) =>
  withQueue(queue, ({ kiosk }) => kiosk.reprint(input.ticketId, 'zh')),
);
