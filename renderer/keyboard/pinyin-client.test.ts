import type { Clock } from '#contract/ports.ts';
import { describe, expect, it } from 'vitest';
import type { PinyinQuery } from './engine.ts';
import { createPinyinClient } from './pinyin-client.ts';
import { delays, type WorkerLike } from './worker-client.ts';
import type { LookUpMessage, WorkerMessage } from './worker-messages.ts';

class SimulatedClock implements Clock {
  #nowMs = 0;
  readonly #timers = new Set<{ readonly atMs: number; readonly callback: () => void }>();

  now(): number {
    return this.#nowMs;
  }

  monotonicMs(): number {
    return this.#nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  advance(byMs: number): void {
    this.#nowMs += byMs;
    for (const timer of [...this.#timers]) {
      if (timer.atMs > this.#nowMs) continue;
      this.#timers.delete(timer);
      timer.callback();
    }
  }

  get waiting(): number {
    return this.#timers.size;
  }
}

class FakeWorker implements WorkerLike<PinyinQuery> {
  readonly received: LookUpMessage<PinyinQuery>[] = [];
  isTerminated = false;
  readonly #onMessage: ((event: { readonly data: unknown }) => void)[] = [];
  readonly #onError: (() => void)[] = [];

  postMessage(message: LookUpMessage<PinyinQuery>): void {
    this.received.push(message);
  }

  addEventListener(
    type: 'message' | 'error' | 'messageerror',
    listener: (event: { readonly data: unknown }) => void,
  ): void {
    if (type === 'message') this.#onMessage.push(listener);
    if (type === 'error') {
      this.#onError.push(() => {
        listener({ data: null });
      });
    }
  }

  terminate(): void {
    this.isTerminated = true;
  }

  say(data: WorkerMessage | 'noise'): void {
    for (const listener of this.#onMessage) listener({ data });
  }

  die(): void {
    for (const listener of this.#onError) listener();
  }

  answerLast(text: string): void {
    const id = this.received.at(-1)?.id ?? 0;
    const candidates = [{ text, reading: ['zhang'], consumed: 5 }];
    this.say({ type: 'answer', id, answer: { syllables: ['zhang'], candidates } });
  }
}

const query = { input: 'zhang', purpose: 'name', fuzzy: true, maxCandidates: 10 } as const;

function build() {
  const clock = new SimulatedClock();
  const workers: FakeWorker[] = [];
  const client = createPinyinClient(() => {
    const worker = new FakeWorker();
    workers.push(worker);
    return worker;
  }, clock);
  const last = () => {
    const worker = workers.at(-1);
    if (worker === undefined) throw new Error('no worker was started');
    return worker;
  };
  return { clock, workers, client, last };
}

describe('the pinyin client', () => {
  it('brings the answer to the question that was asked', async () => {
    const { client, last, clock } = build();
    const asked = client.lookUp(query);
    last().say('noise');
    last().answerLast('张');
    expect(await asked).toMatchObject({
      ok: true,
      value: { superseded: false, answer: { candidates: [{ text: '张' }] } },
    });
    expect(clock.waiting).toBe(0);
  });

  it('starts one Worker, and only when it is wanted', async () => {
    const { client, workers, last } = build();
    expect(workers).toHaveLength(0);
    client.warmUp();
    client.warmUp();
    const asked = client.lookUp(query);
    last().answerLast('张');
    await asked;
    expect(workers).toHaveLength(1);
  });

  it('tells an older question that a later one was asked, and ignores its answer', async () => {
    const { client, last } = build();
    const older = client.lookUp(query);
    const olderId = last().received[0]?.id ?? -1;
    const later = client.lookUp({ ...query, input: 'zhangs' });
    expect(await older).toEqual({ ok: true, value: { superseded: true } });
    last().say({ type: 'answer', id: olderId, answer: { syllables: [], candidates: [] } });
    last().answerLast('张三');
    expect(await later).toMatchObject({ value: { answer: { candidates: [{ text: '张三' }] } } });
  });

  it('says so when the Worker dies, and starts another for the next question', async () => {
    const { client, workers, last } = build();
    const asked = client.lookUp(query);
    last().die();
    expect(await asked).toEqual({ ok: false, fault: { code: 'keyboard.worker-failed' } });
    const again = client.lookUp(query);
    expect(workers).toHaveLength(2);
    last().answerLast('张');
    expect(await again).toMatchObject({ ok: true });
  });

  it('gives up on a Worker that dies each time', async () => {
    const { client, workers, last } = build();
    for (let time = 0; time < 3; time += 1) {
      const asked = client.lookUp(query);
      last().die();
      await asked;
    }
    expect(await client.lookUp(query)).toEqual({ ok: false, fault: { code: 'keyboard.worker-failed' } });
    expect(workers).toHaveLength(3);
  });

  it('says so when the dictionary cannot be loaded', async () => {
    const { client, last } = build();
    const asked = client.lookUp(query);
    last().say({ type: 'no-data' });
    expect(await asked).toEqual({ ok: false, fault: { code: 'keyboard.dictionary-missing' } });
    expect(last().isTerminated).toBe(true);
  });

  it('waits longer for the first answer, which needs the dictionary, than for the others', async () => {
    const { client, last, clock } = build();
    const first = client.lookUp(query);
    clock.advance(delays.firstAnswerTimeoutMs - 1);
    last().answerLast('张');
    expect(await first).toMatchObject({ ok: true });
    const second = client.lookUp(query);
    clock.advance(delays.answerTimeoutMs);
    expect(await second).toEqual({ ok: false, fault: { code: 'keyboard.silent' } });
    expect(last().isTerminated).toBe(true);
  });

  it('says so when the page may not start a Worker at all', async () => {
    const client = createPinyinClient(() => {
      throw new Error('refused by policy');
    }, new SimulatedClock());
    expect(await client.lookUp(query)).toEqual({ ok: false, fault: { code: 'keyboard.worker-failed' } });
  });

  it('ends the Worker and the open question when it is closed', async () => {
    const { client, last } = build();
    const asked = client.lookUp(query);
    client.close();
    expect(await asked).toEqual({ ok: true, value: { superseded: true } });
    expect(last().isTerminated).toBe(true);
  });
});
