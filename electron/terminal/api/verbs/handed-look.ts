import { forStaff } from '../context.ts';
import { withQueue } from '../with-queue.ts';

export const handedLook = forStaff.handed.look.handler(({ context: { queue, account }, input }) =>
  withQueue(queue, ({ handed }) => handed.look(input.ticketId, account)),
);
