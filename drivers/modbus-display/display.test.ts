import { beforeEach, describe, expect, it } from 'vitest';
import { modbusDisplaySettingsSchema, type ModbusDisplaySettings } from '#contract/queue-display.ts';
import type { WindowDisplayContent } from '#contract/window-display.ts';
import { MemoryLine } from '../channel/memory.ts';
import { toHex } from '../codec/bytes.ts';
import { SimulatedClock } from '../runtime/simulated-clock.ts';
import { DisplayLine } from '../runtime/display-line.ts';
import { displayDelays, type Display } from '../runtime/display.ts';
import { modbusDialect } from './dialect.ts';
import { armflyAscii, armflyNumber } from './settings.ts';
import { ModbusDisplaySimulator, type ModbusFaultKind } from './simulator.ts';

let clock: SimulatedClock;
let simulator: ModbusDisplaySimulator;
let line: MemoryLine;
let display: Display;

beforeEach(() => {
  clock = new SimulatedClock();
  simulator = new ModbusDisplaySimulator({ clock, unit: 1 });
});

async function makeReady(settings: ModbusDisplaySettings): Promise<void> {
  line = new MemoryLine(simulator, clock);
  display = new DisplayLine({ clock, open: line.open, baudRate: 9600 }).add(
    modbusDialect(settings),
    () => undefined,
  );
  display.start();
  await clock.advance(200);
  expect(display.status).toEqual({ state: 'ready', identity: 'Modbus window 1' });
}

async function show(ticket: string): Promise<string> {
  const content: WindowDisplayContent = { ticket, window: '3', text: null, flash: true, speech: null };
  const shown = display.show(content);
  await clock.advance(2_000);
  const result = await shown;
  return result.ok ? 'shown' : `${result.fault.code}: ${result.fault.detail}`;
}

describe('a numeric window', () => {
  it('shows 0 before the first call, and then the number of the ticket', async () => {
    await makeReady(armflyNumber);
    expect(simulator.number).toBe(0);
    expect(await show('A012')).toBe('shown');
    expect(simulator.number).toBe(12);
    expect(await show('B000')).toBe('shown');
    expect(simulator.number).toBe(0);
  });

  it('is never shown a shortened number, as that would call somebody else', async () => {
    await makeReady(armflyNumber);
    await show('A012');
    expect(await show('A12345')).toBe('device.refused: 5 digits, and room for 4');
    expect(await show('VIP')).toBe('device.refused: 0 digits, and room for 4');
    expect(simulator.number).toBe(12);
  });

  it('never gets a number that its register would turn negative', async () => {
    await makeReady({ ...armflyNumber, digits: 5 });
    expect(await show('40000')).toMatch(/^device.refused/);
    expect(await show('32767')).toBe('shown');
  });

  it('is asked by its own last value whether it is there', async () => {
    await makeReady(armflyNumber);
    await show('A012');
    line.written.length = 0;
    await clock.advance(displayDelays.heartbeatMs);
    expect(line.written.map(toHex)).toEqual(['01 06 00 00 00 0C 89 CF']);
  });
});

describe('a window with letters', () => {
  it('shows the whole ticket, and wipes a longer one before it', async () => {
    await makeReady(armflyAscii);
    await show('A012');
    expect(simulator.text).toBe('A012');
    await show('B7');
    expect(simulator.text).toBe('B7  ');
    const cleared = display.clear();
    await clock.advance(100);
    expect((await cleared).ok).toBe(true);
    expect(simulator.text).toBe('    ');
  });

  it('refuses a ticket that it has no room for', async () => {
    await makeReady(armflyAscii);
    expect(await show('AB012')).toBe('device.refused: 5 characters, and room for 4');
  });
});

describe('a window in trouble', () => {
  it.each([
    ['silent', 'device.silent: no answer in 300 ms'],
    ['garbage', 'device.garbled: 40 bytes without an answer'],
    ['half-frame', 'device.garbled: 4 bytes without an answer'],
    ['wrong-checksum', 'device.garbled: 8 bytes without an answer'],
    ['slow-bytes', 'shown'],
    ['busy', 'device.refused: exception 6: device busy'],
    ['busy-once', 'shown'],
    ['illegal-address', 'device.refused: exception 2: illegal data address'],
    ['late-stranger', 'shown'],
  ] satisfies [ModbusFaultKind, string][])('%s while it is to show: %s', async (kind, expected) => {
    await makeReady(armflyNumber);
    simulator.setFault(kind);
    expect(await show('A012')).toBe(expected);
    simulator.setFault(null);
    await clock.advance(20_000);
    expect(display.status.state).toBe('ready');
    expect(await show('A013')).toBe('shown');
    expect(simulator.number).toBe(13);
  });

  it('that acknowledges and stays dark is believed: no answer of the protocol could tell', async () => {
    await makeReady(armflyNumber);
    simulator.setFault('shows-nothing');
    expect(await show('A012')).toBe('shown');
    expect(simulator.number).toBeNull();
    expect(display.status.state).toBe('ready');
  });

  it('shows its last ticket again after a power cut', async () => {
    await makeReady(armflyNumber);
    await show('A012');
    simulator.setFault('silent');
    simulator.losePower();
    await clock.advance(20_000);
    expect(display.status.state).not.toBe('ready');
    simulator.setFault(null);
    simulator.losePower();
    await clock.advance(20_000);
    expect(display.status.state).toBe('ready');
    expect(simulator.number).toBe(12);
  });

  it('with another unit number is not ours', async () => {
    line = new MemoryLine(simulator, clock);
    display = new DisplayLine({ clock, open: line.open, baudRate: 9600 }).add(
      modbusDialect({ ...armflyNumber, unit: 2 }),
      () => undefined,
    );
    display.start();
    await clock.advance(2_000);
    expect(display.status).toMatchObject({ state: 'unidentified', fault: { code: 'device.silent' } });
  });
});

describe('settings', () => {
  it('take the factory’s and refuse a broadcast as a window', () => {
    expect(modbusDisplaySettingsSchema.safeParse(armflyNumber).success).toBe(true);
    expect(modbusDisplaySettingsSchema.safeParse({ ...armflyAscii, unit: 0 }).success).toBe(false);
  });
});
