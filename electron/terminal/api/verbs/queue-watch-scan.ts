import { createChanges, watch } from '../../changes.ts';
import { forKioskQueue } from '../context.ts';

export const queueWatchScan = forKioskQueue.watchScan.handler(({ context: { queue }, signal }) =>
  queue === null
    ? watch(createChanges(), () => ({ state: 'no-scanner' as const }), signal)
    : queue.scans.watch(signal),
);
