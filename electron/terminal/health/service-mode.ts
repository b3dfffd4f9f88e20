import type { Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import { ok, type Result } from '#contract/result.ts';
import type { Audit } from '../audit/audit.ts';
import { createChanges, type Changes } from '../changes.ts';
import type { Store } from '../store/store.ts';

/** Who put the terminal in or out of service: an account at this station, or the platform by one of its commands. */
export interface ServiceModeActor {
  readonly actor: 'technician' | 'platform';
  /** An account's id, or that of a command; null: it has none. */
  readonly id: string | null;
}

/**
 * Out of service by somebody's word: whoever is at it finishes, and nobody begins; numbers are given out to whoever is still at
 * it and to nobody else. What was received is sent and printed as ever. It lies in the store: a restart does not end it.
 */
export interface ServiceMode {
  readonly changes: Pick<Changes, 'subscribe'>;
  /** Since when, in ms since 1970; null: the terminal serves. */
  sinceMs(): number | null;
  /** What is so already is no change, and writes nothing. Faults: those of the store. */
  set(on: boolean, by: ServiceModeActor): Result<null, Fault>;
}

export interface ServiceModePorts {
  readonly store: Store;
  readonly audit: Audit;
  readonly clock: Clock;
}

export function createServiceMode({ store, audit, clock }: ServiceModePorts): ServiceMode {
  const changes = createChanges();
  let sinceMs = read(store);

  return {
    changes,
    sinceMs: () => sinceMs,
    set: (on, { actor, id }) => {
      if (on === (sinceMs !== null)) return ok(null);
      const nowMs = clock.now();
      const written = store.transaction(() => {
        if (on) store.sql('INSERT INTO service_mode (one, since_at_ms) VALUES (1, ?)').run(nowMs);
        else store.sql('DELETE FROM service_mode').run();
        audit.write({
          event: 'terminal.service-mode',
          actor,
          subject: id,
          disposition: on ? 'on' : 'off',
          detail: null,
        });
        return null;
      });
      if (!written.ok) return written;
      sinceMs = on ? nowMs : null;
      changes.notify();
      return ok(null);
    },
  };
}

function read(store: Store): number | null {
  const row = store.sql('SELECT since_at_ms FROM service_mode').get();
  return row === undefined ? null : Number(row['since_at_ms']);
}
