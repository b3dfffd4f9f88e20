import { describe, expect, it } from 'vitest';
import type { DeviceState } from '#contract/devices.ts';
import { fault, type Fault, type FaultCode } from '#contract/fault.ts';
import { sleep } from '#contract/ports.ts';
import { MemoryLine } from '../channel/memory.ts';
import { SimulatedClock } from '../runtime/simulated-clock.ts';
import { Scanner, scannerDelays } from './driver.ts';
import { scannerProfile } from './profiles.ts';
import { ScannerSimulator } from './simulator.ts';

const CODE = 'https://example.invalid/r/8c1f-token';
const NEXT = 'https://example.invalid/r/91be-token';

/** A port takes a moment to open, and so the state can be struck. */
const OPENING_MS = 50;

function bench() {
  const profile = scannerProfile('newland');
  if (profile === null) throw new Error('there is no profile newland');
  const clock = new SimulatedClock();
  const simulator = new ScannerSimulator({ clock, profile, baudRate: 9_600 });
  const line = new MemoryLine(simulator, clock);
  const states: DeviceState[] = [];
  const codes: string[] = [];
  const faults: Fault[] = [];
  const newScanner = () =>
    new Scanner({
      clock,
      open: async (events) => {
        await sleep(clock, OPENING_MS);
        return line.open(events);
      },
      profile,
      onStatus: (status) => states.push(status),
      onCode: (code) => codes.push(code.reveal()),
      onCodeFault: (reason) => faults.push(reason),
    });
  return { clock, simulator, line, states, codes, faults, newScanner, scanner: newScanner() };
}
type Bench = ReturnType<typeof bench>;

const strikes = {
  unplugged: (at: Bench) => at.line.unplug(fault('device.port-missing')),
  silent: (at: Bench) => at.simulator.setFault('silent'),
  garbage: (at: Bench) => at.simulator.setFault('garbage'),
  'half an answer': (at: Bench) => at.simulator.setFault('half-reply'),
  'half a code': (at: Bench) => at.simulator.setFault('half-code'),
  'slow bytes': (at: Bench) => at.simulator.setFault('slow-bytes'),
  /** What a kill does to the line: it closes, and nobody says goodbye to a lit engine. */
  'the host killed': async (at: Bench) => {
    await at.scanner.close();
    at.states.length = 0;
    at.scanner = at.newScanner();
    at.scanner.start();
  },
} as const;
type Misfortune = keyof typeof strikes;

/** Brings the scanner to where the misfortune finds it. */
const moments = {
  idle: async (at: Bench) => {
    at.scanner.start();
    await at.clock.advance(200);
    expect(at.scanner.status.state).toBe('ready');
  },
  opening: async (at: Bench) => {
    at.scanner.start();
    await at.clock.advance(OPENING_MS / 2);
    expect(at.scanner.status.state).toBe('opening');
  },
  /** Between its two attempts: the answer to the first was lost, that to the second is still to come. */
  identifying: async (at: Bench) => {
    at.simulator.setFault('silent');
    at.scanner.start();
    await at.clock.advance(OPENING_MS + 100);
    at.simulator.setFault(null);
    expect(at.scanner.status.state).toBe('identifying');
  },
  /** Somebody is asked for a code, and holds one there as soon as it strikes. */
  watching: async (at: Bench) => {
    await moments.idle(at);
    at.scanner.watch(true);
    await at.clock.advance(200);
    expect(at.simulator.isLit).toBe(true);
  },
} as const;
type Moment = keyof typeof moments;

interface Expected {
  /** What the status comes to within 12 s, and the fault in it; null: it stays well. */
  readonly away: readonly ['lost' | 'unidentified', FaultCode] | null;
  /** What the page is told, in order; each once. */
  readonly told: readonly FaultCode[];
  /** The codes that come through all the same. */
  readonly codes: readonly string[];
}

const away = (
  state: 'lost' | 'unidentified',
  code: FaultCode,
  told: readonly FaultCode[] = [],
): Expected => ({
  away: [state, code],
  told,
  codes: [],
});
const well: Expected = { away: null, told: [], codes: [] };

const table: readonly (readonly [Misfortune, Moment, Expected])[] = [
  ['unplugged', 'idle', away('lost', 'device.lost')],
  ['unplugged', 'opening', away('lost', 'device.port-missing')],
  ['unplugged', 'identifying', away('lost', 'device.lost')],
  ['unplugged', 'watching', away('lost', 'device.lost')],
  ['silent', 'idle', away('lost', 'device.silent')],
  ['silent', 'opening', away('unidentified', 'device.silent')],
  ['silent', 'identifying', away('unidentified', 'device.silent')],
  ['silent', 'watching', away('lost', 'device.silent', ['device.silent'])],
  ['garbage', 'idle', away('lost', 'device.garbled')],
  ['garbage', 'opening', away('unidentified', 'device.garbled')],
  ['garbage', 'identifying', away('unidentified', 'device.garbled')],
  ['garbage', 'watching', away('lost', 'device.garbled', ['device.garbled'])],
  ['half an answer', 'idle', away('lost', 'device.garbled')],
  ['half an answer', 'opening', away('unidentified', 'device.garbled')],
  ['half an answer', 'identifying', away('unidentified', 'device.garbled')],
  // The engine is lit: its code comes whole before the next answer does not.
  [
    'half an answer',
    'watching',
    { away: ['lost', 'device.garbled'], told: ['device.garbled'], codes: [CODE] },
  ],
  ['half a code', 'idle', well],
  ['half a code', 'opening', well],
  ['half a code', 'identifying', well],
  ['half a code', 'watching', { ...well, told: ['device.garbled'] }],
  ['slow bytes', 'idle', well],
  ['slow bytes', 'opening', well],
  ['slow bytes', 'identifying', well],
  ['slow bytes', 'watching', { ...well, codes: [CODE] }],
  ['the host killed', 'idle', well],
  ['the host killed', 'opening', well],
  ['the host killed', 'identifying', well],
  ['the host killed', 'watching', well],
];

describe('a scanner that meets', () => {
  it.each(table)(
    '%s while %s says so, gives no wrong code, and heals by itself',
    async (misfortune, moment, expected) => {
      const at = bench();
      await moments[moment](at);
      at.states.length = 0;
      await strikes[misfortune](at);
      at.simulator.showCode(CODE);
      const isAway = () => at.states.find(({ state }) => state === 'lost' || state === 'unidentified');
      for (let waited = 0; waited < 12_000 && !isAway(); waited += 50) await at.clock.advance(50);
      const reached = isAway();
      const seen = reached && 'fault' in reached ? [reached.state, reached.fault.code] : null;
      expect(seen).toEqual(expected.away);
      expect(at.faults.map(({ code }) => code)).toEqual(expected.told);
      expect(at.codes).toEqual(expected.codes);
      expect(JSON.stringify([at.states, at.faults])).not.toContain('token');

      at.line.plug();
      at.simulator.setFault(null);
      at.simulator.takeCode();
      await at.clock.advance(scannerDelays.reopenMaxMs + 6_000);
      expect(at.scanner.status.state).toBe('ready');
      at.codes.length = 0;
      at.scanner.watch(true);
      at.simulator.showCode(NEXT);
      await at.clock.advance(4_000);
      expect(at.codes).toEqual([NEXT]);
    },
  );

  it('leaves out no misfortune and no state', () => {
    const met = table.map(([misfortune, moment]) => `${misfortune} ${moment}`);
    const all = Object.keys(strikes).flatMap((misfortune) =>
      Object.keys(moments).map((moment) => `${misfortune} ${moment}`),
    );
    expect([...met].sort()).toEqual(all.sort());
  });
});
