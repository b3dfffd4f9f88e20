import { forStaff } from '../context.ts';
import { withQueue } from '../with-queue.ts';

export const staffQueueFind = forStaff.queue.find.handler(({ context: { queue }, input }) =>
  withQueue(queue, ({ station }) => station.find(input.number)),
);
