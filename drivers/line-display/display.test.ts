import type { LineDisplayDialect } from '#contract/queue-display.ts';
import { beforeEach, describe, expect, it } from 'vitest';
import { fault } from '#contract/fault.ts';
import type { WindowDisplayContent } from '#contract/window-display.ts';
import { MemoryLine } from '../channel/memory.ts';
import { SimulatedClock } from '../runtime/simulated-clock.ts';
import { DisplayLine } from '../runtime/display-line.ts';
import { displayDelays, type Display } from '../runtime/display.ts';
import { lineDialect } from './dialect.ts';
import { LineDisplaySimulator } from './simulator.ts';

const CALL: WindowDisplayContent = { ticket: 'A012', window: '3', text: null, flash: true, speech: null };

let clock: SimulatedClock;
let simulator: LineDisplaySimulator;
let line: MemoryLine;
let display: Display;

beforeEach(() => {
  clock = new SimulatedClock();
});

async function makeReady(dialect: LineDisplayDialect): Promise<void> {
  simulator = new LineDisplaySimulator(dialect);
  line = new MemoryLine(simulator, clock);
  display = new DisplayLine({ clock, open: line.open, baudRate: 9600 }).add(
    lineDialect(dialect),
    () => undefined,
  );
  display.start();
  await clock.advance(200);
  expect(display.status).toEqual({ state: 'ready', identity: `${dialect} (never answers)` });
}

async function show(content: WindowDisplayContent): Promise<string> {
  const shown = display.show(content);
  await clock.advance(200);
  const result = await shown;
  return result.ok ? 'shown' : `${result.fault.code}: ${result.fault.detail}`;
}

const shown = () => simulator.lines.map((text) => text.trimEnd());

describe('a line display', () => {
  it.each(['cd5220', 'epson-dm-d'] as const)('%s shows ticket and window', async (dialect) => {
    await makeReady(dialect);
    expect(await show(CALL)).toBe('shown');
    expect(shown()).toEqual(['A012', '3']);
    expect(await show({ ...CALL, ticket: 'B7', window: '12' })).toBe('shown');
    expect(shown()).toEqual(['B7', '12']);
  });

  it('shows the English sentence when it fits, as it has no Chinese', async () => {
    await makeReady('cd5220');
    await show({ ...CALL, text: { zh: '请到3号窗口', en: 'Window 3, please' } });
    expect(shown()).toEqual(['A012', 'Window 3, please']);
    await show({ ...CALL, text: { zh: '请到3号窗口', en: 'Please go to window number 3' } });
    expect(shown()).toEqual(['A012', '3']);
  });

  it('of eight digits shows the digits, and refuses what has none', async () => {
    await makeReady('led-8');
    await show(CALL);
    expect(shown()).toEqual(['012']);
    expect(await show({ ...CALL, ticket: 'VIP' })).toBe('device.refused: 0 digits, and room for 8');
    expect(shown()).toEqual(['012']);
  });

  it('is empty when cleared', async () => {
    await makeReady('cd5220');
    await show(CALL);
    const cleared = display.clear();
    await clock.advance(200);
    expect((await cleared).ok).toBe(true);
    expect(shown()).toEqual(['', '']);
  });
});

describe('a line display in trouble, which it cannot tell', () => {
  it.each(['dark', 'lost-bytes'] as const)('%s: shows the call again within two heartbeats', async (kind) => {
    await makeReady('cd5220');
    simulator.setFault(kind);
    await show(CALL);
    expect(shown()).not.toEqual(['A012', '3']);
    simulator.setFault(null);
    await clock.advance(2 * displayDelays.heartbeatMs);
    expect(shown()).toEqual(['A012', '3']);
  });

  it('unplugged: is lost, and shows the last call when it is back', async () => {
    await makeReady('epson-dm-d');
    line.unplug(fault('device.port-missing'));
    simulator.losePower();
    expect(await show(CALL)).toMatch(/^device.not-ready/);
    expect(display.status.state).toBe('lost');
    line.plug();
    await clock.advance(20_000);
    expect(display.status.state).toBe('ready');
    expect(shown()).toEqual(['A012', '3']);
  });
});
