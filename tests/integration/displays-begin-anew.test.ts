import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { deviceSettingsSchema, type DeviceState } from '#contract/devices.ts';
import { systemClock } from '#drivers/runtime/system-clock.ts';
import { SimulatedBus } from '#drivers/channel/simulated-bus.ts';
import { serveSimulator, type ServedSimulator } from '#drivers/channel/tcp-server.ts';
import { onbonPanel } from '#drivers/onbon-display/for-tests.ts';
import { OnbonSimulator } from '#drivers/onbon-display/simulator.ts';
import { forkDeviceHost } from '#host/fork-device-host.ts';
import type { DeviceHostProcess } from '#terminal/devices/device-host-process.ts';
import { createDevices, type Devices } from '#terminal/devices/devices.ts';
import { noDeviceMemory } from '../support/no-device-memory.ts';

/**
 * What makes two displays on one line begin anew: the process that runs the drivers is killed, in each of their states, and what a
 * technician does to one of them.
 */

const HOST_MAIN = fileURLToPath(new URL('../../electron/device-host/main.ts', import.meta.url));
const CALL = {
  ticket: 'A012',
  window: '1',
  text: { zh: '请A012号到1号窗口办理', en: 'A012 to window 1' },
  flash: true,
  speech: '请A012号到1号窗口办理',
};

let screens: OnbonSimulator[];
let bus: SimulatedBus;
let served: ServedSimulator;
let devices: Devices;
let hosts: DeviceHostProcess[];
let switchedOff: Set<string>;

beforeEach(async () => {
  screens = [1, 2].map((screen) => new OnbonSimulator({ clock: systemClock, screen }));
  bus = new SimulatedBus({ clock: systemClock, baudRate: 9_600, members: screens, echo: false });
  served = await serveSimulator(bus, { host: '127.0.0.1', port: 0 });
  hosts = [];
  switchedOff = new Set();
});

afterEach(async () => {
  devices.close();
  await Promise.all(
    hosts.map((host) => {
      host.kill();
      return new Promise((resolve) => setImmediate(resolve));
    }),
  );
  await served.close();
});

function start(): void {
  let ids = 0;
  devices = createDevices({
    settings: [1, 2].map((screen) => settings(screen)),
    spawn: () => {
      const host = forkDeviceHost(HOST_MAIN);
      hosts.push(host);
      return host;
    },
    clock: systemClock,
    log: () => undefined,
    newId: () => `id-${(ids += 1)}`,
    ...noDeviceMemory,
    switches: { isOn: ({ id }) => !switchedOff.has(id) },
  });
}

function settings(screen: number) {
  return deviceSettingsSchema.parse({
    kind: 'queue-display',
    id: `display-${screen}`,
    channel: `tcp:127.0.0.1:${served.port}`,
    baudRate: 9_600,
    enabled: true,
    window: String(screen),
    display: { protocol: 'onbon', ...onbonPanel(screen) },
  });
}

const statuses = (): DeviceState[] => devices.snapshots().map(({ status }) => status);

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) {
    await new Promise<void>((resolve) => {
      const stop = devices.changes.subscribe(() => {
        stop();
        resolve();
      });
    });
  }
}

/** From now on, however short it holds. */
function once(holds: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    const stop = devices.changes.subscribe(() => {
      if (!holds()) return;
      stop();
      resolve();
    });
  });
}

const areReady = () => statuses().every(({ state }) => state === 'ready');
const firstIs = (state: DeviceState['state']) => () => statuses()[0]?.state === state;

async function killed(): Promise<void> {
  hosts.at(-1)?.kill();
  await until(() =>
    statuses().every((status) => 'fault' in status && status.fault.code === 'device.host-gone'),
  );
}

async function backWithTheCall(): Promise<void> {
  await until(areReady);
  expect(hosts).toHaveLength(2);
  expect(screens.map((screen) => screen.shown?.text ?? null)).toEqual(['请A012号到1号窗口办理', null]);
}

it('while the line is opened: the call is shown by the next one', async () => {
  await served.unplug();
  start();
  await until(firstIs('lost'));
  void devices.showAtWindow('1', CALL);
  await killed();
  await served.plug();
  await backWithTheCall();
  expect(screens[0]?.spoken).toEqual([]);
});

it('while the displays are identified: the call is shown by the next one', async () => {
  for (const screen of screens) bus.setPlugged(screen, false);
  start();
  await until(firstIs('identifying'));
  void devices.showAtWindow('1', CALL);
  await killed();
  for (const screen of screens) bus.setPlugged(screen, true);
  await backWithTheCall();
  expect(screens[0]?.spoken).toEqual([]);
});

it('while nothing is asked: the last call stands there again, and is not spoken twice', async () => {
  start();
  await until(areReady);
  expect(await devices.showAtWindow('1', CALL)).toEqual([{ device: 'display-1', fault: null }]);
  await killed();
  for (const screen of screens) screen.losePower();
  await backWithTheCall();
  expect(screens[0]?.spoken).toEqual(['请A012号到1号窗口办理']);
});

it('while a call is on the line: its end says so, and the next one shows it', async () => {
  start();
  await until(areReady);
  const call = devices.showAtWindow('1', CALL);
  await until(firstIs('busy'));
  await killed();
  expect(await call).toMatchObject([{ device: 'display-1', fault: { code: 'device.host-gone' } }]);
  await backWithTheCall();
});

it('and a display that was cleared before stays dark', async () => {
  start();
  await until(areReady);
  await devices.showAtWindow('1', CALL);
  await devices.showAtWindow('1', null);
  await killed();
  await until(areReady);
  expect(screens.map((screen) => screen.shown)).toEqual([null, null]);
});

const LATER = { ...CALL, ticket: 'A013', text: { zh: '请A013号到1号窗口办理', en: 'A013 to window 1' } };

async function showsAgain(text: string): Promise<void> {
  await until(areReady);
  await expect.poll(() => screens.map((screen) => screen.shown?.text ?? null)).toEqual([text, null]);
  expect(screens[0]?.spoken).toEqual(['请A012号到1号窗口办理']);
}

it('asked who it is, a display shows the call again, and does not speak it twice', async () => {
  start();
  await until(areReady);
  await devices.showAtWindow('1', CALL);
  const began = once(firstIs('disabled'));
  devices.identify('display-1');
  await began;
  await showsAgain('请A012号到1号窗口办理');
});

it('switched off and on, it shows the call that came meanwhile', async () => {
  start();
  await until(areReady);
  await devices.showAtWindow('1', CALL);
  const off = once(firstIs('disabled'));
  switchedOff.add('display-1');
  devices.switched();
  await off;
  expect(await devices.showAtWindow('1', LATER)).toEqual([]);
  switchedOff.delete('display-1');
  devices.switched();
  await once(firstIs('ready'));
  await showsAgain('请A013号到1号窗口办理');
});

it('worked for a while, it shows the call that came meanwhile', async () => {
  start();
  await until(areReady);
  await devices.showAtWindow('1', CALL);
  const off = once(firstIs('disabled'));
  devices.burnIn('display-1', 3_600_000);
  await off;
  expect(await devices.showAtWindow('1', LATER)).toMatchObject([{ fault: { code: 'device.not-ready' } }]);
  devices.burnIn('display-1', 0);
  await once(firstIs('ready'));
  await showsAgain('请A013号到1号窗口办理');
});
