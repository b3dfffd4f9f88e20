import { describe, expect, it } from 'vitest';
import type { FromDeviceHost } from '#contract/device-host.ts';
import type { DeviceState } from '#contract/devices.ts';
import type { SerialPortInfo } from '#contract/serial-port.ts';
import { CardReaderSimulator, FRANK_MODULE } from '#drivers/id-card-reader/simulator.ts';
import { printerProfile } from '#drivers/receipt-printer/profiles.ts';
import { ReceiptPrinterSimulator } from '#drivers/receipt-printer/simulator.ts';
import { noRareGlyphs } from '#drivers/receipt-printer/rare-glyphs.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { DeviceHost } from '../device-host.ts';
import { FakeSerialPorts } from './for-tests.ts';
import { portWatchDelays } from './port-watch.ts';

const USB0 = '/dev/ttyUSB0';
const USB1 = '/dev/ttyUSB1';
const USB2 = '/dev/ttyUSB2';

function setUp() {
  const clock = new SimulatedClock();
  const ports = new FakeSerialPorts(clock);
  const sent: FromDeviceHost[] = [];
  let host: DeviceHost | null = null;
  const start = () =>
    (host = new DeviceHost({
      clock,
      serialPorts: ports.system,
      rare: noRareGlyphs,
      send: (message) => sent.push(message),
      log: () => undefined,
      onStopped: () => undefined,
      onHung: () => undefined,
    }));
  const reader = (number: number) => {
    const samId = new Uint8Array(16);
    samId[12] = number;
    return new CardReaderSimulator({ clock, samId, baudRate: null, habits: FRANK_MODULE });
  };
  const printer = (name: string) =>
    new ReceiptPrinterSimulator({
      clock,
      profile: epson,
      name,
      lineMs: 1,
      afterStop: 'continue',
    });
  return {
    clock,
    ports,
    sent,
    reader,
    printer,
    configure: (devices: readonly object[], remembered: readonly object[]) =>
      (host ?? start()).receive({ type: 'configure', devices, remembered }),
    status: (id: string): DeviceState | null => {
      const last = sent.findLast((message) => message.type === 'device' && message.device.id === id);
      return last?.type === 'device' ? last.device.status : null;
    },
    remembered: (id: string): string | null => {
      const last = sent.findLast((message) => message.type === 'identified' && message.device === id);
      return last?.type === 'identified' ? last.identity : null;
    },
    unknown: (): readonly SerialPortInfo[] => {
      const last = sent.findLast((message) => message.type === 'ports');
      return last?.type === 'ports' ? last.unknown : [];
    },
    stop: () => host?.stop(),
  };
}

const epson = (() => {
  const profile = printerProfile('epson-80');
  if (profile === null) throw new Error('epson-80');
  return profile;
})();

const losses = (sent: readonly FromDeviceHost[]) =>
  sent.map((message) =>
    message.type === 'device' && message.device.status.state === 'lost'
      ? message.device.status.fault.code
      : null,
  );

const sam = (number: number) => `00.00-00000000-0000000000-${String(number).padStart(10, '0')}`;

const device = (id: string, kind: string, path: string, identity: string | null) => ({
  id,
  kind,
  channel: `serial:${path}`,
  baudRate: 115_200,
  profile: kind === 'receipt-printer' ? 'epson-80' : 'sam-v',
  identity,
  enabled: true,
});
const reader = (id: string, path: string, identity: string | null) =>
  device(id, 'id-card-reader', path, identity);

describe('a device whose identity is configured', () => {
  it('is not taken for another of its kind that answers at its port, and the state says who answered', async () => {
    const { clock, ports, reader: module, configure, status } = setUp();
    ports.plug(USB0, module(7), {}, false);
    configure([reader('reader', USB0, sam(1))], []);
    await clock.advance(200);
    expect(status('reader')).toMatchObject({
      state: 'unidentified',
      fault: { code: 'device.unidentified', detail: `${USB0}: ${sam(7)} answers; expected is ${sam(1)}` },
    });
    await clock.advance(3_600_000);
    expect(status('reader')).toMatchObject({ state: 'unidentified' });
  });

  it('is found on another port when ports were renumbered', async () => {
    const { clock, ports, reader: module, configure, status } = setUp();
    ports.plug(USB1, module(1), {}, false);
    configure([reader('reader', USB0, sam(1))], []);
    await clock.advance(5_000);
    expect(status('reader')).toEqual({ state: 'ready', identity: sam(1) });
  });

  it('and another one, swapped on two ports after a reboot, are both found', async () => {
    const { clock, ports, reader: module, configure, status } = setUp();
    ports.plug(USB0, module(2), {}, false);
    ports.plug(USB1, module(1), {}, false);
    configure([reader('left', USB0, sam(1)), reader('right', USB1, sam(2))], []);
    await clock.advance(10_000);
    expect(status('left')).toEqual({ state: 'ready', identity: sam(1) });
    expect(status('right')).toEqual({ state: 'ready', identity: sam(2) });
  });

  it('by its adapter is opened at that adapter, and nowhere else is anything asked', async () => {
    const { clock, ports, reader: module, configure, status } = setUp();
    ports.plug(USB0, module(7), { serialNumber: 'OTHER' }, false);
    ports.plug(USB2, module(1), { serialNumber: 'A1B2' }, false);
    configure([reader('reader', USB0, 'usb:1A86:7523:A1B2')], []);
    await clock.advance(1_000);
    expect(status('reader')).toEqual({ state: 'ready', identity: sam(1) });
    expect(ports.opened).toEqual([USB2]);
  });

  it('by an adapter’s number that two adapters have is not guessed', async () => {
    const { clock, ports, reader: module, configure, status } = setUp();
    ports.plug(USB0, module(7), { serialNumber: '0001' }, false);
    ports.plug(USB1, module(1), { serialNumber: '0001' }, false);
    configure([reader('reader', USB0, 'usb:1a86:7523:0001')], []);
    await clock.advance(20_000);
    expect(status('reader')).toMatchObject({ state: 'lost', fault: { code: 'device.port-missing' } });
    expect(ports.opened).toEqual([]);
  });
});

describe('a search', () => {
  it('asks a port that answered wrongly once, until minutes have passed or it is plugged anew', async () => {
    const { clock, ports, printer, configure, status, reader: module } = setUp();
    ports.plug(USB1, printer('TM'), {}, false);
    const asked = () => ports.opened.filter((path) => path === USB1).length;
    configure([reader('reader', USB0, sam(1))], []);
    await clock.advance(59_000);
    expect(asked()).toBe(1);
    const before = asked();
    ports.unplug(USB1, true);
    await clock.advance(100);
    ports.plug(USB1, module(2), {}, true);
    await clock.advance(1_000);
    expect(asked()).toBe(before + 1);
    await clock.advance(9 * 60_000);
    expect(asked()).toBe(before + 1);
    await clock.advance(2 * 60_000);
    expect(asked()).toBe(before + 2);
    expect(status('reader')?.state).not.toBe('ready');
  });

  it('leaves alone what another device holds, what is switched off, and the board’s own ports', async () => {
    const { clock, ports, printer, reader: module, configure, status } = setUp();
    const held = ports.plug(USB0, printer('TM-T88V'), {}, false);
    const off = ports.plug(USB1, module(3), {}, false);
    const board = ports.plug('/dev/ttyS3', module(1), { vendorId: null }, false);
    configure(
      [
        device('printer', 'receipt-printer', USB0, null),
        { ...reader('off', USB1, null), enabled: false },
        reader('reader', USB2, sam(1)),
      ],
      [],
    );
    await clock.advance(120_000);
    expect(status('printer')).toMatchObject({ state: 'ready' });
    expect([held.openCount, off.openCount, board.openCount]).toEqual([1, 0, 0]);
    expect(status('reader')).toMatchObject({ state: 'lost', fault: { code: 'device.port-missing' } });
  });

  it('asks one port at a time', async () => {
    const { clock, ports, configure } = setUp();
    const lines = ['/dev/ttyUSB5', '/dev/ttyUSB6', '/dev/ttyUSB7'].map((path) =>
      ports.plug(
        path,
        { attach: () => ({ receive: () => undefined, unplugged: () => undefined }) },
        {},
        false,
      ),
    );
    configure([reader('left', USB0, sam(1)), reader('right', USB1, sam(2))], []);
    let most = 0;
    for (let step = 0; step < 3_000; step += 1) {
      await clock.advance(10);
      most = Math.max(most, lines.filter((line) => line.isOpen).length);
    }
    expect(most).toBe(1);
    expect(lines.every((line) => line.openCount >= 1)).toBe(true);
  });
});

describe('a device whose identity is not configured', () => {
  it('is taken by its first handshake, and remembered', async () => {
    const { clock, ports, reader: module, configure, status, remembered } = setUp();
    ports.plug(USB0, module(1), {}, false);
    configure([reader('reader', USB0, null)], []);
    await clock.advance(1_000);
    expect(status('reader')).toEqual({ state: 'ready', identity: sam(1) });
    expect(remembered('reader')).toBe(sam(1));
  });

  it('is found by what is remembered after a reboot with other numbers', async () => {
    const { clock, ports, printer, reader: module, configure, status } = setUp();
    ports.plug(USB0, printer('TM-T88V'), {}, false);
    ports.plug(USB1, module(1), {}, false);
    configure(
      [reader('reader', USB0, null), device('printer', 'receipt-printer', USB1, null)],
      [
        { device: 'reader', identity: sam(1) },
        { device: 'printer', identity: 'TM-T88V' },
      ],
    );
    await clock.advance(20_000);
    expect(status('reader')).toEqual({ state: 'ready', identity: sam(1) });
    expect(status('printer')).toMatchObject({ state: 'ready', identity: 'TM-T88V' });
  });

  it('that was exchanged is taken at its own port when the old one is nowhere', async () => {
    const { clock, ports, reader: module, configure, status, remembered } = setUp();
    ports.plug(USB0, module(9), {}, false);
    ports.plug(USB1, module(4), {}, false);
    configure([reader('reader', USB0, null)], [{ device: 'reader', identity: sam(1) }]);
    await clock.advance(10_000);
    expect(ports.opened).toContain(USB1);
    expect(status('reader')).toEqual({ state: 'ready', identity: sam(9) });
    expect(remembered('reader')).toBe(sam(9));
  });

  it('and another one, swapped, keep their names: neither is taken for an exchanged one', async () => {
    const { clock, ports, reader: module, configure, status, sent } = setUp();
    ports.plug(USB0, module(2), {}, false);
    ports.plug(USB1, module(1), {}, false);
    configure(
      [reader('left', USB0, null), reader('right', USB1, null)],
      [
        { device: 'left', identity: sam(1) },
        { device: 'right', identity: sam(2) },
      ],
    );
    await clock.advance(10_000);
    expect(status('left')).toEqual({ state: 'ready', identity: sam(1) });
    expect(status('right')).toEqual({ state: 'ready', identity: sam(2) });
    expect(sent.filter((message) => message.type === 'identified')).toEqual([]);
  });

  it('is opened at its port when the system lists nothing', async () => {
    const { clock, ports, reader: module, configure, status } = setUp();
    ports.plug(USB0, module(1), {}, false);
    ports.tellsNothing = true;
    configure([reader('reader', USB0, null)], [{ device: 'reader', identity: sam(1) }]);
    await clock.advance(1_000);
    expect(status('reader')).toEqual({ state: 'ready', identity: sam(1) });
  });
});

describe('a printer without a name', () => {
  it('is remembered by its adapter, and is opened there after a reboot', async () => {
    const { clock, ports, printer, configure, remembered, status } = setUp();
    const settings = { ...device('printer', 'receipt-printer', USB0, null), profile: 'generic-80' };
    ports.plug(USB0, printer(''), { serialNumber: 'P1' }, false);
    configure([settings], []);
    await clock.advance(3_000);
    expect(remembered('printer')).toBe('usb:1a86:7523:P1');

    const next = setUp();
    next.ports.plug(USB1, next.printer(''), { serialNumber: 'P1' }, false);
    next.configure([settings], [{ device: 'printer', identity: 'usb:1a86:7523:P1' }]);
    await next.clock.advance(3_000);
    expect(next.status('printer')).toMatchObject({ state: 'ready' });
    expect(status('printer')).toMatchObject({ state: 'ready' });
  });

  it('on an adapter without a number is bound to its port, and nothing is remembered', async () => {
    const { clock, ports, printer, configure, remembered, status } = setUp();
    ports.plug(USB0, printer(''), {}, false);
    configure([{ ...device('printer', 'receipt-printer', USB0, null), profile: 'generic-80' }], []);
    await clock.advance(3_000);
    expect(status('printer')).toMatchObject({ state: 'ready' });
    expect(remembered('printer')).toBeNull();
  });
});

describe('a cable', () => {
  it.each([true, false])(
    'that is pulled is noticed at once, though the line says nothing (hint: %s)',
    async (hint) => {
      const { clock, ports, reader: module, configure, status, sent } = setUp();
      const simulator = module(1);
      ports.plug(USB0, simulator, {}, false);
      configure([reader('reader', USB0, null)], []);
      await clock.advance(1_000);
      ports.unplug(USB0, hint);
      await clock.advance(hint ? portWatchDelays.settleMs : portWatchDelays.pollMs);
      expect(status('reader')?.state).toBe('lost');
      expect(losses(sent)).toContain('device.lost');

      await clock.advance(60_000);
      ports.plug(USB0, simulator, {}, hint);
      await clock.advance(hint ? portWatchDelays.settleMs + 10 : portWatchDelays.pollMs);
      // Not after the backoff, which has grown to 8 s by now.
      expect(status('reader')).toEqual({ state: 'ready', identity: sam(1) });
    },
  );

  it('that is pulled and put back between two looks is a new connection', async () => {
    const { clock, ports, reader: module, configure, status } = setUp();
    const simulator = module(1);
    ports.plug(USB0, simulator, {}, false);
    configure([reader('reader', USB0, null)], []);
    await clock.advance(1_000);
    ports.unplug(USB0, false);
    const line = ports.plug(USB0, simulator, {}, false);
    await clock.advance(3_000);
    expect(line.openCount).toBe(1);
    expect(status('reader')).toEqual({ state: 'ready', identity: sam(1) });
  });

  it('by the system’s link to it is followed to the port that the link names now', async () => {
    const { clock, ports, reader: module, configure, status } = setUp();
    const link = '/dev/serial/by-path/port-3';
    const simulator = module(1);
    ports.plug(USB0, simulator, {}, false);
    ports.link(link, USB0);
    configure([reader('reader', link, null)], []);
    await clock.advance(1_000);
    ports.unplug(USB0, true);
    await clock.advance(100);
    ports.link(link, USB2);
    ports.plug(USB2, simulator, {}, true);
    await clock.advance(100);
    expect(status('reader')).toEqual({ state: 'ready', identity: sam(1) });
  });
});

describe('a port that no device has', () => {
  it('is reported, and is never opened by that', async () => {
    const { clock, ports, reader: module, configure, unknown } = setUp();
    ports.plug(USB0, module(1), {}, false);
    const stranger = ports.plug(USB1, module(2), { serialNumber: 'S', maker: 'Prolific' }, false);
    configure([reader('reader', USB0, null)], []);
    await clock.advance(60_000);
    expect(unknown()).toEqual([
      { path: USB1, vendorId: '1a86', productId: '7523', serialNumber: 'S', maker: 'Prolific' },
    ]);
    expect(stranger.openCount).toBe(0);
    ports.unplug(USB1, true);
    await clock.advance(100);
    expect(unknown()).toEqual([]);
  });
});
