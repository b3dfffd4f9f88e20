import type { Clock } from '#contract/ports.ts';
import {
  isPaperAnswer,
  type PaperAnswer,
  type PaperQuery,
  type PaperView,
  type TakenPage,
} from './paper-messages.ts';

/** What a client needs of a Worker. */
export interface PaperWorker {
  postMessage(message: PaperQuery, transfer: Transferable[]): void;
  addEventListener(
    type: 'message' | 'error',
    listener: (event: Event & { readonly data?: unknown }) => void,
  ): void;
  terminate(): void;
}

/** A page of an eight-megapixel camera takes some two seconds on the slowest station. */
const ANSWERS_WITHIN_MS = 20_000;

/** Looks at frames beside the page's own thread. Null: it did not work. */
export interface PaperClient {
  look(frame: ImageBitmap): Promise<PaperView | null>;
  take(frame: ImageBitmap): Promise<TakenPage | null>;
  /** Ends the Worker, and with it every picture that it holds. */
  close(): void;
}

export function createPaperClient(startWorker: () => PaperWorker, clock: Clock): PaperClient {
  const waiting = new Map<number, (answer: PaperAnswer | null) => void>();
  let worker: PaperWorker | null = null;
  let lastId = 0;

  function running(): PaperWorker {
    if (worker) return worker;
    const started = startWorker();
    started.addEventListener('message', ({ data }) => {
      if (!isPaperAnswer(data)) return;
      waiting.get(data.id)?.(data);
    });
    started.addEventListener('error', close);
    worker = started;
    return started;
  }

  function ask(kind: PaperQuery['kind'], frame: ImageBitmap): Promise<PaperAnswer | null> {
    lastId += 1;
    const id = lastId;
    return new Promise((resolve) => {
      const cancel = clock.after(ANSWERS_WITHIN_MS, close);
      waiting.set(id, (answer) => {
        cancel();
        waiting.delete(id);
        resolve(answer);
      });
      running().postMessage({ id, kind, frame }, [frame]);
    });
  }

  function close(): void {
    worker?.terminate();
    worker = null;
    for (const give of [...waiting.values()]) give(null);
  }

  return {
    look: async (frame) => {
      const answer = await ask('look', frame);
      return answer?.kind === 'seen' ? answer.view : null;
    },
    take: async (frame) => {
      const answer = await ask('take', frame);
      return answer?.kind === 'taken' ? answer.page : null;
    },
    close,
  };
}

/** Vite bundles the Worker as a file of its own, which `worker-src 'self'` allows. */
export function startPaperWorker(): PaperWorker {
  return new Worker(new URL('./paper.worker.ts', import.meta.url), { type: 'module', name: 'paper' });
}
