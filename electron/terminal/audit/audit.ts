import type { Clock } from '#contract/ports.ts';
import { isStorable } from '#contract/storable.ts';
import { auditLimits, NO_AUDIT_HASH } from '#contract/terminal-audit.ts';
import type { Store } from '../store/store.ts';
import { AUDIT_COLUMNS, hashBytes, hashInColumn, hashOfRow } from './chain.ts';
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

/** Put together once: it is looked for by its text at each row. */
const INSERT = `INSERT INTO audit (${AUDIT_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`;

export function createAudit(store: Store, clock: Clock): Audit {
  return {
    write: ({ event, actor, ...row }) => {
      // Asked each time and kept nowhere: a row that was rolled back must not be what the next one follows.
      const last = store
        .sql('SELECT sequence, hash FROM audit WHERE sequence = (SELECT max(sequence) FROM audit)')
        .get();
      const content = {
        sequence: Number(last?.['sequence'] ?? 0) + 1,
        atMs: clock.now(),
        event,
        actor,
        subject: row.subject === null ? null : tellable(row.subject, auditLimits.subject),
        disposition: tellable(row.disposition, auditLimits.disposition),
        detail: row.detail === null ? null : tellable(row.detail, auditLimits.detail),
      };
      const previous = last === undefined ? NO_AUDIT_HASH : hashInColumn(last['hash']);
      store
        .sql(INSERT)
        .run(
          content.sequence,
          content.atMs,
          event,
          actor,
          content.subject,
          content.disposition,
          content.detail,
          hashBytes(previous),
          hashBytes(hashOfRow(content, previous)),
        );
    },
  };
}

/** What the platform can keep: a stranger's path at the door may hold anything. */
function tellable(text: string, most: number): string {
  const short = text.length > most ? text.slice(0, most) : text;
  return isStorable(short) ? short : short.toWellFormed().replaceAll('\0', '\uFFFD');
}
