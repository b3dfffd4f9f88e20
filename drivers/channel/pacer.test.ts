import { beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '#contract/ports.ts';
import { SimulatedClock } from '../runtime/simulated-clock.ts';
import { PacedSimulator } from './paced-simulator.ts';
import { Pacer } from './pacer.ts';
import type { DeviceSimulator } from './simulator.ts';

const CARD_BYTES = 1_295;
const byteMs = (baudRate: number) => 10_000 / baudRate;
const frame = (bytes: number) => Uint8Array.from({ length: bytes }, (_, index) => index & 0xff);

let clock: SimulatedClock;
let arrivals: { readonly atMs: number; readonly bytes: readonly number[] }[];

beforeEach(() => {
  clock = new SimulatedClock();
  arrivals = [];
});

/** Writes down when what arrived. */
const ear = {
  send: (bytes: Uint8Array) => {
    arrivals.push({ atMs: clock.monotonicMs(), bytes: [...bytes] });
  },
};
const heard = () => arrivals.flatMap(({ bytes }) => bytes);
const lastAtMs = () => arrivals.at(-1)?.atMs;

/** A clock as the operating system gives it: a timer fires on the next grain after its time. */
function coarse(grainMs: number): Clock {
  return {
    now: () => clock.now(),
    monotonicMs: () => clock.monotonicMs(),
    after: (delayMs, callback) => {
      const dueMs = clock.monotonicMs() + delayMs;
      return clock.after((Math.floor(dueMs / grainMs) + 1) * grainMs - clock.monotonicMs(), callback);
    },
  };
}

describe('a paced line', () => {
  it.each([9_600, 115_200])('at %i baud carries a card in exactly the time of its bits', async (baudRate) => {
    const pacer = new Pacer(ear, clock, baudRate);
    pacer.send(frame(CARD_BYTES));
    await clock.advance(2_000);
    expect(heard()).toEqual([...frame(CARD_BYTES)]);
    expect(lastAtMs()).toBeCloseTo(CARD_BYTES * byteMs(baudRate), 6);
  });

  it.each([1, 4, 15.6])(
    'under timers of %d ms lets no byte go early, and the last no later than one of them',
    async (grainMs) => {
      const pacer = new Pacer(ear, coarse(grainMs), 115_200);
      pacer.send(frame(CARD_BYTES));
      await clock.advance(2_000);
      expect(heard()).toEqual([...frame(CARD_BYTES)]);
      let count = 0;
      for (const { atMs, bytes } of arrivals) {
        count += bytes.length;
        expect(atMs).toBeGreaterThanOrEqual(count * byteMs(115_200) - 1e-3);
      }
      expect(lastAtMs()).toBeLessThanOrEqual(CARD_BYTES * byteMs(115_200) + grainMs);
    },
  );

  it('begins the next burst where the one before ended, not where a late timer noticed it', async () => {
    const pacer = new Pacer(ear, coarse(10), 9_600);
    for (let burst = 0; burst < 20; burst += 1) pacer.send(frame(30));
    await clock.advance(2_000);
    expect(heard()).toHaveLength(600);
    expect(lastAtMs()).toBeLessThanOrEqual(600 * byteMs(9_600) + 10);
  });

  it('owes nothing for the time in which it had nothing to send', async () => {
    const pacer = new Pacer(ear, clock, 9_600);
    pacer.send(frame(1));
    await clock.advance(1_000);
    pacer.send(frame(96));
    await clock.advance(50);
    expect(heard().length).toBeLessThan(60);
    await clock.advance(50);
    expect(lastAtMs()).toBeCloseTo(1_100, 6);
  });

  it('keeps the order of slow bytes and of what is sent behind them', async () => {
    const pacer = new Pacer(ear, clock, null);
    pacer.sendSlowly(Uint8Array.of(1, 2, 3));
    pacer.send(Uint8Array.of(4));
    await clock.advance(10);
    expect(arrivals.map(({ atMs, bytes }) => [atMs, bytes])).toEqual([
      [2, [1]],
      [4, [2]],
      [6, [3]],
      [6, [4]],
    ]);
  });

  it('is silent once it is stopped', async () => {
    const pacer = new Pacer(ear, clock, 9_600);
    pacer.send(frame(100));
    await clock.advance(20);
    const before = heard().length;
    pacer.stop();
    await clock.advance(1_000);
    expect(heard()).toHaveLength(before);
    expect(clock.pendingTimers).toBe(0);
  });
});

describe('a simulator at the end of a paced line', () => {
  const echo: DeviceSimulator = {
    attach: (line) => ({ receive: (bytes) => line.send(bytes), unplugged: () => undefined }),
  };

  it('hears and answers in the time of the bits', async () => {
    const plug = new PacedSimulator(echo, clock, 9_600).attach(ear);
    plug.receive(frame(16));
    await clock.advance(100);
    expect(heard()).toEqual([...frame(16)]);
    expect(lastAtMs()).toBeCloseTo(32 * byteMs(9_600), 6);
  });

  it('takes another speed for what is said from then on', async () => {
    const paced = new PacedSimulator(echo, clock, 9_600);
    const plug = paced.attach(ear);
    paced.setBaudRate(115_200);
    plug.receive(frame(16));
    await clock.advance(100);
    expect(lastAtMs()).toBeCloseTo(32 * byteMs(115_200), 6);
    paced.setBaudRate(null);
    plug.receive(frame(1));
    expect(arrivals.at(-1)).toEqual({ atMs: 100, bytes: [0] });
  });

  it('says nothing after its cable was pulled', async () => {
    const plug = new PacedSimulator(echo, clock, 9_600).attach(ear);
    plug.receive(frame(100));
    await clock.advance(20);
    plug.unplugged();
    const before = heard().length;
    await clock.advance(1_000);
    expect(heard()).toHaveLength(before);
  });
});
