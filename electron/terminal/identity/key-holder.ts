import { fault, type Fault } from '#contract/fault.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import { deviceKey, makeStoredKey, type DeviceKey } from './device-key.ts';
import { noIdentity, type IdentityFile, type StoredIdentity } from './identity-file.ts';

/** The keys of this terminal: the one that the platform accepted, and the one that it shall hear of. */
export interface KeyHolder {
  /** Faults: `identity.not-enrolled`, `identity.key-unreadable`. */
  current(): Result<DeviceKey, Fault>;
  /** A key whose announcement was begun and not confirmed. */
  pending(): { readonly purpose: 'enrolment' | 'rotation'; readonly key: DeviceKey } | null;
  /** The pending key, or a new one; on the disk before it is anybody's. */
  prepare(purpose: 'enrolment' | 'rotation'): Result<DeviceKey, Fault>;
  /** The platform will not have the pending key. */
  drop(): Result<null, Fault>;
  /** The platform has accepted the pending key. */
  promote(): Result<null, Fault>;
  /** True when another process (`npm run enrol`) has brought another current key since we looked. */
  reload(): boolean;
}

export interface KeyHolderPorts {
  readonly file: IdentityFile;
  readonly terminalId: string;
  readonly stationId: string;
}

export function createKeyHolder({ file, terminalId, stationId }: KeyHolderPorts): KeyHolder {
  let stored = file.read();
  let keys = keysOf();

  function keysOf(): { current: DeviceKey | null; next: DeviceKey | null } {
    if (!stored.ok) return { current: null, next: null };
    const { current, next } = stored.value;
    // A terminal that was given another name or place is another one to the platform.
    const isOurs = current?.terminalId === terminalId && current.stationId === stationId;
    return {
      current: current !== null && isOurs ? deviceKey(current.key) : null,
      next: next === null ? null : deviceKey(next.key),
    };
  }

  function write(identity: StoredIdentity): Result<null, Fault> {
    const written = file.write(identity);
    if (!written.ok) return written;
    stored = ok(identity);
    keys = keysOf();
    return ok(null);
  }

  function reload(): boolean {
    const before = keys.current?.keyId;
    stored = file.read();
    keys = keysOf();
    return keys.current !== null && keys.current.keyId !== before;
  }

  return {
    reload,
    current: () => {
      if (!stored.ok) return stored;
      return keys.current === null
        ? err(fault('identity.not-enrolled', 'the platform has not been told of this terminal’s key'))
        : ok(keys.current);
    },
    pending: () => {
      const next = stored.ok ? stored.value.next : null;
      return next === null || keys.next === null ? null : { purpose: next.purpose, key: keys.next };
    },
    prepare: (purpose) => {
      reload();
      if (!stored.ok) file.putAside();
      const now = stored.ok ? stored.value : noIdentity;
      const next = { purpose, key: now.next?.key ?? makeStoredKey() };
      const written = write({ ...now, next });
      return written.ok ? ok(deviceKey(next.key)) : written;
    },
    drop: () => (stored.ok ? write({ ...stored.value, next: null }) : stored),
    promote: () => {
      if (!stored.ok) return stored;
      const { next } = stored.value;
      return next === null
        ? ok(null)
        : write({ current: { terminalId, stationId, key: next.key }, next: null });
    },
  };
}
