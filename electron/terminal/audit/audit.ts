import type { Clock } from '#contract/ports.ts';
import type { Store } from '../store/store.ts';
import type { AuditEvent } from './events.ts';

export interface AuditRow {
  readonly event: AuditEvent;
  readonly actor: 'resident' | 'staff' | 'technician' | 'terminal' | 'platform';
  /** Application or job id. */
  readonly subject: string | null;
  readonly disposition: string;
  readonly detail: string | null;
}

export interface Audit {
  /** Inside a transaction the row lives and dies with it. Holds no personal value. */
  write(row: AuditRow): void;
}

export function createAudit(store: Store, clock: Clock): Audit {
  return {
    write: (row) => {
      store
        .sql(
          'INSERT INTO audit (at_ms, event, actor, subject, disposition, detail) VALUES (?, ?, ?, ?, ?, ?)',
        )
        .run(clock.now(), row.event, row.actor, row.subject, row.disposition, row.detail);
    },
  };
}
