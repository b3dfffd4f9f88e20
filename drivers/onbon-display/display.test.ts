import { beforeEach, describe, expect, it } from 'vitest';
import type { OnbonSettings } from '#contract/queue-display.ts';
import { fault } from '#contract/fault.ts';
import { windowDisplayContentSchema, type WindowDisplayContent } from '#contract/window-display.ts';
import { MemoryLine } from '../channel/memory.ts';
import { SimulatedClock } from '../runtime/simulated-clock.ts';
import { DisplayLine } from '../runtime/display-line.ts';
import { displayDelays, type Display } from '../runtime/display.ts';
import { onbonDelays, onbonDialect } from './dialect.ts';
import { OnbonSimulator, type OnbonFaultKind } from './simulator.ts';

const CALL: WindowDisplayContent = {
  ticket: 'A012',
  window: '3',
  text: { zh: '请A012号到3号窗口', en: 'A012 to window 3' },
  flash: true,
  speech: '请A012号到3号窗口',
};
const SETTINGS: OnbonSettings = {
  screen: 3,
  profile: 'bx-5k-yy',
  widthPx: 64,
  heightPx: 16,
  panel: 'red-green',
  answersCarryScreen: true,
  volume: 7,
  speechSpeed: 5,
  speechRepeats: 0,
};

let clock: SimulatedClock;
let simulator: OnbonSimulator;
let line: MemoryLine;
let display: Display;

beforeEach(() => {
  clock = new SimulatedClock();
  simulator = new OnbonSimulator({ clock, screen: 3 });
  useSettings(SETTINGS);
});

function useSettings(settings: OnbonSettings): void {
  line = new MemoryLine(simulator, clock);
  display = new DisplayLine({ clock, open: line.open, baudRate: 9600 }).add(
    onbonDialect(settings),
    () => undefined,
  );
}

async function makeReady(): Promise<void> {
  display.start();
  await clock.advance(200);
  expect(display.status).toEqual({ state: 'ready', identity: 'Onbon screen 3' });
}

async function show(content: WindowDisplayContent): Promise<string> {
  const shown = display.show(content);
  await clock.advance(3_000);
  const result = await shown;
  return result.ok ? 'shown' : `${result.fault.code}: ${result.fault.detail}`;
}

describe('an Onbon display that works', () => {
  it('shows and says a call', async () => {
    await makeReady();
    expect(windowDisplayContentSchema.parse(CALL)).toEqual(CALL);
    expect(await show(CALL)).toBe('shown');
    expect(simulator.shown).toEqual({
      text: '\\C1请A012号到3号窗口',
      width: 8,
      heightPx: 16,
      spoken: '请A012号到3号窗口',
    });
    expect(simulator.isOn).toBe(true);
  });

  it('shows the ticket when there is no sentence, and is dark when cleared', async () => {
    await makeReady();
    await show({ ...CALL, text: null, flash: false });
    expect(simulator.shown?.text).toBe('\\C2A012');
    const cleared = display.clear();
    await clock.advance(100);
    expect(await cleared).toEqual({ ok: true, value: undefined });
    expect(simulator.shown).toBeNull();
  });

  it('counts pixels on a BX-6K, and keeps colour and voice from cards without them', async () => {
    useSettings({ ...SETTINGS, profile: 'bx-6k', panel: 'one-colour' });
    await makeReady();
    await show(CALL);
    expect(simulator.shown).toMatchObject({ text: '请A012号到3号窗口', width: 64, spoken: null });
  });

  it('hears the answer behind the echo of a two-wire adapter', async () => {
    simulator.setFault('echo');
    await makeReady();
    expect(await show(CALL)).toBe('shown');
  });
});

describe('an Onbon display in trouble', () => {
  it.each([
    ['silent', 'device.silent: no answer in 400 ms'],
    ['garbage', 'device.garbled: 40 bytes without an answer'],
    ['half-frame', 'device.garbled: 15 bytes without an answer'],
    ['wrong-checksum', 'device.garbled: a damaged answer'],
    ['slow-bytes', 'shown'],
    ['busy', 'device.refused: error 3: busy'],
    ['busy-once', 'shown'],
    ['font-missing', 'device.refused: error 12: font missing'],
  ] satisfies [OnbonFaultKind, string][])('%s while it is to show: %s', async (kind, expected) => {
    await makeReady();
    simulator.setFault(kind);
    expect(await show(CALL)).toBe(expected);
    simulator.setFault(null);
    await clock.advance(20_000);
    expect(display.status.state).toBe('ready');
    expect(await show(CALL)).toBe('shown');
  });

  it.each(['silent', 'garbage', 'half-frame', 'wrong-checksum', 'busy'] satisfies OnbonFaultKind[])(
    '%s while it is identified leaves the port alone until it answers',
    async (kind) => {
      simulator.setFault(kind);
      display.start();
      await clock.advance(1_300);
      expect(display.status.state).toBe('unidentified');
      simulator.setFault(null);
      await clock.advance(20_000);
      expect(display.status.state).toBe('ready');
    },
  );

  it('does not take the answer of another screen for its own', async () => {
    useSettings({ ...SETTINGS, screen: 4 });
    display.start();
    await clock.advance(1_300);
    expect(display.status.state).toBe('unidentified');
  });

  it('that acknowledges and stays dark is believed: no answer of the protocol could tell', async () => {
    await makeReady();
    simulator.setFault('shows-nothing');
    expect(await show(CALL)).toBe('shown');
    expect(simulator.shown).toBeNull();
    expect(display.status.state).toBe('ready');
  });

  it('is lost when it falls silent, and shows the last call again without its voice', async () => {
    await makeReady();
    await show(CALL);
    simulator.setFault('silent');
    simulator.losePower();
    await clock.advance(3 * displayDelays.heartbeatMs);
    expect(display.status.state).not.toBe('ready');
    simulator.setFault(null);
    await clock.advance(20_000);
    expect(display.status.state).toBe('ready');
    expect(simulator.shown).toMatchObject({ text: '\\C1请A012号到3号窗口', spoken: null });
    expect(simulator.spoken).toEqual(['请A012号到3号窗口']);
  });

  it('shows the call again after a power cut that only one heartbeat noticed', async () => {
    await makeReady();
    await show(CALL);
    simulator.setFault('silent');
    simulator.losePower();
    // `show` has taken 3 s; the power is back before the question that went unanswered is asked again.
    await clock.advance(displayDelays.heartbeatMs - 3_000 + onbonDelays.answerMs + 50);
    simulator.setFault(null);
    await clock.advance(displayDelays.heartbeatMs);
    expect(line.openCount).toBe(1);
    expect(simulator.shown).toMatchObject({ text: '\\C1请A012号到3号窗口', spoken: null });
  });

  it('that refuses its content when it comes back is ready, and gets it with a later heartbeat', async () => {
    simulator.setFault('font-missing');
    await display.show(CALL);
    await makeReady();
    expect(simulator.shown).toBeNull();
    await clock.advance(displayDelays.heartbeatMs);
    expect(simulator.shown).toBeNull();
    simulator.setFault(null);
    await clock.advance(displayDelays.heartbeatMs);
    expect(simulator.shown?.text).toBe('\\C1请A012号到3号窗口');
  });

  it('shows what it was asked to while it was unplugged', async () => {
    await makeReady();
    line.unplug(fault('device.port-missing'));
    expect(await show(CALL)).toMatch(/^device.not-ready/);
    line.plug();
    await clock.advance(20_000);
    expect(simulator.shown?.text).toBe('\\C1请A012号到3号窗口');
  });
});
