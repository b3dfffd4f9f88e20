import { describe, expect, it } from 'vitest';
import type { PrintOutcome } from '#contract/device-host.ts';
import type { Attention, DeviceState } from '#contract/devices.ts';
import { fault, type FaultCode } from '#contract/fault.ts';
import { sleep } from '#contract/ports.ts';
import { receiptDocumentSchema } from '#contract/receipt.ts';
import { MemoryLine } from '../channel/memory.ts';
import { SimulatedClock } from '../runtime/simulated-clock.ts';
import { ReceiptPrinter } from './driver.ts';
import { printerProfile } from './profiles.ts';
import { noRareGlyphs } from './rare-glyphs.ts';
import { ReceiptPrinterSimulator } from './simulator.ts';

/** A port takes a moment to open, and so the state can be struck. */
const OPENING_MS = 50;
const LINE_MS = 20;
/** Longer than a job with all its doubts, and than the longest pause before a port is opened again. */
const TROUBLE_MS = 20_000;

const slip = receiptDocumentSchema.parse({
  nodes: [
    { type: 'text', text: '回执', align: 'center' },
    ...Array.from({ length: 20 }, (_, index) => ({ type: 'row', left: `第${index}行`, right: '中文' })),
  ],
});

function bench() {
  const profile = printerProfile('generic-80');
  if (profile === null) throw new Error('there is no profile generic-80');
  const clock = new SimulatedClock();
  const simulator = new ReceiptPrinterSimulator({
    clock,
    profile,
    name: 'TEST',
    lineMs: LINE_MS,
    afterStop: 'continue',
  });
  const line = new MemoryLine(simulator, clock);
  const states: DeviceState[] = [];
  const paper = { isUnfinished: false };
  const newPrinter = () =>
    new ReceiptPrinter({
      clock,
      open: async (events) => {
        await sleep(clock, OPENING_MS);
        return line.open(events);
      },
      profile,
      rare: noRareGlyphs,
      onStatus: (status) => states.push(status),
      paper,
    });
  const at = { clock, simulator, line, states, newPrinter, printer: newPrinter(), outcome: noOutcome() };
  return at;
}
type Bench = ReturnType<typeof bench>;

function noOutcome(): PrintOutcome | null {
  return null;
}

const misfortunes = {
  unplugged: {
    strike: (at: Bench) => at.line.unplug(fault('device.port-missing')),
    mend: (at: Bench) => at.line.plug(),
  },
  silent: {
    strike: (at: Bench) => at.simulator.setFault('silent'),
    mend: (at: Bench) => at.simulator.setFault(null),
  },
  garbage: {
    strike: (at: Bench) => at.simulator.setFault('garbage'),
    mend: (at: Bench) => at.simulator.setFault(null),
  },
  'half an answer': {
    strike: (at: Bench) => at.simulator.setFault('half-frame'),
    mend: (at: Bench) => at.simulator.setFault(null),
  },
  'paper out': {
    strike: (at: Bench) => at.simulator.setPaper('out'),
    mend: (at: Bench) => at.simulator.setPaper('ok'),
  },
  'cover open': {
    strike: (at: Bench) => at.simulator.setCover(true),
    mend: (at: Bench) => at.simulator.setCover(false),
  },
  'cutter jam': {
    strike: (at: Bench) => at.simulator.setCutterFault(true),
    mend: (at: Bench) => at.simulator.setCutterFault(false),
  },
  /** What a kill does to the line: it closes, and nobody asks the printer what it did of the slip. */
  'the host killed': {
    strike: async (at: Bench) => {
      await at.printer.close();
      at.states.length = 0;
      at.printer = at.newPrinter();
      at.printer.start();
    },
    mend: () => undefined,
  },
} as const;
type Misfortune = keyof typeof misfortunes;

/** Brings the printer to where the misfortune finds it. */
const moments = {
  opening: async (at: Bench) => {
    at.printer.start();
    await at.clock.advance(OPENING_MS / 2);
    expect(at.printer.status.state).toBe('opening');
  },
  /** Between its two attempts: the answer to the first was lost, that to the second is still to come. */
  identifying: async (at: Bench) => {
    at.simulator.setFault('silent');
    at.printer.start();
    await at.clock.advance(OPENING_MS + 100);
    at.simulator.setFault(null);
    expect(at.printer.status.state).toBe('identifying');
  },
  idle: async (at: Bench) => {
    at.printer.start();
    await at.clock.advance(3_500);
    expect(at.printer.status.state).toBe('ready');
  },
  printing: async (at: Bench) => {
    await moments.idle(at);
    void at.printer.print(slip).then((outcome) => {
      at.outcome = outcome;
    });
    await at.clock.advance(5 * LINE_MS);
    expect(at.simulator.linesPrinted).toBeGreaterThan(0);
    expect(at.outcome).toBeNull();
  },
} as const;
type Moment = keyof typeof moments;

interface Expected {
  /** What the status comes to, while the misfortune lasts. */
  readonly status: object;
  /** How the slip ends while it lasts; null: no job, or one that still waits. */
  readonly outcome: object | null;
  /** How it has ended when all is well again. */
  readonly afterwards: object | null;
}

const lost = { state: 'lost', fault: { code: 'device.port-missing' } };
const ready = { state: 'ready' };
const unidentified = (code: FaultCode) => ({ state: 'unidentified', fault: { code } });
const needs = (need: Attention) => ({ state: 'attention', needs: [need] });
const unknown = (code: FaultCode) => ({ end: 'unknown', fault: { code } });
const noJob = (status: object): Expected => ({ status, outcome: null, afterwards: null });
const ends = (status: object, outcome: object): Expected => ({ status, outcome, afterwards: outcome });

const table: readonly (readonly [Misfortune, Moment, Expected])[] = [
  ['unplugged', 'opening', noJob(lost)],
  ['unplugged', 'identifying', noJob(lost)],
  ['unplugged', 'idle', noJob(lost)],
  ['unplugged', 'printing', ends(lost, unknown('device.lost'))],
  ['silent', 'opening', noJob(unidentified('device.silent'))],
  ['silent', 'identifying', noJob(unidentified('device.silent'))],
  ['silent', 'idle', noJob(unidentified('device.silent'))],
  ['silent', 'printing', ends(unidentified('device.silent'), unknown('printer.unconfirmed'))],
  ['garbage', 'opening', noJob(unidentified('device.unidentified'))],
  ['garbage', 'identifying', noJob(unidentified('device.unidentified'))],
  ['garbage', 'idle', noJob(unidentified('device.unidentified'))],
  ['garbage', 'printing', ends(unidentified('device.unidentified'), unknown('printer.unconfirmed'))],
  ['half an answer', 'opening', noJob(unidentified('device.silent'))],
  ['half an answer', 'identifying', noJob(unidentified('device.silent'))],
  ['half an answer', 'idle', noJob(unidentified('device.silent'))],
  ['half an answer', 'printing', ends(unidentified('device.silent'), unknown('printer.unconfirmed'))],
  ['paper out', 'opening', noJob(needs('paper-out'))],
  ['paper out', 'identifying', noJob(needs('paper-out'))],
  ['paper out', 'idle', noJob(needs('paper-out'))],
  // Decision 0008: it waits for the refill, and its one slip comes out whole.
  ['paper out', 'printing', { status: needs('paper-out'), outcome: null, afterwards: { end: 'printed' } }],
  ['cover open', 'opening', noJob(needs('cover-open'))],
  ['cover open', 'identifying', noJob(needs('cover-open'))],
  ['cover open', 'idle', noJob(needs('cover-open'))],
  // Lines may be lost under an open cover: nobody can vouch for the slip.
  ['cover open', 'printing', ends(needs('cover-open'), unknown('printer.cover-open'))],
  // A jam shows when the knife moves.
  ['cutter jam', 'opening', noJob(ready)],
  ['cutter jam', 'identifying', noJob(ready)],
  ['cutter jam', 'idle', noJob(ready)],
  ['cutter jam', 'printing', ends(needs('cutter'), unknown('printer.cutter'))],
  ['the host killed', 'opening', noJob(ready)],
  ['the host killed', 'identifying', noJob(ready)],
  ['the host killed', 'idle', noJob(ready)],
  ['the host killed', 'printing', ends(ready, unknown('device.lost'))],
];

const slipsWithItsTitle = (at: Bench) =>
  at.simulator
    .receipts()
    .filter(({ rendered }) => rendered.items.some((item) => item.type === 'text' && item.text === '回执'));

describe('a receipt printer struck by', () => {
  it.each(table)(
    '%s while %s says so, heals by itself, and prints no slip twice',
    async (name, moment, it) => {
      const at = bench();
      await moments[moment](at);
      await misfortunes[name].strike(at);
      await at.clock.advance(TROUBLE_MS);
      expect(at.printer.status).toMatchObject(it.status);
      if (it.outcome === null) expect(at.outcome).toBeNull();
      else expect(at.outcome).toMatchObject(it.outcome);

      misfortunes[name].mend(at);
      await at.clock.advance(TROUBLE_MS);
      expect(at.printer.status).toMatchObject(ready);
      if (it.afterwards === null) expect(at.outcome).toBeNull();
      else expect(at.outcome).toMatchObject(it.afterwards);
      expect(slipsWithItsTitle(at).length).toBeLessThanOrEqual(1);
      const next = at.printer.print(slip);
      await at.clock.advance(TROUBLE_MS);
      expect(await next).toMatchObject({ end: 'printed' });
      expect(at.simulator.unfinished().items).toEqual([]);
    },
  );

  it('everything, at every moment: nothing is left out', () => {
    const all = Object.keys(misfortunes).flatMap((name) =>
      Object.keys(moments).map((moment) => `${name} ${moment}`),
    );
    expect(table.map(([name, moment]) => `${name} ${moment}`).toSorted()).toEqual(all.toSorted());
  });
});
