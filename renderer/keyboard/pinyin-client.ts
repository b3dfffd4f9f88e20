import type { Clock } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { InjectionKey } from 'vue';
import type { PinyinAnswer, PinyinQuery } from './engine.ts';
import type { KeyboardFault, KeyboardFaultCode } from './faults.ts';
import { isWorkerMessage, type LookUpMessage } from './worker-messages.ts';

/** What of a Worker the client needs; a test passes its own. */
export interface WorkerLike {
  postMessage(message: LookUpMessage): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'error' | 'messageerror', listener: () => void): void;
  terminate(): void;
}

/** `superseded`: a later question was asked before this one was answered; there is nothing to show. */
export type PinyinOutcome = { readonly superseded: true } | ({ readonly superseded: false } & PinyinAnswer);

export interface PinyinClient {
  /** Starts the Worker, so that it is ready when the first key is touched. Does nothing when it runs. */
  warmUp(): void;
  lookUp(query: PinyinQuery): Promise<Result<PinyinOutcome, KeyboardFault>>;
  /** Ends the Worker; the next question starts a new one. */
  close(): void;
}

export const pinyinClientKey: InjectionKey<PinyinClient> = Symbol('pinyin client');

export const delays = {
  /** The first answer waits for the dictionary: up to 2 s on the slowest hardware that we know. */
  firstAnswerTimeoutMs: 20_000,
  answerTimeoutMs: 3_000,
} as const;

/** A Worker that dies again and again is broken; then the keyboard says so instead of trying on. */
const MAX_STARTS = 3;

interface Pending {
  readonly id: number;
  readonly finish: (result: Result<PinyinOutcome, KeyboardFault>) => void;
  readonly cancelTimeout: () => void;
}

export function createPinyinClient(startWorker: () => WorkerLike, clock: Clock): PinyinClient {
  let worker: WorkerLike | null = null;
  let starts = 0;
  let hasAnswered = false;
  let lastId = 0;
  let pending: Pending | null = null;

  function finish(result: Result<PinyinOutcome, KeyboardFault>): void {
    const finished = pending;
    pending = null;
    finished?.cancelTimeout();
    finished?.finish(result);
  }

  function fail(code: KeyboardFaultCode): void {
    worker?.terminate();
    worker = null;
    finish(err({ code }));
  }

  function start(): WorkerLike | null {
    if (worker !== null) return worker;
    if (starts >= MAX_STARTS) return null;
    starts += 1;
    hasAnswered = false;
    let started: WorkerLike;
    try {
      started = startWorker();
    } catch {
      // The constructor throws when the Content-Security-Policy forbids the script.
      return null;
    }
    // A Worker that was replaced may still deliver an event.
    const ifCurrent = (action: () => void) => () => {
      if (worker === started) action();
    };
    started.addEventListener('message', ({ data }) => {
      ifCurrent(() => {
        receive(data);
      })();
    });
    const died = ifCurrent(() => {
      fail('keyboard.worker-failed');
    });
    started.addEventListener('error', died);
    started.addEventListener('messageerror', died);
    worker = started;
    return started;
  }

  function receive(data: unknown): void {
    if (!isWorkerMessage(data)) return;
    switch (data.type) {
      case 'ready':
        // It works: later deaths are accidents of their own.
        starts = 1;
        return;
      case 'no-dictionary':
        fail('keyboard.dictionary-missing');
        return;
      case 'answer':
        hasAnswered = true;
        if (data.id === pending?.id) finish(ok({ superseded: false, ...data.answer }));
        return;
      default:
        data satisfies never;
    }
  }

  return {
    warmUp() {
      start();
    },
    lookUp(query) {
      finish(ok({ superseded: true }));
      const running = start();
      if (running === null) return Promise.resolve(err({ code: 'keyboard.worker-failed' }));
      lastId += 1;
      const id = lastId;
      return new Promise((resolve) => {
        const timeoutMs = hasAnswered ? delays.answerTimeoutMs : delays.firstAnswerTimeoutMs;
        const cancelTimeout = clock.after(timeoutMs, () => {
          fail('keyboard.silent');
        });
        pending = { id, finish: resolve, cancelTimeout };
        running.postMessage({ id, query });
      });
    },
    close() {
      worker?.terminate();
      worker = null;
      starts = 0;
      finish(ok({ superseded: true }));
    },
  };
}
