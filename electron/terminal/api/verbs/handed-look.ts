import { forStaff } from '../context.ts';
import { withQueue } from '../with-queue.ts';

export const handedLook = forStaff.handed.look.handler(({ context: { handed, account }, input }) =>
  withQueue(handed, (forms) => forms.look(input.ticketId, account)),
);
