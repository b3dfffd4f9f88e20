import type { Clock } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { KeyboardFault, KeyboardFaultCode } from './faults.ts';
import { isWorkerMessage, type LookUpMessage } from './worker-messages.ts';

/** What of a Worker the client needs; a test passes its own. */
export interface WorkerLike<Query> {
  postMessage(message: LookUpMessage<Query>): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'error' | 'messageerror', listener: () => void): void;
  terminate(): void;
}

/** `superseded`: a later question was asked before this one was answered; there is nothing to show. */
export type Outcome<Answer> =
  { readonly superseded: true } | { readonly superseded: false; readonly answer: Answer };

/** Asks a Worker that looks characters up. Only the last question counts. */
export interface WorkerClient<Query, Answer> {
  /** Starts the Worker, so that it is ready when the first key is touched. Does nothing when it runs. */
  warmUp(): void;
  lookUp(query: Query): Promise<Result<Outcome<Answer>, KeyboardFault>>;
  /** Ends the Worker; the next question starts a new one. */
  close(): void;
}

/** What is said when the Worker does not start or dies, has no data, or does not answer. */
export interface WorkerFaults {
  readonly failed: KeyboardFaultCode;
  readonly noData: KeyboardFaultCode;
  readonly silent: KeyboardFaultCode;
}

export const delays = {
  /** The first answer waits for the data: up to 4 s on the slowest hardware that we know. */
  firstAnswerTimeoutMs: 20_000,
  answerTimeoutMs: 3_000,
} as const;

/** A Worker that dies again and again is broken; then the keyboard says so instead of trying on. */
const MAX_STARTS = 3;

interface Pending<Answer> {
  readonly id: number;
  readonly finish: (result: Result<Outcome<Answer>, KeyboardFault>) => void;
  readonly cancelTimeout: () => void;
}

export function createWorkerClient<Query, Answer>(
  startWorker: () => WorkerLike<Query>,
  isAnswer: (data: unknown) => data is Answer,
  faults: WorkerFaults,
  clock: Clock,
): WorkerClient<Query, Answer> {
  let worker: WorkerLike<Query> | null = null;
  let starts = 0;
  let hasAnswered = false;
  let lastId = 0;
  let pending: Pending<Answer> | null = null;

  function finish(result: Result<Outcome<Answer>, KeyboardFault>): void {
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

  function start(): WorkerLike<Query> | null {
    if (worker !== null) return worker;
    if (starts >= MAX_STARTS) return null;
    starts += 1;
    hasAnswered = false;
    let started: WorkerLike<Query>;
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
      fail(faults.failed);
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
      case 'no-data':
        fail(faults.noData);
        return;
      case 'answer':
        hasAnswered = true;
        if (data.id === pending?.id && isAnswer(data.answer)) {
          finish(ok({ superseded: false, answer: data.answer }));
        }
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
      if (running === null) return Promise.resolve(err({ code: faults.failed }));
      lastId += 1;
      const id = lastId;
      return new Promise((resolve) => {
        const timeoutMs = hasAnswered ? delays.answerTimeoutMs : delays.firstAnswerTimeoutMs;
        const cancelTimeout = clock.after(timeoutMs, () => {
          fail(faults.silent);
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
