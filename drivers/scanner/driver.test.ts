import { beforeEach, describe, expect, it } from 'vitest';
import type { DeviceState } from '#contract/devices.ts';
import { fault, type Fault } from '#contract/fault.ts';
import { MemoryLine } from '../channel/memory.ts';
import { SimulatedClock } from '../runtime/simulated-clock.ts';
import { Scanner, scannerDelays } from './driver.ts';
import { scannerProfile, scannerProfiles, type ScannerProfile } from './profiles.ts';
import { ScannerSimulator, type ScannerFaultKind } from './simulator.ts';

const CODE = 'https://example.invalid/r/8c1f-token';
const OTHER = '办件码|0002';

let clock: SimulatedClock;
let simulator: ScannerSimulator;
let line: MemoryLine;
let scanner: Scanner;
let states: DeviceState[];
let codes: string[];
let faults: Fault[];

beforeEach(() => {
  make('newland');
});

function make(id: string): void {
  makeWith(profileOf(id));
}

function makeWith(profile: ScannerProfile): void {
  clock = new SimulatedClock();
  simulator = new ScannerSimulator({ clock, profile, baudRate: 9_600 });
  line = new MemoryLine(simulator, clock);
  states = [];
  codes = [];
  faults = [];
  scanner = new Scanner({
    clock,
    open: line.open,
    profile,
    onStatus: (status) => states.push(status),
    onCode: (code) => codes.push(code.reveal()),
    onCodeFault: (reason) => faults.push(reason),
  });
}

function profileOf(id: string): ScannerProfile {
  const profile = scannerProfile(id);
  if (profile === null) throw new Error(`no profile ${id}`);
  return profile;
}

async function makeReady(): Promise<void> {
  scanner.start();
  await clock.advance(200);
  expect(scanner.status.state).toBe('ready');
}

const allProfiles = scannerProfiles.map((profile) => profile.id);
const answering = ['newland', 'register'];

describe.each(allProfiles)('a scanner that works (%s)', (id) => {
  beforeEach(() => make(id));

  it('gives a code that is shown while it is watched, and nothing of its acknowledgements', async () => {
    await makeReady();
    scanner.watch(true);
    await clock.advance(100);
    simulator.showCode(CODE);
    await clock.advance(500);
    expect(codes).toEqual([CODE]);
    expect(faults).toEqual([]);
    expect(scanner.status.state).toBe('ready');
  });

  it('gives one code after the other, and the same one only once while it lies there', async () => {
    await makeReady();
    scanner.watch(true);
    simulator.showCode(CODE);
    await clock.advance(10_000);
    simulator.takeCode();
    simulator.showCode(OTHER);
    await clock.advance(4_000);
    expect(codes).toEqual([CODE, OTHER]);
  });

  it('drops what is scanned while nobody waits', async () => {
    await makeReady();
    simulator.showCode(CODE);
    await clock.advance(1_000);
    scanner.watch(true);
    await clock.advance(10);
    scanner.watch(false);
    simulator.showCode(CODE);
    await clock.advance(10_000);
    expect(codes).toEqual([]);
    expect(faults).toEqual([]);
  });

  it('is dark while nobody waits', async () => {
    await makeReady();
    await clock.advance(60_000);
    expect(simulator.triggerCount).toBe(0);
    scanner.watch(true);
    await clock.advance(1_000);
    scanner.watch(false);
    await clock.advance(1_000);
    expect(simulator.isLit).toBe(false);
  });

  it('reads bytes that come one at a time', async () => {
    await makeReady();
    simulator.setFault('slow-bytes');
    scanner.watch(true);
    simulator.showCode(CODE);
    await clock.advance(1_000);
    expect(codes).toEqual([CODE]);
  });

  it('is read when it is watched anew', async () => {
    await makeReady();
    for (let turn = 0; turn < 2; turn += 1) {
      scanner.watch(true);
      simulator.showCode(CODE);
      await clock.advance(500);
      scanner.watch(false);
      await clock.advance(500);
    }
    expect(codes).toEqual([CODE, CODE]);
  });

  it('takes the mark ]Q1 off where the profile has it', async () => {
    makeWith({ ...profileOf(id), hasAimId: true });
    await makeReady();
    scanner.watch(true);
    simulator.showCode(CODE);
    await clock.advance(500);
    expect(codes).toEqual([CODE]);
  });

  it('that is unplugged while it is watched is lost, and reads again when it is back', async () => {
    await makeReady();
    scanner.watch(true);
    await clock.advance(100);
    line.unplug(fault('device.port-missing'));
    await clock.advance(1);
    expect(scanner.status).toMatchObject({ state: 'lost', fault: { code: 'device.lost' } });
    line.plug();
    await clock.advance(5_000);
    expect(scanner.status.state).toBe('ready');
    simulator.showCode(CODE);
    await clock.advance(4_000);
    expect(codes).toEqual([CODE]);
  });

  it('that is unplugged while it is told to light says nothing of a code: that it is away is in its status', async () => {
    await makeReady();
    scanner.watch(true);
    // The command is on the wire, and its answer is not back.
    await clock.advance(1);
    line.unplug(fault('device.port-missing'));
    await clock.advance(1_000);
    line.plug();
    await clock.advance(5_000);
    expect(scanner.status.state).toBe('ready');
    expect(faults).toEqual([]);
  });

  it('that is unplugged in the middle of a code gives none, and no half of one later', async () => {
    await makeReady();
    simulator.setFault('slow-bytes');
    scanner.watch(true);
    simulator.showCode(CODE);
    await clock.advance(60);
    line.unplug(fault('device.port-missing'));
    await clock.advance(5_000);
    expect(codes).toEqual([]);
  });

  it('closes twice as once, and leaves no timer behind', async () => {
    await makeReady();
    scanner.watch(true);
    simulator.showCode(CODE);
    await clock.advance(30);
    await scanner.close();
    await scanner.close();
    await clock.advance(10_000);
    expect(clock.pendingTimers).toBe(0);
    expect(line.isOpen).toBe(false);
  });
});

describe.each(answering)('an engine that answers (%s)', (id) => {
  beforeEach(() => make(id));

  it('is ready by its answer to "trigger off"', async () => {
    await makeReady();
    expect(states.map((status) => status.state)).toEqual(['opening', 'identifying', 'ready']);
    expect(scanner.status).toEqual({ state: 'ready', identity: `scanner ${id}` });
  });

  it.each([
    ['silent', 'device.silent'],
    ['garbage', 'device.garbled'],
    ['half-reply', 'device.garbled'],
    ['refuses', 'device.refused'],
  ] as const satisfies readonly (readonly [ScannerFaultKind, string])[])(
    'that answers the handshake with %s is unidentified by %s, and its port is let go',
    async (kind, code) => {
      simulator.setFault(kind);
      scanner.start();
      await clock.advance(1_400);
      expect(states).toContainEqual(
        expect.objectContaining({ state: 'unidentified', fault: expect.objectContaining({ code }) as Fault }),
      );
      expect(codes).toEqual([]);
      simulator.setFault(null);
      await clock.advance(10_000);
      expect(scanner.status.state).toBe('ready');
    },
  );

  it('is read when acknowledgement and code come in one piece', async () => {
    await makeReady();
    simulator.setFault('reply-joined');
    simulator.showCode(CODE);
    scanner.watch(true);
    await clock.advance(500);
    expect(codes).toEqual([CODE]);
    expect(faults).toEqual([]);
  });

  it('that falls silent is found out by two heartbeats, and comes back', async () => {
    await makeReady();
    simulator.setFault('silent');
    await clock.advance(scannerDelays.heartbeatMs + 1_100);
    expect(scanner.status).toMatchObject({ state: 'lost', fault: { code: 'device.silent' } });
    simulator.setFault(null);
    await clock.advance(5_000);
    expect(scanner.status.state).toBe('ready');
  });

  it('sends a code whole that takes longer on the line than the next trigger', async () => {
    const longest = 'A'.repeat(4_296);
    await makeReady();
    scanner.watch(true);
    simulator.showCode(longest);
    await clock.advance(5_000);
    expect(codes).toEqual([longest]);
    expect(faults).toEqual([]);
  });

  it('stays lit through a heartbeat while somebody waits', async () => {
    // Heartbeats come only where triggers are rare.
    makeWith({ ...profileOf(id), retriggerMs: 60_000 });
    await makeReady();
    scanner.watch(true);
    await clock.advance(30_000);
    expect(simulator.isLit).toBe(true);
  });

  it('that refuses to be lit says so once', async () => {
    await makeReady();
    simulator.setFault('refuses');
    scanner.watch(true);
    await clock.advance(20_000);
    expect(faults).toEqual([{ code: 'device.refused', detail: 'trigger on' }]);
  });
});

describe('an engine that has no answers', () => {
  it.each(['honeywell', 'generic', 'generic-no-suffix'])(
    '%s is taken at the configuration’s word, and its identity says so',
    async (id) => {
      make(id);
      await makeReady();
      expect(scanner.status).toEqual({
        state: 'ready',
        identity: `scanner ${id} (not verified: it has no answers)`,
      });
    },
  );
});

describe('a code that cannot be taken gets its own fault, once, and nothing of it is said', () => {
  it.each([
    ['newland', 'half-code', 'device.garbled'],
    ['newland', 'no-suffix', 'device.garbled'],
    ['newland', 'endless-code', 'device.frame-too-long'],
    ['newland', 'foreign-bytes', 'device.garbled'],
    ['register', 'half-code', 'device.garbled'],
    ['register', 'no-suffix', 'device.garbled'],
    ['honeywell', 'half-code', 'device.garbled'],
    ['honeywell', 'garbage', 'device.garbled'],
    ['generic', 'no-suffix', 'device.garbled'],
    ['generic-no-suffix', 'endless-code', 'device.frame-too-long'],
    ['generic-no-suffix', 'garbage', 'device.garbled'],
  ] as const)('%s, %s is %s', async (id, kind, code) => {
    make(id);
    await makeReady();
    simulator.setFault(kind);
    scanner.watch(true);
    simulator.showCode(CODE);
    await clock.advance(18_000);
    expect(faults.map((reason) => reason.code)).toEqual([code]);
    expect(codes).toEqual([]);
    expect(JSON.stringify([faults, states])).not.toContain('token');

    simulator.setFault(null);
    simulator.showCode(CODE);
    // An endless code is 13 s long on the line at 9600 baud.
    await clock.advance(20_000);
    expect(codes).toEqual([CODE]);
    expect(scanner.status.state).toBe('ready');
  });
});

describe('a scanner that is not there', () => {
  it.each(['device.port-missing', 'device.port-busy', 'device.open-failed'] as const)(
    '%s shows as lost and is tried again',
    async (code) => {
      line.unplug(fault(code));
      scanner.start();
      await clock.advance(100);
      expect(scanner.status).toEqual({ state: 'lost', fault: { code }, retryInMs: 500 });
      line.plug();
      await clock.advance(2_000);
      expect(scanner.status.state).toBe('ready');
    },
  );

  it('or switched off frees its port, does nothing, and can be switched on', async () => {
    await makeReady();
    await scanner.disable();
    expect(scanner.status).toEqual({ state: 'disabled' });
    expect(line.isOpen).toBe(false);
    await clock.advance(60_000);
    expect(line.openCount).toBe(1);
    scanner.start();
    await clock.advance(500);
    expect(scanner.status.state).toBe('ready');
  });
});
