import { fault, type Fault } from '#contract/fault.ts';
import { sealedHandedSchema, type Handed, type SealedHanded } from '#contract/handed.ts';
import type { Clock } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { Audit } from '../audit/audit.ts';
import type { Log } from '../log.ts';
import { bindings } from '../store/sealed-columns.ts';
import type { Sealer } from '../store/sealing.ts';
import type { Store } from '../store/store.ts';
import { isOver } from '../tickets/ahead.ts';
import type { QueueDay } from '../tickets/queue-day.ts';

/**
 * What residents could not finish at the kiosk and handed to the window: sealed, bound to the ticket, shown to whoever
 * serves it, each time with a row of the audit, and erased when the ticket is over or its day is.
 */
export interface HandedDrafts {
  /** Inside a transaction, with the ticket. */
  keep(ticketId: string, handed: SealedHanded): void;
  /** Faults: `handed.not-yours`. */
  look(ticketId: string, account: string): Result<{ isThere: boolean }, Fault>;
  /** Faults: `handed.not-yours`, `handed.none`; `store.full`, `store.failed`: without its row nothing is shown. */
  open(ticketId: string, account: string, whole: boolean): Result<Handed, Fault>;
  /** Erases those whose ticket is over, or is of no such day. */
  sweep(): void;
}

export interface HandedDraftsPorts {
  readonly store: Store;
  readonly sealer: Sealer;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
  readonly day: () => QueueDay;
}

export function createHandedDrafts(ports: HandedDraftsPorts): HandedDrafts {
  const { store, sealer, audit, clock, log } = ports;

  /** A ticket is served at one window, and whoever sits there is the one who sees it. */
  function isServedBy(ticketId: string, account: string): boolean {
    return [...ports.day().windows.values()].some(
      (window) => window.ticketId === ticketId && window.person === account && window.state !== 'closed',
    );
  }

  function rowOf(ticketId: string) {
    return store.sql('SELECT sealed_body, key_id FROM handed_draft WHERE ticket_id = ?').get(ticketId);
  }

  function read(ticketId: string): SealedHanded | null {
    const row = rowOf(ticketId);
    const sealed = row?.['sealed_body'];
    if (!row || !(sealed instanceof Uint8Array)) return null;
    const plain = sealer.unseal(sealed, String(row['key_id']), bindings.handedDraft(ticketId));
    if (!plain.ok) return null;
    const parsed = sealedHandedSchema.safeParse(JSON.parse(Buffer.from(plain.value).toString('utf8')));
    return parsed.success ? parsed.data : null;
  }

  function sweep(): void {
    const { tickets } = ports.day();
    const ids = store
      .sql('SELECT ticket_id FROM handed_draft')
      .all()
      .map((row) => String(row['ticket_id']))
      .filter((ticketId) => {
        const ticket = tickets.get(ticketId);
        return ticket === undefined || isOver(ticket);
      });
    if (ids.length === 0) return;
    const erased = store.transaction(() => {
      for (const ticketId of ids) {
        store.sql('DELETE FROM handed_draft WHERE ticket_id = ?').run(ticketId);
        const disposition = tickets.has(ticketId) ? 'ticket-over' : 'day-over';
        audit.write({
          event: 'handed.erased',
          actor: 'terminal',
          subject: ticketId,
          disposition,
          detail: null,
        });
      }
      return null;
    });
    // What was overwritten in the database stands in its log until that is cut.
    const cut = erased.ok ? store.truncateLog() : erased;
    if (!cut.ok) log({ level: 'error', event: 'handed.erase-failed', code: cut.fault.code });
  }

  return {
    keep: (ticketId, handed) => {
      const body = Buffer.from(JSON.stringify(handed), 'utf8');
      const sealed = sealer.seal(body, bindings.handedDraft(ticketId));
      store
        .sql('INSERT INTO handed_draft (ticket_id, sealed_body, key_id, handed_at_ms) VALUES (?, ?, ?, ?)')
        .run(ticketId, sealed, sealer.keyId, clock.now());
      audit.write({
        event: 'handed.kept',
        actor: 'resident',
        subject: ticketId,
        disposition: 'success',
        detail: null,
      });
    },
    look: (ticketId, account) =>
      isServedBy(ticketId, account)
        ? ok({ isThere: rowOf(ticketId) !== undefined })
        : err(fault('handed.not-yours')),
    open: (ticketId, account, whole) => {
      if (!isServedBy(ticketId, account)) return err(fault('handed.not-yours'));
      const found = read(ticketId);
      if (found === null) return err(fault('handed.none'));
      const written = store.transaction(() => {
        audit.write({
          event: 'handed.opened',
          actor: 'staff',
          subject: ticketId,
          disposition: whole ? 'whole' : 'masked',
          detail: `by ${account}`,
        });
        return null;
      });
      if (!written.ok) return written;
      const rows = found.rows.map(({ section, label, display, whole: all }) => ({
        section,
        label,
        display: whole ? all : display,
      }));
      return ok({ ...found, rows });
    },
    sweep,
  };
}
