import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { fault } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { watchPlatformLine } from '#terminal/health/platform-line.ts';
import type { PlatformClient, PlatformFault } from '#terminal/outbox/platform-client.ts';
import { seeded } from '../../support/seeded.ts';
import type { Backoff } from '#terminal/outbox/backoff.ts';
import { coreConfig, coreItem, startTerminalCore, submitTo } from '../../support/terminal-core.ts';

/** An overloaded platform says 429 and 503 in turn, each with its wish; the terminal's own forwarder, outbox and line obey it. */

const ROWS = 60;
const MINUTE_MS = 60_000;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yizhan-mixed-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Told {
  readonly atMs: number;
  readonly waitMs: number;
}

/** The terminal's own parts around a platform that answers so. */
function startStation(
  calls: Pick<PlatformClient, 'submit' | 'isAlive'>,
  { clock, random, backoff }: { clock: SimulatedClock; random: () => number; backoff: Backoff },
) {
  let backs = 0;
  // The other calls are not made by these.
  const client = { ...calls, close: () => undefined } as unknown as PlatformClient;
  const core = startTerminalCore({
    dataDir: folder,
    config: coreConfig(1),
    masterKey: new Uint8Array(32).fill(7),
    clock,
    atEndOfTurn: queueMicrotask,
    random,
    randomBytes: (count) => Buffer.from(Uint8Array.from({ length: count }, () => Math.floor(random() * 256))),
    client,
    payloadRetentionMs: 0,
    backoff,
    onLine: (state) => line.saw(state),
    bend: (outbox) => outbox,
  });
  const line = watchPlatformLine({
    client,
    clock,
    checkEveryMs: 10_000,
    onBack: () => {
      backs += 1;
      core.forwarder.lineIsBack();
    },
  });
  return {
    core,
    line,
    backs: () => backs,
    stop: async () => {
      line.stop();
      await core.forwarder.stop();
      core.store.close();
    },
  };
}

function received(
  key: Parameters<PlatformClient['submit']>[0],
  { payloadSha256 }: Parameters<PlatformClient['submit']>[1],
  clock: SimulatedClock,
) {
  const receivedAt = new Date(clock.now()).toISOString();
  return ok({ ...key, caseNo: 'BJ1', status: '02' as const, receivedAt, payloadSha256 });
}

/** So many in a hundred are 503, the rest 429. */
async function tenMinutes(unavailable: number, answerMs: number) {
  const clock = new SimulatedClock();
  const random = seeded(unavailable * 1000 + answerMs);
  const told = new Map<string, Told[]>();
  let isWell = false;

  const notNow = (): PlatformFault =>
    random() * 100 < unavailable
      ? { ...fault('platform.failed'), status: 503, retryAfterMs: 5_000 }
      : { ...fault('platform.busy'), status: 429, retryAfterMs: 2_000 + Math.floor(random() * 9) * 1_000 };
  const later = async <T>(answer: () => Result<T, PlatformFault>): Promise<Result<T, PlatformFault>> => {
    await new Promise<void>((resolve) => void clock.after(answerMs, resolve));
    return answer();
  };
  const submit: PlatformClient['submit'] = (key, submission) => {
    const atMs = clock.monotonicMs();
    return later(() => {
      if (!isWell) {
        const answer = notNow();
        const before = told.get(key.applicationId) ?? [];
        told.set(key.applicationId, [...before, { atMs, waitMs: answer.retryAfterMs ?? 0 }]);
        return err(answer);
      }
      return received(key, submission, clock);
    });
  };
  const isAlive: PlatformClient['isAlive'] = () =>
    later(() => (isWell || random() < 0.5 ? ok(null) : err(notNow())));
  const backoff = { baseMs: 2_000, capMs: 300_000 };
  const { core, backs, stop } = startStation({ submit, isAlive }, { clock, random, backoff });
  for (let row = 0; row < ROWS; row += 1) await submitTo(core, coreItem(), core.newId(), String(row));
  await clock.advance(10 * MINUTE_MS);
  const tries = [...told.values()].flat().length;
  isWell = true;
  await clock.advance(10 * MINUTE_MS);
  const left = core.outbox.counts();
  await stop();
  return { told, tries, backs: backs(), left };
}

it.each([
  [0, 100],
  [30, 100],
  [50, 1],
  [80, 100],
  [100, 100],
])(
  'of %i 503 in a hundred, each after %i ms, no row is sent before the wish of its last answer, and all arrive in the end',
  async (share, answerMs) => {
    const { told, tries, backs, left } = await tenMinutes(share, answerMs);
    for (const answers of told.values()) {
      for (const [index, { atMs, waitMs }] of answers.entries()) {
        const next = answers[index + 1];
        if (next !== undefined) expect(next.atMs).toBeGreaterThanOrEqual(atMs + waitMs);
      }
    }
    // Health says yes and no in turn: the line may come back with each of its looks, and with nothing else.
    expect(backs).toBeLessThanOrEqual(31);
    expect(tries).toBeGreaterThan(10);
    expect(left).toEqual({ waiting: 0, parked: 0 });
  },
  120_000,
);

it.each([
  'identity.not-enrolled',
  'identity.key-unreadable',
  'platform.not-authorised',
  'platform.terminal-unknown',
  'platform.terminal-revoked',
  'platform.signature-refused',
  'platform.replayed',
  'platform.clock-skew',
] as const)(
  'of a terminal that is not let in (%s) the line stays what it is, and all arrive when it is',
  async (code) => {
    const clock = new SimulatedClock();
    let isKnown = false;
    let tries = 0;
    const submit: PlatformClient['submit'] = (key, submission) => {
      tries += 1;
      return Promise.resolve(isKnown ? received(key, submission, clock) : err(fault(code)));
    };
    const { core, line, backs, stop } = startStation(
      { submit, isAlive: () => Promise.resolve(ok(null)) },
      { clock, random: seeded(7), backoff: { baseMs: 2_000, capMs: 300_000 } },
    );
    for (let row = 0; row < 5; row += 1) await submitTo(core, coreItem(), core.newId(), String(row));
    await clock.advance(10 * MINUTE_MS);
    expect(tries).toBeGreaterThan(3);
    expect(line.state()).toBe('online');
    expect(backs()).toBe(1);
    isKnown = true;
    await clock.advance(30 * MINUTE_MS);
    expect(core.outbox.counts()).toEqual({ waiting: 0, parked: 0 });
    await stop();
  },
);

/** Its wall clock can be set. */
class SetClock extends SimulatedClock {
  aheadMs = 0;
  override now(): number {
    return super.now() + this.aheadMs;
  }
}

it('a wish from before the clock was set back keeps no row waiting when the line is back', async () => {
  const clock = new SetClock();
  const hourMs = 60 * MINUTE_MS;
  const answers: PlatformFault[] = [
    { ...fault('platform.failed'), status: 503, retryAfterMs: hourMs },
    fault('platform.unreachable', 'ECONNREFUSED'),
  ];
  const arrivedMs: number[] = [];
  const submit: PlatformClient['submit'] = (key, submission) => {
    const answer = answers.shift();
    if (answer !== undefined) return Promise.resolve(err(answer));
    arrivedMs.push(clock.monotonicMs());
    return Promise.resolve(received(key, submission, clock));
  };
  const { core, stop } = startStation(
    { submit, isAlive: () => Promise.resolve(ok(null)) },
    { clock, random: () => 0.99, backoff: { baseMs: 20 * MINUTE_MS, capMs: hourMs } },
  );
  await submitTo(core, coreItem(), core.newId(), '1');
  await clock.advance(1_000);
  expect(answers).toHaveLength(1);
  clock.aheadMs = -2 * hourMs;
  // A look at the clock, the try that finds no line, and the line's own look.
  await clock.advance(2 * MINUTE_MS);
  expect(answers).toHaveLength(0);
  expect(arrivedMs).toHaveLength(1);
  expect(core.outbox.counts()).toEqual({ waiting: 0, parked: 0 });
  await stop();
});
