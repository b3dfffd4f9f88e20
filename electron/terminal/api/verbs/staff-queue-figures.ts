import { ok } from '#contract/result.ts';
import { forStaff } from '../context.ts';
import { withQueue } from '../with-queue.ts';

export const staffQueueFigures = forStaff.queue.figures.handler(({ context: { queue }, input }) =>
  withQueue(queue, ({ station }) => ok(station.figures(input.day))),
);
