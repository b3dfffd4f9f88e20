import type { PinyinQuery } from './engine.ts';
import type { WorkerLike } from './worker-client.ts';

/** Vite bundles the Worker as a file of its own, which `worker-src 'self'` allows. */
export function startPinyinWorker(): WorkerLike<PinyinQuery> {
  return new Worker(new URL('./engine.worker.ts', import.meta.url), { type: 'module', name: 'pinyin' });
}
