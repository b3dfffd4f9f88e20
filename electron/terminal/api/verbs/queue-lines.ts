import { ok } from '#contract/result.ts';
import { forKioskQueue } from '../context.ts';
import { withQueue } from '../with-queue.ts';

export const queueLines = forKioskQueue.lines.handler(({ context: { queue } }) =>
  withQueue(queue, ({ kiosk }) => ok({ lines: [...kiosk.lines()] })),
);
