import { fault, type Fault } from '#contract/fault.ts';
import { sealedHandedSchema, type SealedHanded } from '#contract/handed.ts';
import type { Clock } from '#contract/ports.ts';
import type { HandedAsk, HandedFound } from '#contract/queue/hall-api.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { Audit } from '../audit/audit.ts';
import type { Log } from '../log.ts';
import { bindings } from '../store/sealed-columns.ts';
import type { Sealer } from '../store/sealing.ts';
import type { Store } from '../store/store.ts';
import { isOver } from '../tickets/ahead.ts';
import type { QueueDay } from '../tickets/queue-day.ts';
import type { DayBy } from '../tickets/queue-source.ts';

/**
 * What residents could not finish at this kiosk and handed to the window: sealed, bound to the ticket, given out each time
 * with a row of the audit, and erased when the ticket is over or its day is. There is no other copy of it.
 */
export interface HandedDrafts {
  /** Inside a transaction, with the ticket. */
  keep(ticketId: string, handed: SealedHanded): void;
  /**
   * Who asks was decided before (station-handed.ts). Faults, of opening it: `handed.none`; `store.full`, `store.failed`:
   * without its row nothing is shown.
   */
  find(ask: HandedAsk): Result<HandedFound, Fault>;
  /** Erases those whose ticket is over, or is of a day that is: by a day that is no guess (`DayBy`). */
  sweep(): void;
}

export interface HandedDraftsPorts {
  readonly store: Store;
  readonly sealer: Sealer;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
  readonly day: () => QueueDay;
  readonly dayBy: () => DayBy;
  /** This machine's date is known to be wrong now (health/trusted-time.ts): no day is over by it. */
  readonly isDateWrong: () => boolean;
  /** This terminal's two digits. */
  readonly own: string;
}

export function createHandedDrafts(ports: HandedDraftsPorts): HandedDrafts {
  const { store, sealer, audit, clock, log } = ports;

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

  /** There is no such ticket today. What comes from later than now was handed over before the clock was set back. */
  function isOfDayBefore(handedAtMs: number): boolean {
    if (ports.isDateWrong()) return false;
    switch (ports.dayBy()) {
      case 'station':
        return true;
      case 'midnight':
        return handedAtMs <= clock.now();
      case 'start':
        return false;
    }
  }

  function sweep(): void {
    const { tickets } = ports.day();
    const ids = store
      .sql('SELECT ticket_id, handed_at_ms FROM handed_draft')
      .all()
      .filter((row) => {
        const ticket = tickets.get(String(row['ticket_id']));
        return ticket === undefined ? isOfDayBefore(Number(row['handed_at_ms'])) : isOver(ticket);
      })
      .map((row) => String(row['ticket_id']));
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
    find: ({ ticketId, account, whole, from }) => {
      if (whole === null)
        return ok({ is: 'looked', isThere: rowOf(ticketId) !== undefined, silentKiosk: null });
      const found = read(ticketId);
      if (found === null) return err(fault('handed.none'));
      const written = store.transaction(() => {
        audit.write({
          event: 'handed.opened',
          actor: 'staff',
          subject: ticketId,
          disposition: whole ? 'whole' : 'masked',
          detail: `by ${account}${from === ports.own ? '' : ` at terminal ${from}`}`,
        });
        return null;
      });
      if (!written.ok) return written;
      const rows = found.rows.map(({ section, label, display, whole: all }) => ({
        section,
        label,
        display: whole ? all : display,
      }));
      return ok({ is: 'opened', handed: { ...found, rows } });
    },
    sweep,
  };
}
