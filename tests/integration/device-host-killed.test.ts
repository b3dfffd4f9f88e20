import { describe, expect, it } from 'vitest';
import type { DeviceSettings, DeviceState } from '#contract/devices.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { syntheticPerson } from '#drivers/id-card-reader/synthetic-people.ts';
import { createDevices, type CardEvent } from '#terminal/devices/devices.ts';
import { hostLinkDelays } from '#terminal/devices/host-link.ts';
import { FakeDeviceHost } from '../support/fake-device-host.ts';
import { noDeviceMemory } from '../support/no-device-memory.ts';

const settings: DeviceSettings = {
  id: 'card-reader',
  kind: 'id-card-reader',
  channel: 'tcp:127.0.0.1:1',
  baudRate: 115_200,
  profile: 'sam-v',
  identity: null,
  enabled: true,
};

async function terminalSide() {
  const clock = new SimulatedClock();
  const hosts: FakeDeviceHost[] = [];
  const spawn = () => {
    const host = new FakeDeviceHost();
    hosts.push(host);
    return host;
  };
  const devices = createDevices({
    settings: [settings],
    spawn,
    clock,
    log: () => undefined,
    newId: () => 'id',
    ...noDeviceMemory,
  });
  const events: CardEvent[] = [];
  devices.onCard((event) => events.push(event));
  await clock.advance(1);
  const host = () => {
    const last = hosts.at(-1);
    if (last === undefined) throw new Error('no host was started');
    return last;
  };
  return {
    clock,
    hosts,
    host,
    devices,
    events,
    status: () => devices.ofKind('id-card-reader')?.status,
  };
}

const identity = 'fake';

/** The reader's state when its process is killed, and whether a visit waits for a card. */
const moments: readonly (readonly [string, DeviceState, boolean])[] = [
  ['idle', { state: 'ready', identity }, false],
  ['opening', { state: 'opening' }, false],
  ['identifying', { state: 'identifying' }, false],
  ['watching', { state: 'ready', identity }, true],
  ['reading', { state: 'busy', identity }, true],
  ['alarmed about a card that was left', { state: 'attention', identity, needs: ['card-left'] }, false],
];

describe('a device host that is killed', () => {
  it.each(moments)(
    'while its reader is %s is started anew, and the visit is where it was',
    async (_, state, waits) => {
      const at = await terminalSide();
      at.devices.watchCard(waits);
      at.host().setState('card-reader', state);
      expect(at.status()).toEqual(state);

      at.host().die();
      expect(at.status()).toEqual({
        state: 'lost',
        fault: { code: 'device.host-gone' },
        retryInMs: hostLinkDelays.respawnAfterMs,
      });
      expect(at.hosts).toHaveLength(1);

      await at.clock.advance(hostLinkDelays.respawnAfterMs + 1);
      expect(at.hosts).toHaveLength(2);
      expect(at.status()).toEqual({ state: 'ready', identity });
      expect(at.host().watching).toBe(waits);

      const document = syntheticPerson('zhang-jianguo');
      at.host().placeCard(document);
      expect(at.events).toEqual(waits ? [{ type: 'read', document }] : []);
    },
  );

  it('again and again is started with growing pauses, and quickly once one has lived for a while', async () => {
    const at = await terminalSide();
    const pauses: number[] = [];
    for (let turn = 0; turn < 9; turn += 1) {
      at.host().die();
      const status = at.status();
      const pauseMs = status?.state === 'lost' ? status.retryInMs : 0;
      pauses.push(pauseMs);
      await at.clock.advance(pauseMs + 1);
    }
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
    await at.clock.advance(hostLinkDelays.healthyAfterMs + 1);
    at.host().die();
    expect(at.status()).toMatchObject({ retryInMs: hostLinkDelays.respawnAfterMs });
  });
});
