import type { StrokesQuery } from './strokes/look-up.ts';
import type { WorkerLike } from './worker-client.ts';

/** Vite bundles the Worker as a file of its own, which `worker-src 'self'` allows. */
export function startStrokesWorker(): WorkerLike<StrokesQuery> {
  return new Worker(new URL('./strokes.worker.ts', import.meta.url), { type: 'module', name: 'strokes' });
}
