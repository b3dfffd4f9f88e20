import type { FaultCode } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import type { Audit } from '../audit/audit.ts';
import type { Log } from '../log.ts';
import type { KeyRing } from './key-ring.ts';
import type { Store } from './store.ts';

/** All intervals of a rotation, in milliseconds. */
export const keyRotationDelays = {
  /** Whether the active key is old enough to be exchanged. */
  lookEveryMs: 60 * 60_000,
  /** Between two steps: a resident who submits in the meantime waits for one step at most. */
  stepEveryMs: 200,
  /** After the store failed (disk full). */
  retryMs: 60_000,
} as const;

/** A step of this size holds the store for a few milliseconds. */
const ROWS_PER_STEP = 50;

export interface KeyRotationPorts {
  readonly ring: KeyRing;
  readonly store: Store;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
  readonly rotateEveryMs: number;
}

/** Exchanges the data key at its time, and moves what the old ones sealed, while everything goes on. */
export function startKeyRotation(ports: KeyRotationPorts): { stop: () => void } {
  const { ring, clock, log } = ports;
  let cancel: () => void = () => undefined;
  let stuck = 0;

  function look(): void {
    if (clock.now() - ring.activeSinceMs() >= ports.rotateEveryMs) {
      const rotated = ring.rotate();
      if (!rotated.ok) {
        fails(rotated.fault.code);
        return;
      }
      write('key.rotated', rotated.value);
    }
    stuck = 0;
    step();
  }

  function step(): void {
    const moved = ring.reseal(ROWS_PER_STEP);
    if (!moved.ok) {
      fails(moved.fault.code);
      return;
    }
    stuck += moved.value.stuck;
    if (moved.value.done) finish();
    else cancel = clock.after(keyRotationDelays.stepEveryMs, step);
  }

  function finish(): void {
    if (stuck > 0)
      log({ level: 'error', event: 'key.rows-stuck', code: 'store.failed', detail: `${stuck} rows` });
    const retired = ring.retire();
    if (!retired.ok) {
      fails(retired.fault.code);
      return;
    }
    for (const keyId of retired.value) write('key.retired', keyId);
    cancel = clock.after(keyRotationDelays.lookEveryMs, look);
  }

  function fails(code: FaultCode): void {
    log({ level: 'error', event: 'key.rotation-failed', code });
    cancel = clock.after(keyRotationDelays.retryMs, look);
  }

  function write(event: 'key.rotated' | 'key.retired', keyId: string): void {
    ports.store.transaction(() => {
      ports.audit.write({ event, actor: 'terminal', subject: null, disposition: 'success', detail: keyId });
    });
  }

  // A rotation that a restart interrupted is gone on with at once.
  cancel = clock.after(0, look);
  return {
    stop: () => {
      cancel();
    },
  };
}
