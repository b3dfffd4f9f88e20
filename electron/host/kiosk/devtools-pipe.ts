import type { Readable, Writable } from 'node:stream';
import { z } from 'zod';
import type { Clock } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';

/** Of one message from the browser; a picture of the screen is the longest that is ever asked for. */
const MAX_MESSAGE_BYTES = 32 * 1_048_576;
/** All waits, in milliseconds. */
export const pipeDelays = { answerWithinMs: 10_000 } as const;

const messageSchema = z.looseObject({
  id: z.int().optional(),
  method: z.string().optional(),
  params: z.looseObject({}).optional(),
  result: z.unknown().optional(),
  error: z.looseObject({ message: z.string() }).optional(),
  sessionId: z.string().optional(),
});

const jsonSchema = z
  .string()
  .transform((text, context): unknown => {
    try {
      return JSON.parse(text);
    } catch {
      context.addIssue('no JSON');
      return z.NEVER;
    }
  })
  .pipe(messageSchema);

/** `gone`: the browser has ended. `silent`: no answer in time. `refused`: it said no. */
export interface PipeFailure {
  readonly kind: 'gone' | 'silent' | 'refused';
  readonly detail: string;
}

export interface BrowserEvent {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
  /** Of the page that it happened in; null: in the browser. */
  readonly sessionId: string | null;
}

/** Chromium's `--remote-debugging-pipe`: JSON messages that a zero byte ends, in by its third descriptor, out by its fourth. */
export interface DevtoolsPipe {
  /** Always ends: with the browser's answer, or why there is none: it refuses, says nothing, or is gone. */
  call(method: string, params?: object, sessionId?: string): Promise<Result<unknown, PipeFailure>>;
  onEvent(listener: (event: BrowserEvent) => void): void;
}

export function openDevtoolsPipe(write: Writable, read: Readable, clock: Clock): DevtoolsPipe {
  const waiting = new Map<number, (answer: Result<unknown, PipeFailure>) => void>();
  const listeners = new Set<(event: BrowserEvent) => void>();
  let pieces: Buffer[] = [];
  let bytes = 0;
  let lastId = 0;

  const gone = (detail: string): void => {
    for (const answer of waiting.values()) answer(err({ kind: 'gone', detail: detail }));
    waiting.clear();
  };
  // A browser that died says so by its exit, which is what counts.
  write.on('error', () => undefined);
  read.on('error', () => undefined);
  read.on('close', () => {
    gone('the pipe is closed');
  });
  read.on('data', (chunk: Buffer) => {
    let rest = chunk;
    for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0)) {
      take(Buffer.concat([...pieces, rest.subarray(0, end)]).toString('utf8'));
      pieces = [];
      bytes = 0;
      rest = rest.subarray(end + 1);
    }
    pieces.push(rest);
    bytes += rest.length;
    if (bytes > MAX_MESSAGE_BYTES) read.destroy();
  });

  function take(text: string): void {
    const parsed = jsonSchema.safeParse(text);
    if (!parsed.success) return;
    const { id, method, params, result, error, sessionId } = parsed.data;
    if (id !== undefined) {
      waiting.get(id)?.(error ? err({ kind: 'refused', detail: error.message }) : ok(result));
      waiting.delete(id);
    } else if (method !== undefined) {
      for (const listener of listeners)
        listener({ method, params: params ?? {}, sessionId: sessionId ?? null });
    }
  }

  return {
    onEvent: (listener) => {
      listeners.add(listener);
    },
    call: (method, params = {}, sessionId) =>
      new Promise((resolve) => {
        if (read.destroyed) {
          resolve(err({ kind: 'gone', detail: method }));
          return;
        }
        lastId += 1;
        const id = lastId;
        const cancel = clock.after(pipeDelays.answerWithinMs, () => {
          waiting.delete(id);
          resolve(err({ kind: 'silent', detail: method }));
        });
        waiting.set(id, (answer) => {
          cancel();
          resolve(answer);
        });
        write.write(`${JSON.stringify({ id, method, params, ...(sessionId ? { sessionId } : {}) })}\0`);
      }),
  };
}
