import type { DeviceSettings } from '#contract/devices.ts';
import type { JudgedTest } from '#contract/provisioning.ts';
import type { ProvisioningSnapshot } from '#contract/provisioning-api.ts';
import type { TerminalConfig } from '#config/schema.ts';
import type { ReboundDevices } from '../devices/devices.ts';
import type { KeptProgress } from './kept-progress.ts';
import { boundDevices } from './own-config.ts';
import type { BoundDevice } from './progress.ts';

/** Which device hangs at which port, and who was found there in its place. */
export interface Bindings {
  /** The devices of the station's file, as they are bound by now. */
  all(): readonly DeviceSettings[];
  called(id: string): DeviceSettings | undefined;
  /** Those that were identified: others would be opened in vain, or twice. */
  proven(): readonly DeviceSettings[];
  /** The windows over which a display hangs, each once. */
  windows(of: readonly DeviceSettings[]): readonly string[];
  bind(settings: DeviceSettings, channel: string): void;
  leaveOut(settings: DeviceSettings, out: boolean): void;
  /** Each gets the port, and of displays the address, of the other. */
  exchange(one: DeviceSettings, other: DeviceSettings): void;
  /** By what it is found again on another port. */
  keepIdentity(id: string, identity: string): void;
  /** Who was found at the port of this device, or seen in its place; known since this start. */
  crossedWith(id: string): string | null;
  cross(id: string, other: string | null): void;
  /** Ports that a device may be bound to, with those that nobody owns. */
  channels(unknownPorts: ReturnType<ReboundDevices['unknownPorts']>): ProvisioningSnapshot['channels'];
}

export function createBindings(config: TerminalConfig, kept: KeptProgress): Bindings {
  const crossed = new Map<string, string>();

  const all = (): readonly DeviceSettings[] => boundDevices(config, kept.now().devices);
  const called = (id: string): DeviceSettings | undefined => all().find((device) => device.id === id);

  /** A test that was passed with another binding was another test. */
  function forget(ids: readonly string[]): void {
    const tests: readonly string[] = ids.flatMap((id) => testOf(called(id)) ?? []);
    for (const id of ids) crossed.delete(id);
    kept.keep({
      results: kept
        .now()
        .results.filter(
          ({ item, device }) => !tests.includes(item) && (device === null || !ids.includes(device)),
        ),
    });
  }

  function keep(changed: readonly BoundDevice[]): void {
    const ids = changed.map(({ id }) => id);
    kept.keep({ devices: [...kept.now().devices.filter(({ id }) => !ids.includes(id)), ...changed] });
  }

  function bindAll(changed: readonly BoundDevice[]): void {
    keep(changed);
    forget(changed.map(({ id }) => id));
  }

  function boundOf(settings: DeviceSettings): BoundDevice {
    const { id, channel, identity, enabled } = settings;
    const display = kept.now().devices.find((own) => own.id === id)?.display;
    return { id, channel, identity, isLeftOut: !enabled, ...(display === undefined ? {} : { display }) };
  }

  return {
    all,
    called,
    proven: () =>
      all().filter(
        ({ id, enabled }) =>
          enabled && kept.now().results.some(({ device, state }) => device === id && state === 'green'),
      ),
    windows: (of) => [
      ...new Set(of.flatMap((device) => (device.kind === 'queue-display' ? [device.window] : []))),
    ],
    bind: (settings, channel) => {
      bindAll([{ ...boundOf(settings), channel, identity: null }]);
    },
    leaveOut: (settings, out) => {
      bindAll([{ ...boundOf(settings), isLeftOut: out }]);
    },
    exchange: (one, other) => {
      const taking = (settings: DeviceSettings, from: DeviceSettings): BoundDevice => ({
        ...boundOf(settings),
        channel: from.channel,
        identity: null,
        ...(settings.kind === 'queue-display' && from.kind === 'queue-display'
          ? { display: from.display }
          : {}),
      });
      bindAll([taking(one, other), taking(other, one)]);
    },
    keepIdentity: (id, identity) => {
      const settings = called(id);
      if (settings === undefined || settings.identity === identity) return;
      keep([{ ...boundOf(settings), identity }]);
    },
    crossedWith: (id) => crossed.get(id) ?? null,
    cross: (id, other) => {
      if (other === null) crossed.delete(id);
      else crossed.set(id, other);
    },
    channels: (unknownPorts) => {
      const found = new Map<string, { channel: string; maker: string | null; device: string | null }>();
      const devices = all();
      const homes = [...config.devices, ...devices].map(({ channel }) => channel);
      const unknown = unknownPorts.map(({ path, maker }) => ({ channel: `serial:${path}`, maker }));
      for (const { channel, maker } of [...homes.map((channel) => ({ channel, maker: null })), ...unknown]) {
        const device = devices.find((each) => each.channel === channel)?.id ?? null;
        found.set(channel, { channel, maker: maker ?? found.get(channel)?.maker ?? null, device });
      }
      return [...found.values()];
    },
  };
}

function testOf(device: DeviceSettings | undefined): JudgedTest | null {
  switch (device?.kind) {
    case 'receipt-printer':
      return 'printer';
    case 'id-card-reader':
      return 'card';
    case 'queue-display':
      return 'display';
    default:
      return null;
  }
}
