import { beforeEach, describe, expect, it } from 'vitest';
import type { WindowDisplayContent } from '#contract/window-display.ts';
import type { DisplayTemplate } from '#contract/queue-display.ts';
import { MemoryLine } from '../channel/memory.ts';
import type { LineFaultKind } from '../channel/spoilt-answer.ts';
import { decodeGb2312 } from '../codec/gb2312.ts';
import { SimulatedClock } from '../runtime/simulated-clock.ts';
import { DisplayLine } from '../runtime/display-line.ts';
import type { Display } from '../runtime/display.ts';
import { templateDialect } from './dialect.ts';
import { chineseBoard, numberBoard } from './examples.ts';
import { TemplateDisplaySimulator } from './simulator.ts';

const CALL: WindowDisplayContent = {
  ticket: 'A012',
  window: '3',
  text: { zh: '请A012号', en: 'A012' },
  flash: true,
  speech: null,
};

let clock: SimulatedClock;
let simulator: TemplateDisplaySimulator;
let display: Display;

beforeEach(() => {
  clock = new SimulatedClock();
});

async function makeReady(template: DisplayTemplate): Promise<void> {
  simulator = new TemplateDisplaySimulator(clock, template);
  const line = new MemoryLine(simulator, clock);
  display = new DisplayLine({ clock, open: line.open, baudRate: 9600 }).add(
    templateDialect(template),
    () => undefined,
  );
  display.start();
  await clock.advance(200);
  expect(display.status.state).toBe('ready');
}

async function show(content: WindowDisplayContent): Promise<string> {
  const shown = display.show(content);
  await clock.advance(2_000);
  const result = await shown;
  return result.ok ? 'shown' : result.fault.code;
}

const text = () => decodeGb2312(simulator.shown?.texts[0] ?? new Uint8Array(0)).trimEnd();

describe('a display whose frame is configured', () => {
  it('shows a sentence and is blank when cleared', async () => {
    await makeReady(chineseBoard);
    expect(await show(CALL)).toBe('shown');
    expect(text()).toBe('请A012号');
    const cleared = display.clear();
    await clock.advance(100);
    expect((await cleared).ok).toBe(true);
    expect(text()).toBe('');
  });

  it('that never answers says so in its name, and is sent its content again', async () => {
    await makeReady(numberBoard);
    expect(display.status).toEqual({ state: 'ready', identity: 'display 5 (never answers)' });
    await show(CALL);
    simulator.losePower();
    await clock.advance(10_000);
    expect(simulator.shown?.number).toBe(12);
  });

  it('that acknowledges and stays dark is believed: no answer could tell', async () => {
    await makeReady(chineseBoard);
    simulator.setFault('shows-nothing');
    expect(await show(CALL)).toBe('shown');
    expect(simulator.shown).toBeNull();
    expect(display.status.state).toBe('ready');
  });

  it.each([
    ['silent', 'device.silent'],
    ['garbage', 'device.garbled'],
    ['half-frame', 'device.garbled'],
    ['wrong-checksum', 'device.garbled'],
    ['slow-bytes', 'shown'],
  ] satisfies [LineFaultKind, string][])('%s while it is to show: %s', async (kind, expected) => {
    await makeReady(chineseBoard);
    simulator.setFault(kind);
    expect(await show(CALL)).toBe(expected);
    simulator.setFault(null);
    await clock.advance(20_000);
    expect(display.status.state).toBe('ready');
    expect(await show(CALL)).toBe('shown');
  });
});
