import type { RememberedIdentity } from '#contract/device-host.ts';
import type { Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import type { Store } from '../store/store.ts';

/** By what each device is found again after its ports were renumbered. */
export interface DeviceIdentities {
  all(): readonly RememberedIdentity[];
  /** Faults: store.full, store.failed; then the device is sought at its configured port only. */
  remember(device: string, identity: string): Result<null, Fault>;
}

export function createDeviceIdentities(store: Store, clock: Clock): DeviceIdentities {
  return {
    all: () =>
      store
        .sql('SELECT device, identity FROM device_identity ORDER BY device')
        .all()
        .map((row) => ({ device: String(row['device']), identity: String(row['identity']) })),
    remember: (device, identity) =>
      store.transaction(() => {
        store
          .sql(
            `INSERT INTO device_identity (device, identity, seen_at_ms) VALUES (?, ?, ?)
             ON CONFLICT (device) DO UPDATE SET identity = excluded.identity, seen_at_ms = excluded.seen_at_ms`,
          )
          .run(device, identity, clock.now());
        return null;
      }),
  };
}
