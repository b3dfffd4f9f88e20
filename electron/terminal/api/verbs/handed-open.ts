import { forStaff } from '../context.ts';
import { withQueue } from '../with-queue.ts';

export const handedOpen = forStaff.handed.open.handler(({ context: { handed, account }, input }) =>
  withQueue(handed, (forms) => forms.open(input.ticketId, account, input.whole)),
);
