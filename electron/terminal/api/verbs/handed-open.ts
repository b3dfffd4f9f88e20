import { forStaff } from '../context.ts';
import { withQueue } from '../with-queue.ts';

export const handedOpen = forStaff.handed.open.handler(({ context: { queue, account }, input }) =>
  withQueue(queue, ({ handed }) => handed.open(input.ticketId, account, input.whole)),
);
