import type { DeviceSettings } from '#contract/devices.ts';
import type { Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import { ok, type Result } from '#contract/result.ts';
import type { Store } from '../store/store.ts';

/**
 * Devices that a technician switched off, or on again, at the terminal. It lies over the configuration, which is the station's and is
 * left as it is; a device that is in nobody's way is as it says there.
 */
export interface DeviceSwitches {
  isOn(device: Pick<DeviceSettings, 'id' | 'enabled'>): boolean;
  /** Inside a transaction or alone; kept over restarts. Faults: those of the store. */
  set(device: Pick<DeviceSettings, 'id' | 'enabled'>, on: boolean): Result<null, Fault>;
}

export function createDeviceSwitches(store: Store, clock: Clock): DeviceSwitches {
  const switched = new Map(
    store
      .sql('SELECT device, is_on FROM device_switch')
      .all()
      .map((row) => [String(row['device']), Number(row['is_on']) === 1] as const),
  );
  const isOn: DeviceSwitches['isOn'] = ({ id, enabled }) => switched.get(id) ?? enabled;

  return {
    isOn,
    set: (device, on) => {
      if (isOn(device) === on) return ok(null);
      const written = store.transaction(() => {
        store
          .sql('INSERT OR REPLACE INTO device_switch (device, is_on, at_ms) VALUES (?, ?, ?)')
          .run(device.id, on ? 1 : 0, clock.now());
        return null;
      });
      if (written.ok) switched.set(device.id, on);
      return written;
    },
  };
}
