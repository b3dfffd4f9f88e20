import type { TerminalConfig } from '#config/schema.ts';
import type { Clock } from '#contract/ports.ts';
import type { Log } from '../log.ts';
import type { Store } from '../store/store.ts';
import type { DeviceHostProcess } from './device-host-process.ts';
import { createDeviceHistory } from './device-history.ts';
import { createDeviceIdentities } from './device-identities.ts';
import { createDeviceSwitches, type DeviceSwitches } from './device-switches.ts';
import { createDevices, type Devices } from './devices.ts';

export interface StartDevicesPorts {
  readonly config: TerminalConfig;
  readonly store: Store;
  readonly spawnDeviceHost: () => DeviceHostProcess;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  /** The process before ended while a slip was being printed. */
  readonly wasPrinting: boolean;
}

/** The devices of the configuration, with what the store knows of them. */
export function startDevices(ports: StartDevicesPorts): { devices: Devices; switches: DeviceSwitches } {
  const { config, store, clock, log, newId } = ports;
  const switches = createDeviceSwitches(store, clock);
  const devices = createDevices({
    switches,
    settings: config.devices,
    spawn: ports.spawnDeviceHost,
    clock,
    log,
    newId,
    identities: createDeviceIdentities(store, clock),
    history: createDeviceHistory({ store, clock, log }),
    wasPrinting: ports.wasPrinting,
  });
  return { devices, switches };
}
