import { describe, expect, it } from 'vitest';
import { fault } from '#contract/fault.ts';
import { MemoryLine } from '../channel/memory.ts';
import { CardReaderSimulator, EXAMPLE_SAM_ID, FRANK_MODULE } from '../id-card-reader/simulator.ts';
import { syntheticPerson } from '../id-card-reader/synthetic-people.ts';
import { printerProfile } from '../receipt-printer/profiles.ts';
import { ReceiptPrinterSimulator } from '../receipt-printer/simulator.ts';
import { SimulatedClock } from '../runtime/simulated-clock.ts';
import { burnIn, type BurnInOptions, type BurnInTarget } from './burn-in.ts';
import { FigureBook } from './figures.ts';
import { cardReaderTarget, displayTarget, printerTarget } from './targets.ts';

const MINUTE_MS = 60_000;

function reader(baudRate: number | null) {
  const clock = new SimulatedClock();
  const simulator = new CardReaderSimulator({ clock, samId: EXAMPLE_SAM_ID, baudRate, habits: FRANK_MODULE });
  const line = new MemoryLine(simulator, clock);
  const makeTarget: BurnInOptions['makeTarget'] = (onStatus) =>
    cardReaderTarget({ clock, open: line.open, onStatus });
  return { clock, simulator, line, makeTarget };
}

function printer() {
  const clock = new SimulatedClock();
  const profile = printerProfile('epson-80');
  if (profile === null) throw new Error('epson-80');
  const simulator = new ReceiptPrinterSimulator({
    clock,
    profile,
    name: 'TM',
    lineMs: 10,
    afterStop: 'continue',
  });
  return { clock, profile, simulator, line: new MemoryLine(simulator, clock) };
}

const never = new AbortController().signal;

describe('a burn-in', () => {
  it('of a reader that answers passes, and reads a card that lies there', async () => {
    const { clock, simulator, makeTarget } = reader(115_200);
    simulator.placeCard(syntheticPerson('zhang-jianguo'));
    const running = burnIn({ clock, lastsMs: MINUTE_MS, makeTarget, signal: never });
    await clock.advance(2 * MINUTE_MS);
    const figures = await running;
    expect(figures).toMatchObject({ verdict: 'passed', faults: {} });
    expect(figures.answers).toBeGreaterThan(500);
    expect(figures.attempts).toBe(figures.answers);
    expect(simulator.requestCount('3001')).toBe(1);
    // A status is 11 bytes, and a card 1295: 1 ms and 112 ms at 115200 baud.
    expect(figures.roundTripMs?.median).toBeLessThan(10);
    expect(figures.roundTripMs?.max).toBeGreaterThan(100);
    expect(JSON.stringify(figures)).not.toMatch(/9999|张/);
  });

  it('of a reader whose cable is pulled for a while fails, and says how long it was away', async () => {
    const { clock, line, makeTarget } = reader(null);
    const running = burnIn({ clock, lastsMs: MINUTE_MS, makeTarget, signal: never });
    await clock.advance(20_000);
    line.unplug(fault('device.port-missing'));
    await clock.advance(10_000);
    line.plug();
    await clock.advance(MINUTE_MS);
    const figures = await running;
    expect(figures.verdict).toBe('failed');
    expect(figures.faults['device.lost']).toBeGreaterThan(0);
    expect(figures.faults['device.port-missing']).toBeGreaterThan(0);
    expect(figures.longestGapMs).toBeGreaterThanOrEqual(10_000);
    expect(figures.longestGapMs).toBeLessThan(20_000);
  });

  // A serial-device server has one host at a time, and may not have heard yet that the driver is gone.
  it.each([
    [1, 'passed', {}],
    [2, 'failed', { 'device.lost': 1 }],
  ] as const)(
    'of a reader whose line is turned away %i times before it is there: %s',
    async (times, verdict, faults) => {
      const { clock, line, makeTarget } = reader(115_200);
      let turnedAway = 0;
      const running = burnIn({
        clock,
        lastsMs: MINUTE_MS,
        makeTarget: (onStatus) =>
          makeTarget((status) => {
            onStatus(status);
            if (status.state !== 'identifying' || turnedAway === times) return;
            turnedAway += 1;
            line.unplug(fault('device.port-missing'));
            line.plug();
          }),
        signal: never,
      });
      await clock.advance(2 * MINUTE_MS);
      expect(turnedAway).toBe(times);
      expect(await running).toMatchObject({ verdict, faults });
    },
  );

  it('of a reader that never answers fails without an answer', async () => {
    const { clock, simulator, makeTarget } = reader(null);
    simulator.setFault({ kind: 'silent', during: 'any' });
    const running = burnIn({ clock, lastsMs: MINUTE_MS, makeTarget, signal: never });
    await clock.advance(2 * MINUTE_MS);
    const figures = await running;
    expect(figures).toMatchObject({ verdict: 'failed', answers: 0, roundTripMs: null });
    expect(figures.longestGapMs).toBeGreaterThanOrEqual(MINUTE_MS);
    expect(Object.keys(figures.faults)).toEqual(['device.silent']);
  });

  it('that is broken off gives the figures so far, and frees the port', async () => {
    const { clock, line, makeTarget } = reader(null);
    const stop = new AbortController();
    const running = burnIn({ clock, lastsMs: 60 * MINUTE_MS, makeTarget, signal: stop.signal });
    await clock.advance(5_000);
    stop.abort();
    await clock.advance(1_000);
    const figures = await running;
    expect(figures.verdict).toBe('passed');
    expect(figures.answers).toBeGreaterThan(10);
    expect(line.isOpen).toBe(false);
  });

  it('of a printer with little paper left, which is never quite ready, counts the loss of its line', async () => {
    const { clock, profile, simulator, line } = printer();
    simulator.setPaper('near-end');
    const running = burnIn({
      clock,
      lastsMs: MINUTE_MS,
      makeTarget: (onStatus) =>
        printerTarget({ clock, open: line.open, onStatus }, profile, { slips: 0, everyMs: MINUTE_MS }),
      signal: never,
    });
    await clock.advance(MINUTE_MS / 2);
    line.unplug(fault('device.port-missing'));
    line.plug();
    await clock.advance(MINUTE_MS);
    expect(await running).toMatchObject({ verdict: 'failed', faults: { 'device.lost': 1 } });
  });

  it.each([0, 3])('of a printer prints %i slips and no more', async (slips) => {
    const { clock, profile, simulator, line } = printer();
    const running = burnIn({
      clock,
      lastsMs: MINUTE_MS,
      makeTarget: (onStatus): BurnInTarget =>
        printerTarget({ clock, open: line.open, onStatus }, profile, {
          slips,
          everyMs: MINUTE_MS / Math.max(1, slips),
        }),
      signal: never,
    });
    await clock.advance(2 * MINUTE_MS);
    expect(await running).toMatchObject({ verdict: 'passed', faults: {} });
    expect(simulator.receipts()).toHaveLength(slips);
  });

  it('of a display shows 0 to 9 in turn, and leaves it dark', async () => {
    const clock = new SimulatedClock();
    const shown: string[] = [];
    const running = burnIn({
      clock,
      lastsMs: 500,
      makeTarget: () =>
        displayTarget({
          status: { state: 'ready', identity: 'display' },
          start: () => undefined,
          show: ({ ticket }) => {
            shown.push(ticket);
            return Promise.resolve({ ok: true, value: undefined });
          },
          clear: () => {
            shown.push('dark');
            return Promise.resolve({ ok: true, value: undefined });
          },
          close: () => Promise.resolve(),
        }),
      signal: never,
    });
    await clock.advance(1_000);
    await running;
    expect(shown.slice(0, 11).join('')).toBe('01234567890');
    expect(shown.at(-1)).toBe('dark');
  });
});

describe('the figures', () => {
  it('give minimum, median, maximum and the longest time without a good answer', () => {
    const book = new FigureBook(0);
    for (const [startMs, endMs] of [
      [0, 5],
      [10, 17],
      [20, 21],
      [500, 30_500],
    ] as const) {
      book.answered(startMs, endMs);
    }
    expect(book.figures(30_600)).toEqual({
      attempts: 4,
      answers: 4,
      faults: {},
      roundTripMs: { min: 1, median: 5, max: 30_000 },
      longestGapMs: 30_479,
      verdict: 'passed',
    });
  });

  it('do not blame the device for a card that was moved', () => {
    const book = new FigureBook(0);
    book.answered(0, 1);
    book.failed('card.read-failed');
    expect(book.figures(2)).toMatchObject({ verdict: 'passed', faults: { 'card.read-failed': 1 } });
    book.failed('device.garbled');
    expect(book.figures(3).verdict).toBe('failed');
  });
});
