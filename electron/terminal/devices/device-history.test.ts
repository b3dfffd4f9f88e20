import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { DeviceState } from '#contract/devices.ts';
import { fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import { expectValue } from '../../../tests/support/expect-value.ts';
import type { LogLine } from '../log.ts';
import { openStore, type Store } from '../store/store.ts';
import { createDeviceHistory, deviceHistoryLimits } from './device-history.ts';
import { createDeviceIdentities } from './device-identities.ts';

/** A wall clock and one timer, in the test's hand. */
function testClock() {
  let nowMs = 1_800_000_000_000;
  const timers = new Set<{ readonly dueMs: number; readonly callback: () => void }>();
  const clock: Clock = {
    now: () => nowMs,
    monotonicMs: () => nowMs,
    after: (delayMs, callback) => {
      const timer = { dueMs: nowMs + delayMs, callback };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  };
  return {
    clock,
    pass: (ms: number) => {
      nowMs += ms;
      for (const timer of [...timers].filter(({ dueMs }) => dueMs <= nowMs)) {
        timers.delete(timer);
        timer.callback();
      }
    },
  };
}

function setUp() {
  const dataDir = mkdtempSync(join(tmpdir(), 'yizhan-history-'));
  let store: Store | null = null;
  onTestFinished(() => {
    store?.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const { clock, pass } = testClock();
  const log: LogLine[] = [];
  const start = () => {
    store?.close();
    store = expectValue(openStore(dataDir));
    return { store, history: createDeviceHistory({ store, clock, log: (line) => log.push(line) }) };
  };
  return { clock, pass, log, start };
}

const ready: DeviceState = { state: 'ready', identity: 'reader one' };
const lost: DeviceState = { state: 'lost', fault: fault('device.lost', 'unplugged'), retryInMs: 500 };

const rowsIn = (store: Store) =>
  store
    .sql('SELECT state, count FROM device_history ORDER BY sequence')
    .all()
    .map((row) => ({ ...row }));

describe('the history of a device', () => {
  it('tells what became of it and when, the newest first, also after the terminal was started anew', () => {
    const { pass, start } = setUp();
    const first = start();
    first.history.record('reader', ready);
    pass(3_600_000);
    first.history.record('reader', lost);
    first.history.close();
    const second = start();
    expect(second.history.of('reader')).toEqual([
      {
        state: 'lost',
        reason: 'device.lost',
        detail: 'unplugged',
        firstAtMs: 1_800_003_600_000,
        lastAtMs: 1_800_003_600_000,
        count: 1,
      },
      {
        state: 'ready',
        reason: null,
        detail: 'reader one',
        firstAtMs: 1_800_000_000_000,
        lastAtMs: 1_800_000_000_000,
        count: 1,
      },
    ]);
    expect(second.history.of('nobody')).toEqual([]);
  });

  it('leaves out what is only on the way, and the work of a day', () => {
    const { start } = setUp();
    const { history } = start();
    history.record('printer', { state: 'opening' });
    history.record('printer', { state: 'identifying' });
    history.record('printer', ready);
    for (let job = 0; job < 100; job += 1) {
      history.record('printer', { state: 'busy', identity: 'reader one' });
      history.record('printer', ready);
    }
    history.record('printer', {
      state: 'attention',
      identity: 'reader one',
      needs: ['paper-out', 'cover-open'],
    });
    expect(history.of('printer').map(({ state, reason, count }) => [state, reason, count])).toEqual([
      ['attention', 'paper-out cover-open', 1],
      ['ready', null, 1],
    ]);
  });

  it('counts a device that flaps instead of wearing the disk, and logs it ever more seldom', () => {
    const { pass, start, log } = setUp();
    const { history, store } = start();
    for (let round = 0; round < 1_000; round += 1) {
      history.record('reader', ready);
      pass(100);
      history.record('reader', lost);
      pass(100);
    }
    // 200 s: the counts have not been written even once.
    expect(rowsIn(store)).toEqual([
      { state: 'ready', count: 1 },
      { state: 'lost', count: 1 },
    ]);
    expect(history.of('reader').map(({ state, count }) => [state, count])).toEqual([
      ['lost', 1_000],
      ['ready', 1_000],
    ]);
    expect(log.length).toBe(2 * 10);
    pass(deviceHistoryLimits.writeCountsEveryMs);
    expect(rowsIn(store)).toEqual([
      { state: 'ready', count: 1_000 },
      { state: 'lost', count: 1_000 },
    ]);
  });

  it('keeps the counts of a terminal that is closed', () => {
    const { pass, start } = setUp();
    const first = start();
    for (let round = 0; round < 3; round += 1) {
      first.history.record('reader', ready);
      pass(10);
      first.history.record('reader', lost);
      pass(10);
    }
    first.history.close();
    first.history.record('reader', ready);
    expect(
      start()
        .history.of('reader')
        .map(({ count }) => count),
    ).toEqual([3, 3]);
  });

  it('begins a new entry when the same thing happens again later', () => {
    const { pass, start } = setUp();
    const { history } = start();
    for (const state of [ready, lost, ready]) {
      history.record('reader', state);
      pass(deviceHistoryLimits.sameWithinMs);
    }
    expect(history.of('reader').map(({ state }) => state)).toEqual(['ready', 'lost', 'ready']);
  });

  it('keeps 500 of each device, and those of another device', () => {
    const { pass, start } = setUp();
    const { history, store } = start();
    history.record('printer', ready);
    store.sql('PRAGMA synchronous = OFF').get();
    for (let change = 0; change < 520; change += 1) {
      history.record('reader', { state: 'ready', identity: `reader ${change}` });
      pass(1);
    }
    const kept = history.of('reader');
    expect(kept).toHaveLength(500);
    expect(kept.at(-1)?.detail).toBe('reader 20');
    expect(history.of('printer')).toHaveLength(1);
  });

  it('holds no number of a person, whatever a fault’s detail says', () => {
    const { start } = setUp();
    const { history } = start();
    history.record('reader', {
      state: 'lost',
      fault: fault('device.garbled', '999901194503120014'),
      retryInMs: 1,
    });
    expect(JSON.stringify(history.of('reader'))).not.toContain('9999011945');
  });
});

describe('what a device is found again by', () => {
  it('is kept over a restart, and the newest counts', () => {
    const { clock, start } = setUp();
    const first = createDeviceIdentities(start().store, clock);
    expect(first.all()).toEqual([]);
    expect(first.remember('reader', 'one').ok).toBe(true);
    expect(first.remember('printer', 'usb:1a86:7523:P1').ok).toBe(true);
    expect(first.remember('reader', 'two').ok).toBe(true);
    expect(createDeviceIdentities(start().store, clock).all()).toEqual([
      { device: 'printer', identity: 'usb:1a86:7523:P1' },
      { device: 'reader', identity: 'two' },
    ]);
  });
});
