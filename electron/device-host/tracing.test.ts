import { describe, expect, it } from 'vitest';
import type { FromDeviceHost } from '#contract/device-host.ts';
import { CardReaderSimulator, EXAMPLE_SAM_ID, FRANK_MODULE } from '#drivers/id-card-reader/simulator.ts';
import { syntheticPerson } from '#drivers/id-card-reader/synthetic-people.ts';
import { noRareGlyphs } from '#drivers/receipt-printer/rare-glyphs.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { DeviceHost } from './device-host.ts';
import { FakeSerialPorts } from './ports/for-tests.ts';
import { tracingDelays } from './tracing.ts';

const reader = {
  id: 'reader',
  kind: 'id-card-reader',
  channel: 'serial:/dev/ttyUSB0',
  baudRate: 115_200,
  profile: 'sam-v',
  identity: null,
  enabled: true,
};

async function setUp() {
  const clock = new SimulatedClock();
  const ports = new FakeSerialPorts(clock);
  const simulator = new CardReaderSimulator({
    clock,
    samId: EXAMPLE_SAM_ID,
    baudRate: null,
    habits: FRANK_MODULE,
  });
  ports.plug('/dev/ttyUSB0', simulator, {}, false);
  const sent: FromDeviceHost[] = [];
  const host = new DeviceHost({
    clock,
    serialPorts: ports.system,
    rare: noRareGlyphs,
    send: (message) => sent.push(message),
    log: () => undefined,
    onStopped: () => undefined,
    onHung: () => undefined,
  });
  host.receive({ type: 'configure', devices: [reader] });
  await clock.advance(1_000);
  const lines = () => sent.flatMap((message) => (message.type === 'traced' ? [message.line] : []));
  return { clock, simulator, host, lines };
}

describe('the trace of a device', () => {
  it('is off until it is asked for, and tells both directions with their time', async () => {
    const { clock, host, lines } = await setUp();
    expect(lines()).toEqual([]);
    host.receive({ type: 'trace', device: 'reader', on: true });
    await clock.advance(5_000);
    expect(lines().slice(0, 2)).toMatchObject([
      { device: 'reader', direction: 'to-device', bytes: 'AA AA AA 96 69 00 03 11 FF ED' },
      { device: 'reader', direction: 'from-device', bytes: 'AA AA AA 96 69 00 04 00 00 90 <1>' },
    ]);
    expect(lines()[0]?.atMs).toBeGreaterThan(1_800_000_000_000);
  });

  it('holds nothing of a card', async () => {
    const { clock, simulator, host, lines } = await setUp();
    host.receive({ type: 'trace', device: 'reader', on: true });
    simulator.placeCard(syntheticPerson('zhang-jianguo'));
    host.receive({ type: 'watch-card', device: 'reader', on: true });
    await clock.advance(2_000);
    expect(lines().map(({ bytes }) => bytes)).toContain('AA AA AA 96 69 05 08 00 00 90 <1285>');
    // 张 in UTF-16LE.
    expect(lines().some(({ bytes }) => bytes.includes('20 5F'))).toBe(false);
  });

  it('ends when it is switched off, and by itself after minutes', async () => {
    const { clock, host, lines } = await setUp();
    const count = async (ms: number) => {
      const before = lines().length;
      await clock.advance(ms);
      return lines().length - before;
    };
    host.receive({ type: 'trace', device: 'reader', on: true });
    expect(await count(20_000)).toBeGreaterThan(0);
    host.receive({ type: 'trace', device: 'reader', on: false });
    expect(await count(20_000)).toBe(0);
    host.receive({ type: 'trace', device: 'reader', on: true });
    await clock.advance(tracingDelays.endsAfterMs);
    expect(await count(60_000)).toBe(0);
  });
});
