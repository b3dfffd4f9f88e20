import { forStaff } from '../context.ts';
import { watchQueue } from '../with-queue.ts';

export const staffQueueWatch = forStaff.queue.watch.handler(({ context: { queue }, signal }) =>
  watchQueue(queue?.station ?? null, (station) => station.snapshot(), signal),
);
