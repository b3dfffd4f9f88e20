import { expect, test } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { fault } from '#contract/fault.ts';
import { err, ok } from '#contract/result.ts';
import { heartbeatSchema, type Heartbeat } from '#contract/fleet.ts';
import type { LogLine } from '../log.ts';
import { startReports, type ReportPorts } from './report.ts';
import { signer } from './for-tests.ts';

const EVERY_MS = 60_000;
/** Longer than any wait behind one failure. */
const LATER_MS = 2 * EVERY_MS;

const KEY_ID = 'k'.repeat(43);

const report: Heartbeat = {
  at: '2026-11-21T17:30:00.000Z',
  everySeconds: 60,
  oldestUnsentSeconds: null,
  outbox: { pending: 0, sending: 0, waiting: 0, rejected: 0, conflict: 0 },
  troubles: [],
  versions: { program: '1.0.0', schema: '28', catalogue: 'c1', config: 'k1' },
  diskFreeMiB: null,
  diskReserveMiB: 500,
  clockSkewMs: 0,
  uptimeSeconds: 1,
  crashes24h: 0,
  mode: 'in-service',
  queue: 'none',
  certificateUntil: null,
  refused: [],
};

function start(
  more: Partial<ReportPorts> = {},
  platformAheadMs = 0,
): {
  readonly clock: SimulatedClock;
  readonly sent: Heartbeat[];
  readonly lines: LogLine[];
} {
  const clock = new SimulatedClock();
  const sent: Heartbeat[] = [];
  const lines: LogLine[] = [];
  startReports({
    client: {
      heartbeat: (told) => {
        sent.push(told);
        return Promise.resolve(
          ok({
            time: new Date(clock.now() + platformAheadMs).toISOString(),
            fleetKey: signer().key,
            commands: [],
          }),
        );
      },
      settle: () => Promise.resolve(ok(null)),
    },
    gathering: { heartbeat: () => report, close: () => undefined },
    orders: {
      follow: () => ok(null),
      toTell: () => [],
      told: () => ok(null),
      refused: () => [],
      refuse: () => ok(null),
      refusedTold: () => undefined,
    },
    keys: { heard: () => undefined, refused: () => undefined, toTell: () => null },
    clock,
    random: () => 0.5,
    everyMs: EVERY_MS,
    log: (line) => lines.push(line),
    ...more,
  });
  return { clock, sent, lines };
}

test('whatever is thrown while one is made is logged, and the next one comes', async () => {
  let times = 0;
  const { clock, sent, lines } = start({
    gathering: {
      heartbeat: () => {
        times += 1;
        if (times === 1) throw new Error('database or disk is full');
        return report;
      },
      close: () => undefined,
    },
  });
  await clock.advance(EVERY_MS / 2);
  expect(lines).toEqual([
    { level: 'error', event: 'fleet.report-failed', detail: 'database or disk is full' },
  ]);
  await clock.advance(LATER_MS);
  expect(sent.length).toBeGreaterThan(0);
});

test.each([150_000, -150_000])(
  'a clock that is off by %d ms, below what signed calls complain of, is told with the second heartbeat',
  async (aheadMs) => {
    const { clock, sent } = start({}, aheadMs);
    await clock.advance(EVERY_MS / 2 + LATER_MS);
    expect(sent.slice(0, 2).map(({ clockSkewMs }) => clockSkewMs)).toEqual([0, aheadMs]);
  },
);

test('a node that knows no name of a key is told the rest at once, and no name until one asks for it again', async () => {
  let isAsked = false;
  const told: Heartbeat[] = [];
  // Nodes of two releases by turns: who asks for it, then the older one for three answers, then who asks again.
  const knows = [true, false, false, false, true, true];
  const { clock, lines } = start({
    client: {
      heartbeat: (heartbeat) => {
        const isKnown = knows[told.length] ?? true;
        told.push(heartbeat);
        if (heartbeat.fleetKeyId !== undefined && !isKnown)
          return Promise.resolve(err(fault('platform.rejected', 'HTTP 400')));
        const successions = isKnown ? { successions: [] } : {};
        const time = new Date(clock.now()).toISOString();
        return Promise.resolve(ok({ time, fleetKey: signer().key, commands: [], ...successions }));
      },
      settle: () => Promise.resolve(ok(null)),
    },
    keys: {
      heard: ({ successions }) => {
        isAsked = successions !== undefined;
      },
      refused: () => {
        isAsked = false;
      },
      toTell: () => (isAsked ? KEY_ID : null),
    },
  });
  await clock.advance(EVERY_MS / 2 + 4 * EVERY_MS);
  expect(told.map(({ fleetKeyId }) => fleetKeyId ?? null)).toEqual([null, KEY_ID, null, null, null, KEY_ID]);
  expect(lines).toEqual([]);
});

test('a time that no heartbeat can say stops none', async () => {
  const { clock, sent } = start({}, Date.UTC(7000, 0));
  await clock.advance(EVERY_MS / 2 + LATER_MS);
  expect(heartbeatSchema.safeParse(sent[1]).success).toBe(true);
});
