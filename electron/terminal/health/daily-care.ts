import { addDays, localDate, type LocalDate } from '#contract/form/local-date.ts';
import type { Clock } from '#contract/ports.ts';
import type { Audit } from '../audit/audit.ts';
import type { Log } from '../log.ts';
import { balanceOf } from '../outbox/reconcile.ts';
import { backUp } from '../store/backup.ts';
import { sweepAttachments } from '../store/attachment-care.ts';
import type { Store } from '../store/store.ts';

/** All intervals of the daily care, in milliseconds. */
export const dailyCareDelays = {
  /** Whether a new day has begun, and nobody stands there. */
  lookEveryMs: 10 * 60_000,
} as const;

export interface DailyCarePorts {
  readonly store: Store;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly log: Log;
  readonly timeZone: string;
  /** null when there is no second path. */
  readonly backupDir: string | null;
  /** A copy holds the store for its time: not while somebody is at the screen. */
  readonly isIdle: () => boolean;
}

/**
 * Once a day, when nobody stands there: yesterday is reconciled, the log of the database is cut (what was
 * erased leaves the disk with it), files that no row names are removed, and the backup is renewed.
 */
export function startDailyCare(ports: DailyCarePorts): { stop: () => void } {
  const { store, audit, clock, log } = ports;
  let cancel: () => void = () => undefined;
  let doneFor: LocalDate | null = lastReconciled(store);

  function look(): void {
    cancel = clock.after(dailyCareDelays.lookEveryMs, look);
    const yesterday = addDays(localDate(clock.now(), ports.timeZone), -1);
    if (doneFor === yesterday || !ports.isIdle()) return;
    doneFor = yesterday;
    reconcile(yesterday);
    const cut = store.truncateLog();
    if (!cut.ok) log({ level: 'error', event: 'store.log-not-cut', code: cut.fault.code });
    const swept = sweepAttachments(store);
    if (swept > 0) log({ level: 'info', event: 'store.attachments-swept', detail: `${swept} files` });
    if (ports.backupDir === null) return;
    const made = backUp(store, ports.backupDir, clock.now());
    if (made.ok) log({ level: 'info', event: 'store.backed-up' });
    else log({ level: 'error', event: 'store.backup-failed', code: made.fault.code });
  }

  function reconcile(day: LocalDate): void {
    const balances = balanceOf(store, day);
    const missing = balances.reduce((total, { missing: lost }) => total + lost, 0);
    if (missing > 0)
      log({ level: 'error', event: 'day.unbalanced', code: 'store.failed', detail: `${missing} missing` });
    store.transaction(() => {
      for (const balance of balances) {
        const { item, received, acknowledged, waiting, parked, handedOver } = balance;
        audit.write({
          event: 'day.reconciled',
          actor: 'terminal',
          subject: item,
          disposition: balance.missing === 0 ? 'balanced' : 'unbalanced',
          detail: `${day} received ${received} = acknowledged ${acknowledged} + waiting ${waiting} + parked ${parked} + handed over ${handedOver}`,
        });
      }
      audit.write({
        event: 'day.closed',
        actor: 'terminal',
        subject: day,
        disposition: missing === 0 ? 'balanced' : 'unbalanced',
        detail: null,
      });
    });
  }

  look();
  return {
    stop: () => {
      cancel();
    },
  };
}

/** So that a restart at noon does not close yesterday again. */
function lastReconciled(store: Store): LocalDate | null {
  const row = store
    .sql("SELECT subject FROM audit WHERE event = 'day.closed' ORDER BY sequence DESC LIMIT 1")
    .get();
  return row ? String(row['subject']) : null;
}
