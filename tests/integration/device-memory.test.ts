import { describe, expect, it, onTestFinished } from 'vitest';
import { fault } from '#contract/fault.ts';
import type { DeviceSettings } from '#contract/devices.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { createDeviceHistory } from '#terminal/devices/device-history.ts';
import { createDeviceIdentities } from '#terminal/devices/device-identities.ts';
import { createDevices } from '#terminal/devices/devices.ts';
import { hostLinkDelays } from '#terminal/devices/host-link.ts';
import type { LogLine } from '#terminal/log.ts';
import { openStore } from '#terminal/store/store.ts';
import { expectValue } from '../support/expect-value.ts';
import { noDeviceMemory } from '../support/no-device-memory.ts';
import { FakeDeviceHost } from '../support/fake-device-host.ts';
import { newDataDir, removeDataDir } from '../support/terminal-under-test.ts';

const reader: DeviceSettings = {
  id: 'reader',
  kind: 'id-card-reader',
  channel: 'serial:/dev/ttyUSB0',
  baudRate: 115_200,
  profile: 'sam-v',
  identity: null,
  enabled: true,
};

async function setUp() {
  const dataDir = newDataDir();
  const store = expectValue(openStore(dataDir));
  const clock = new SimulatedClock();
  const log: LogLine[] = [];
  const hosts: FakeDeviceHost[] = [];
  const devices = createDevices({
    switches: noDeviceMemory.switches,
    wasPrinting: false,
    settings: [reader],
    spawn: () => {
      const host = new FakeDeviceHost();
      hosts.push(host);
      return host;
    },
    clock,
    log: (line) => log.push(line),
    newId: () => 'id',
    identities: createDeviceIdentities(store, clock),
    history: createDeviceHistory({ store, clock, log: (line) => log.push(line) }),
  });
  onTestFinished(() => {
    devices.close();
    store.close();
    removeDataDir(dataDir);
  });
  await clock.advance(1);
  const host = () => {
    const last = hosts.at(-1);
    if (last === undefined) throw new Error('no host');
    return last;
  };
  return { devices, clock, log, hosts, host };
}

describe('what the terminal keeps of its devices', () => {
  it('is what each is found again by, told to the next device host', async () => {
    const { clock, hosts, host } = await setUp();
    expect(host().remembered).toEqual([]);
    host().emit({ type: 'identified', device: 'reader', identity: '05.01-1' });
    host().die();
    await clock.advance(hostLinkDelays.respawnAfterMs);
    expect(hosts).toHaveLength(2);
    expect(host().remembered).toEqual([{ device: 'reader', identity: '05.01-1' }]);
  });

  it('is the ports that belong to nobody', async () => {
    const { devices, host } = await setUp();
    expect(devices.unknownPorts()).toEqual([]);
    const port = {
      path: '/dev/ttyUSB3',
      vendorId: '1a86',
      productId: '7523',
      serialNumber: null,
      maker: 'QinHeng',
    };
    let changes = 0;
    devices.changes.subscribe(() => (changes += 1));
    host().emit({ type: 'ports', unknown: [port] });
    expect(devices.unknownPorts()).toEqual([port]);
    expect(changes).toBe(1);
  });

  it('is what became of each, a dead device host too', async () => {
    const { devices, clock, host, log } = await setUp();
    host().setState('reader', { state: 'lost', fault: fault('device.lost', 'unplugged'), retryInMs: 500 });
    await clock.advance(1_000);
    host().die();
    expect(devices.history('reader').map(({ state, reason }) => [state, reason])).toEqual([
      ['lost', 'device.host-gone'],
      ['lost', 'device.lost'],
      ['ready', null],
    ]);
    expect(log).toContainEqual({
      level: 'warn',
      event: 'device.state',
      device: 'reader',
      code: 'device.lost',
      detail: 'lost: unplugged',
    });
  });

  it('is not a trace: its lines go to the log', async () => {
    const { devices, host, log } = await setUp();
    devices.trace('reader', true);
    expect(host().traced).toEqual([{ device: 'reader', on: true }]);
    const line = { device: 'reader', atMs: 1, direction: 'from-device', bytes: 'AA 96 69 <9>' } as const;
    host().emit({ type: 'traced', line });
    expect(log.at(-1)).toEqual({
      level: 'info',
      event: 'device.trace',
      device: 'reader',
      detail: '< AA 96 69 <9>',
    });
  });

  it('is asked of no host that has not said hello', async () => {
    const { devices, clock, host, hosts } = await setUp();
    host().die();
    devices.watchCard(true);
    await clock.advance(hostLinkDelays.respawnAfterMs);
    expect(hosts).toHaveLength(2);
    expect(host().watching).toBe(true);
  });
});
