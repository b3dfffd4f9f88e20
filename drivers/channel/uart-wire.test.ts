import { describe, expect, it } from 'vitest';
import { SimulatedClock } from '../runtime/simulated-clock.ts';
import { UartWire, wireMs } from './uart-wire.ts';

const BAUD = 10_000; // one byte is one millisecond

/** A clock whose timers are late, as real ones are. */
function lateClock(clock: SimulatedClock, lateMs: number) {
  return {
    now: () => clock.now(),
    monotonicMs: () => clock.monotonicMs(),
    after: (delayMs: number, callback: () => void) => clock.after(delayMs + lateMs, callback),
  };
}

it('a byte is ten bits', () => {
  expect(wireMs(960, 9_600)).toBe(1_000);
});

describe('a wire', () => {
  it('delivers sixteen bytes at a time, each piece when its last byte is in', async () => {
    const clock = new SimulatedClock();
    const arrived: [number, number][] = [];
    const wire = new UartWire(clock, BAUD, (bytes) => arrived.push([clock.monotonicMs(), bytes.length]), []);
    expect(wire.carry(new Uint8Array(40))).toEqual({ startMs: 0, endMs: 40 });
    await clock.advance(100);
    expect(arrived).toEqual([
      [16, 16],
      [32, 16],
      [40, 8],
    ]);
  });

  it('makes bytes wait for those before them, and starts at once when it is idle', async () => {
    const clock = new SimulatedClock();
    const wire = new UartWire(clock, BAUD, () => undefined, []);
    wire.carry(new Uint8Array(10));
    await clock.advance(4);
    expect(wire.carry(new Uint8Array(10))).toEqual({ startMs: 10, endMs: 20 });
    await clock.advance(50);
    expect(wire.carry(new Uint8Array(1))).toEqual({ startMs: 54, endMs: 55 });
  });

  it('does not add up what its timers are late, and says how late they were', async () => {
    const clock = new SimulatedClock();
    const arrived: number[] = [];
    const latenessMs: number[] = [];
    const late = lateClock(clock, 3);
    const wire = new UartWire(late, BAUD, () => arrived.push(clock.monotonicMs()), latenessMs);
    wire.carry(new Uint8Array(64));
    await clock.advance(200);
    expect(arrived).toEqual([19, 35, 51, 67]);
    expect(latenessMs).toEqual([3, 3, 3, 3]);
  });

  it('delivers nothing after it was stopped', async () => {
    const clock = new SimulatedClock();
    const arrived: number[] = [];
    const wire = new UartWire(clock, BAUD, (bytes) => arrived.push(bytes.length), []);
    wire.carry(new Uint8Array(20));
    await clock.advance(17);
    wire.stop();
    await clock.advance(100);
    expect(arrived).toEqual([16]);
    expect(clock.pendingTimers).toBe(0);
  });
});
