import { beforeEach, describe, expect, it } from 'vitest';
import type { FromDeviceHost } from '#contract/device-host.ts';
import { ok } from '#contract/result.ts';
import type { SerialPorts } from '#drivers/channel/serial-ports.ts';
import { printerProfile } from '#drivers/receipt-printer/profiles.ts';
import { noRareGlyphs } from '#drivers/receipt-printer/rare-glyphs.ts';
import { ReceiptPrinterSimulator } from '#drivers/receipt-printer/simulator.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { DeviceHost } from './device-host.ts';
import { closingDelays } from './ports/closing.ts';
import { FakeSerialPorts } from './ports/for-tests.ts';

const HANGS = '/dev/ttyUSB1';
const printer = (id: string, path: string) => ({
  id,
  kind: 'receipt-printer',
  channel: `serial:${path}`,
  baudRate: 115_200,
  profile: 'generic-80',
  identity: null,
  enabled: true,
});
const working = printer('working', '/dev/ttyUSB0');
const hanging = printer('hanging', HANGS);

let clock: SimulatedClock;
let sent: FromDeviceHost[];
let simulators: Map<string, ReceiptPrinterSimulator>;
let ports: FakeSerialPorts;
let hung: number;

beforeEach(() => {
  clock = new SimulatedClock();
  ports = new FakeSerialPorts(clock);
  simulators = new Map();
  sent = [];
  hung = 0;
  const profile = printerProfile('generic-80');
  if (profile === null) throw new Error('generic-80');
  for (const path of ['/dev/ttyUSB0', HANGS]) {
    const options = { clock, profile, name: '', lineMs: 20, afterStop: 'continue' } as const;
    const simulator = new ReceiptPrinterSimulator(options);
    simulators.set(path, simulator);
    ports.plug(path, simulator, {}, false);
  }
});

/** A native driver that never comes back from closing one of them. */
function withHangingPort(): SerialPorts {
  const { system } = ports;
  return {
    ...system,
    open: (settings) => async (events) => {
      const opened = await system.open(settings)(events);
      if (!opened.ok || settings.path !== HANGS) return opened;
      return ok({ ...opened.value, close: () => new Promise<void>(() => undefined) });
    },
  };
}

function newHost(serialPorts: SerialPorts): DeviceHost {
  return new DeviceHost({
    clock,
    serialPorts,
    rare: noRareGlyphs,
    send: (message) => sent.push(message),
    log: () => undefined,
    onStopped: () => undefined,
    onHung: () => (hung += 1),
  });
}

const stateOf = (id: string) =>
  sent.findLast((message) => message.type === 'device' && message.device.id === id);
const isReady = { device: { status: { state: 'ready' } } };

async function bothReady(serialPorts: SerialPorts): Promise<DeviceHost> {
  const host = newHost(serialPorts);
  host.receive({ type: 'configure', devices: [working, hanging] });
  await clock.advance(3_500);
  expect(stateOf('working')).toMatchObject(isReady);
  expect(stateOf('hanging')).toMatchObject(isReady);
  return host;
}

describe('a port that does not close', () => {
  it.each([
    [
      'by a change of its settings',
      { type: 'configure', devices: [working, { ...hanging, enabled: false }] },
    ],
    ['by a burn-in', { type: 'burn-in', device: 'hanging', on: true, lastsMs: 60_000 }],
    ['at the end', { type: 'stop' }],
  ])('%s ends the process, so that the others are served again', async (_, message) => {
    const host = await bothReady(withHangingPort());
    host.receive(message);
    await clock.advance(closingDelays.withinMs - 1);
    expect(hung).toBe(0);
    await clock.advance(1);
    expect(hung).toBe(1);
  });

  it('whose device was lost ends it as well: it would never be found again', async () => {
    await bothReady(withHangingPort());
    simulators.get(HANGS)?.setFault('silent');
    await clock.advance(5_000 + closingDelays.withinMs);
    expect(hung).toBe(1);
  });

  it('and closes after all is nothing', async () => {
    const host = await bothReady(ports.system);
    host.receive({ type: 'configure', devices: [working] });
    await clock.advance(10 * closingDelays.withinMs);
    expect(hung).toBe(0);
  });
});

describe('a slip whose end nobody knows', () => {
  const document = { nodes: Array.from({ length: 20 }, (_, at) => ({ type: 'text', text: `第${at}行` })) };
  const begin = async (host: DeviceHost) => {
    host.receive({ type: 'print', device: 'working', jobId: 'job-1', document });
    await clock.advance(100);
    expect(simulators.get('/dev/ttyUSB0')?.linesPrinted).toBeGreaterThan(0);
  };
  /** With the blank ones. */
  const stripsOf = (path: string) => simulators.get(path)?.receipts().length;

  it.each([
    ['when it is told', ['working'], 1],
    ['and costs no paper where there is none', [], 0],
  ])('is cut off by the next host %s', async (_, unfinished, strips) => {
    newHost(ports.system).receive({ type: 'configure', devices: [working], unfinished });
    await clock.advance(3_500);
    expect(stripsOf('/dev/ttyUSB0')).toBe(strips);
  });

  it('is cut off when its device is taken up again after a burn-in, and once', async () => {
    const host = newHost(ports.system);
    host.receive({ type: 'configure', devices: [working] });
    await clock.advance(3_500);
    await begin(host);
    const burnIn = (on: boolean) =>
      host.receive({ type: 'burn-in', device: 'working', on, lastsMs: on ? 60_000 : 0 });
    burnIn(true);
    await clock.advance(5_000);
    expect(stripsOf('/dev/ttyUSB0')).toBe(1);
    burnIn(false);
    await clock.advance(5_000);
    expect(stripsOf('/dev/ttyUSB0')).toBe(2);
    burnIn(true);
    await clock.advance(5_000);
    burnIn(false);
    await clock.advance(5_000);
    expect(stripsOf('/dev/ttyUSB0')).toBe(2);
  });
});
