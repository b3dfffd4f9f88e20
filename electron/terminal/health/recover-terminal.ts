import type { Fault } from '#contract/fault.ts';
import type { Result } from '#contract/result.ts';
import type { Audit } from '../audit/audit.ts';
import { checkNewest } from '../audit/check-chain.ts';
import type { Log } from '../log.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { PrintJobs, Recovered } from '../printing/print-jobs.ts';
import { sweepAttachments } from '../store/attachment-care.ts';
import type { Recovery } from '../store/recovery.ts';
import type { Store } from '../store/store.ts';

export interface RecoverTerminalPorts {
  readonly store: Store;
  readonly outbox: Pick<Outbox, 'recover'>;
  readonly printJobs: Pick<PrintJobs, 'recover'>;
  /** Null: nothing was wrong with the store. */
  readonly recovery: Recovery | null;
  readonly audit: Audit;
  readonly log: Log;
}

/** Puts right what the process before left when it ended, in whatever way, and writes down that this one has started. Faults: those of the store. */
export function recoverTerminal(ports: RecoverTerminalPorts): Result<Recovered, Fault> {
  const { store, audit, log, recovery } = ports;
  const rows = ports.outbox.recover();
  if (!rows.ok) return rows;
  const jobs = ports.printJobs.recover();
  if (!jobs.ok) return jobs;
  if (recovery !== null) {
    log({ level: 'error', event: 'store.recovered', detail: recovery.quarantine });
    if (recovery.attachmentsLacking > 0) {
      const detail = `${recovery.attachmentsLacking} attachments`;
      log({ level: 'error', event: 'store.attachments-lacking', code: 'store.attachment-gone', detail });
    }
  }
  // What a kill left between a file and its row, or between a row's end and its file's.
  sweepAttachments(store);
  checkNewest({ store, audit, log });
  return store.transaction(() => {
    if (recovery !== null) {
      const gaps = (recovery.fromFile?.gaps ?? 0) + (recovery.fromBackup?.gaps ?? 0);
      audit.write({
        event: 'store.recovered',
        actor: 'terminal',
        subject: null,
        disposition: recovery.fromBackup === null ? 'from-file' : 'from-file-and-backup',
        detail: `${gaps} places did not read`,
      });
    }
    audit.write({
      event: 'terminal.started',
      actor: 'terminal',
      subject: null,
      disposition: 'success',
      detail: null,
    });
    return jobs.value;
  });
}
