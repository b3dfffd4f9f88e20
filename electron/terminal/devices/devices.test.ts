import { describe, expect, it } from 'vitest';
import type { DeviceSettings } from '#contract/devices.ts';
import { fault } from '#contract/fault.ts';
import { receiptDocumentSchema } from '#contract/receipt.ts';
import { onbonPanel } from '#drivers/onbon-display/for-tests.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { FakeDeviceHost } from '../../../tests/support/fake-device-host.ts';
import { noDeviceMemory } from '../../../tests/support/no-device-memory.ts';
import { createDevices } from './devices.ts';
import { hostLinkDelays } from './host-link.ts';

const onLine = { channel: 'tcp:127.0.0.1:1', baudRate: 9_600, identity: null, enabled: true } as const;
const reader: DeviceSettings = { ...onLine, id: 'reader', kind: 'id-card-reader', profile: 'sam-v' };
const scanner: DeviceSettings = { ...onLine, id: 'scanner', kind: 'scanner', profile: 'generic' };
const printer: DeviceSettings = { ...onLine, id: 'printer', kind: 'receipt-printer', profile: 'generic-80' };
const display: DeviceSettings = {
  ...onLine,
  id: 'display',
  kind: 'queue-display',
  window: '1',
  display: { protocol: 'onbon', ...onbonPanel(1) },
};
const call = { ticket: 'A012', window: '1', text: null, flash: true, speech: 'A012' };

async function terminalSide(
  settings: readonly DeviceSettings[],
  off: readonly string[] = [],
  wasPrinting = false,
) {
  const clock = new SimulatedClock();
  const hosts: FakeDeviceHost[] = [];
  const switchedOff = new Set(off);
  let ids = 0;
  const devices = createDevices({
    ...noDeviceMemory,
    settings,
    wasPrinting,
    spawn: () => {
      const host = new FakeDeviceHost();
      hosts.push(host);
      return host;
    },
    clock,
    log: () => undefined,
    newId: () => `id-${(ids += 1)}`,
    switches: { isOn: ({ id }) => !switchedOff.has(id) },
  });
  await clock.advance(0);
  const turn = (id: string, on: boolean) => {
    if (on) switchedOff.delete(id);
    else switchedOff.add(id);
    devices.switched();
  };
  const newest = () => {
    const host = hosts.at(-1);
    if (host === undefined) throw new Error('no host was started');
    return host;
  };
  /** The host dies, and another begins. */
  const dies = async () => {
    newest().die();
    await clock.advance(hostLinkDelays.respawnCapMs);
    return newest();
  };
  return { devices, host: newest(), dies, turn };
}

it.each([
  ['reader', reader, 'watchCard', 'watching'],
  ['scanner', scanner, 'watchCode', 'watchingCodes'],
] as const)(
  'a %s that is switched on while a visit waits is watched',
  async (id, settings, watch, watched) => {
    const { devices, host, turn } = await terminalSide([settings], [id]);
    devices[watch](true);
    expect(host[watched]).toBe(false);
    turn(id, true);
    expect(host[watched]).toBe(true);
  },
);

it.each([
  ['reader', reader, 'watchCard', 'watching'],
  ['scanner', scanner, 'watchCode', 'watchingCodes'],
] as const)(
  'a %s that was switched off when the visit ceased to wait is watched no more',
  async (id, settings, watch, watched) => {
    const { devices, host, turn } = await terminalSide([settings]);
    devices[watch](true);
    turn(id, false);
    devices[watch](false);
    turn(id, true);
    expect(host[watched]).toBe(false);
  },
);

it('a reader that is taken away and bound again hears whether somebody waits', async () => {
  const { devices, host } = await terminalSide([reader]);
  devices.watchCard(true);
  devices.rebind([]);
  devices.watchCard(false);
  devices.rebind([reader]);
  expect(host.watching).toBe(false);
});

it('a display whose neighbour is switched off is left alone: its call may be under way', async () => {
  const { devices, host, turn } = await terminalSide([display, reader]);
  await devices.showAtWindow('1', call);
  turn('reader', false);
  turn('reader', true);
  devices.identify('reader');
  expect(host.shown).toEqual([{ device: 'display', content: call }]);
});

it('a display that was switched off when it was to be cleared is dark when it is back', async () => {
  const { devices, host, turn } = await terminalSide([display]);
  await devices.showAtWindow('1', call);
  turn('display', false);
  expect(await devices.showAtWindow('1', null)).toEqual([]);
  turn('display', true);
  expect(host.shown).toEqual([{ device: 'display', content: call }]);
});

const slip = receiptDocumentSchema.parse({ nodes: [{ type: 'text', text: '受理回执' }] });

it('a host that dies with a slip in its hands leaves its paper to the next one', async () => {
  const { devices, host, dies } = await terminalSide([printer, reader]);
  expect(host.unfinished).toEqual([]);
  host.outcome = null;
  const printed = devices.print('printer', 'job-1', slip);
  const next = await dies();
  expect(await printed).toMatchObject({ end: 'unknown' });
  expect(next.unfinished).toEqual(['printer']);
  // It tidied up, and proves the next slip: nothing is left to do for the host behind it.
  expect(await devices.print('printer', 'job-2', slip)).toMatchObject({ end: 'printed' });
  expect((await dies()).unfinished).toEqual([]);
});

describe('paper that a host was told of', () => {
  /** A host that died with a slip in its hands, and the next one, to which nobody gives a slip. */
  const toldOne = async () => {
    const side = await terminalSide([printer, reader]);
    side.host.outcome = null;
    const printed = side.devices.print('printer', 'job-1', slip);
    const host = await side.dies();
    await printed;
    expect(host.unfinished).toEqual(['printer']);
    return { ...side, host };
  };

  it('is cut off when its printer is ready: the next host cuts no blank strip', async () => {
    const { dies } = await toldOne();
    expect((await dies()).unfinished).toEqual([]);
  });

  it('is left to the next host while its printer can do nothing', async () => {
    const { dies, turn } = await terminalSide([printer], ['printer'], true);
    const next = await dies();
    expect(next.unfinished).toEqual(['printer']);
    next.setState('printer', { state: 'attention', identity: 'fake', needs: ['cover-open'] });
    expect((await dies()).unfinished).toEqual(['printer']);
    turn('printer', true);
    expect((await dies()).unfinished).toEqual([]);
  });

  it('is left once more behind another slip whose end nobody knows', async () => {
    const { devices, host, dies } = await toldOne();
    host.outcome = { end: 'unknown', fault: fault('printer.unconfirmed') };
    await devices.print('printer', 'job-2', slip);
    // It is ready again, and has said nothing of that one.
    host.setState('printer', { state: 'ready', identity: 'fake' });
    expect((await dies()).unfinished).toEqual(['printer']);
  });
});

it('a slip that failed leaves what was known of the paper', async () => {
  const { devices, host, dies } = await terminalSide([printer]);
  host.outcome = { end: 'failed', fault: fault('printer.paper-out') };
  await devices.print('printer', 'job-1', slip);
  expect((await dies()).unfinished).toEqual([]);
});

it('a terminal that ended in the middle of a slip tells its first host', async () => {
  const { host } = await terminalSide([printer, reader], [], true);
  expect(host.unfinished).toEqual(['printer']);
});
