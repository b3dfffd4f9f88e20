import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { FromDeviceHost } from '#contract/device-host.ts';
import { serveSimulator } from '#drivers/channel/tcp-server.ts';
import { SimulatedBus } from '#drivers/channel/simulated-bus.ts';
import { OnbonSimulator } from '#drivers/onbon-display/simulator.ts';
import { systemSerialPorts } from '#drivers/channel/serial-ports.ts';
import { onbonPanel } from '#drivers/onbon-display/for-tests.ts';
import { noRareGlyphs } from '#drivers/receipt-printer/rare-glyphs.ts';
import { systemClock } from '#drivers/runtime/system-clock.ts';
import { DeviceHost } from './device-host.ts';

/** Over a real TCP port, which takes one host at a time: a second opening would be turned away. */
let screens: OnbonSimulator[];
let channel: string;
let host: DeviceHost;
let heard: FromDeviceHost[];
let wake: () => void;

beforeEach(async () => {
  screens = [1, 2].map((screen) => new OnbonSimulator({ clock: systemClock, screen }));
  const bus = new SimulatedBus({ clock: systemClock, baudRate: 115_200, members: screens, echo: false });
  const served = await serveSimulator(bus, { host: '127.0.0.1', port: 0 });
  channel = `tcp:127.0.0.1:${served.port}`;
  heard = [];
  wake = () => undefined;
  const stopped = Promise.withResolvers<undefined>();
  host = new DeviceHost({
    clock: systemClock,
    send: (message) => {
      heard.push(message);
      wake();
    },
    rare: noRareGlyphs,
    serialPorts: systemSerialPorts(systemClock),
    log: () => undefined,
    onStopped: () => stopped.resolve(undefined),
    onHung: () => undefined,
  });
  onTestFinished(async () => {
    await host.stop();
    await stopped.promise;
    await served.close();
  });
});

function display(screen: number, more: { enabled?: boolean; volume?: number } = {}) {
  const { enabled = true, volume = 7 } = more;
  return {
    kind: 'queue-display',
    id: `display-${screen}`,
    channel,
    baudRate: 115_200,
    identity: null,
    enabled,
    window: String(screen),
    display: { protocol: 'onbon', ...onbonPanel(screen), volume },
  };
}

async function next(wanted: (message: FromDeviceHost) => boolean): Promise<FromDeviceHost> {
  for (;;) {
    const index = heard.findIndex(wanted);
    const [found] = index < 0 ? [] : heard.splice(0, index + 1).slice(-1);
    if (found !== undefined) return found;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
}

const isState = (id: string, state: string) => (message: FromDeviceHost) =>
  message.type === 'device' && message.device.id === id && message.device.status.state === state;

async function show(screen: number, ticket: string): Promise<string | null> {
  host.receive({
    type: 'show',
    device: `display-${screen}`,
    requestId: ticket,
    content: { ticket, window: String(screen), text: null, flash: true, speech: null },
  });
  const ended = await next((message) => message.type === 'show-ended' && message.requestId === ticket);
  return ended.type === 'show-ended' && ended.fault !== null ? ended.fault.code : null;
}

describe('displays with the same channel', () => {
  it('share one opening of it, and each shows its own', async () => {
    host.receive({ type: 'configure', devices: [display(1), display(2)] });
    await next(isState('display-2', 'ready'));
    expect(await show(1, 'A001')).toBeNull();
    expect(await show(2, 'A002')).toBeNull();
    expect(screens.map((screen) => screen.shown?.text)).toEqual(['A001', 'A002']);
  });

  it('do not notice that one of them is configured anew', async () => {
    host.receive({ type: 'configure', devices: [display(1), display(2)] });
    await next(isState('display-2', 'ready'));
    await show(1, 'A001');
    heard.length = 0;
    host.receive({ type: 'configure', devices: [display(1), display(2, { volume: 3 })] });
    await next(isState('display-2', 'ready'));
    expect(heard.filter(isState('display-1', 'opening'))).toEqual([]);
    expect(screens[0]?.shown?.text).toBe('A001');
    expect(await show(1, 'A003')).toBeNull();
    expect(await show(2, 'A004')).toBeNull();
  });

  it('go on when one of them is switched off or taken out, and the last one frees the port', async () => {
    host.receive({ type: 'configure', devices: [display(1), display(2)] });
    await next(isState('display-2', 'ready'));
    host.receive({ type: 'configure', devices: [display(1, { enabled: false }), display(2)] });
    await next(isState('display-1', 'disabled'));
    expect(await show(1, 'A001')).toBe('device.disabled');
    expect(await show(2, 'A002')).toBeNull();
    host.receive({ type: 'configure', devices: [] });
    host.receive({ type: 'configure', devices: [display(1)] });
    await next(isState('display-1', 'ready'));
    expect(await show(1, 'A003')).toBeNull();
    expect(screens.map((screen) => screen.shown?.text)).toEqual(['A003', 'A002']);
  });
});
