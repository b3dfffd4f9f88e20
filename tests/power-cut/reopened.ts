import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { submissionSchema } from '#contract/application.ts';
import { receiptDocumentSchema } from '#contract/receipt.ts';
import { createAudit } from '#terminal/audit/audit.ts';
import { verification } from '#terminal/audit/verify.ts';
import { openKeyFile } from '#terminal/store/key-file.ts';
import { openKeyRing } from '#terminal/store/key-ring.ts';
import { openOrRecover, type Recovery } from '#terminal/store/recovery.ts';
import { bindings } from '#terminal/store/sealed-columns.ts';
import type { Sealer } from '#terminal/store/sealing.ts';
import type { Store } from '#terminal/store/store.ts';
import { systemClock, systemRandomBytes } from '#terminal/system-ports.ts';
import type { Promised } from './marks.ts';
import { backupDirOf, dataDirOf, today } from './station.ts';

export interface Expectation {
  /** Whether the database may have been found damaged: only where the disk itself damaged it. */
  readonly mayBeRecovered: boolean;
}

/**
 * Starts the terminal's store on what a power cut has left, as the terminal does, and says which promise is
 * broken; null when all are kept.
 */
export function brokenPromise(root: string, promised: Promised, expected: Expectation): string | null {
  const dataDir = dataDirOf(root);
  const masterKey = openKeyFile(dataDir, systemRandomBytes);
  if (!masterKey.ok) return `no key: ${masterKey.fault.detail ?? masterKey.fault.code}`;
  const opened = openOrRecover({ dataDir, backupDir: backupDirOf(root), clock: systemClock, today: today() });
  if (!opened.ok) return `does not open: ${opened.fault.code} ${opened.fault.detail ?? ''}`;
  const { store, recovery } = opened.value;
  try {
    if (recovery !== null && !expected.mayBeRecovered) return 'was put into quarantine';
    const ring = openKeyRing({
      store,
      masterKey: masterKey.value,
      suite: 'aes-256-gcm',
      randomBytes: systemRandomBytes,
      clock: systemClock,
    });
    if (!ring.ok) return `the keys do not open: ${ring.fault.detail ?? ring.fault.code}`;
    return (
      notWhole(store) ??
      applicationLost(store, ring.value.sealer, promised) ??
      numberGivenTwice(store, promised, recovery) ??
      backupLost(root, promised) ??
      notWritable(store) ??
      auditBroken(store)
    );
  } finally {
    store.close();
  }
}

function notWhole(store: Store): string | null {
  const check = store.sql('PRAGMA integrity_check(1)').get()?.['integrity_check'];
  return check === 'ok' ? null : `integrity_check: ${String(check)}`;
}

/** Also where the recovery has put two copies together. */
function auditBroken(store: Store): string | null {
  const verify = verification(store, 0);
  for (;;) {
    const verified = verify();
    if (verified === undefined) continue;
    return verified.kind === 'whole' ? null : `the audit: ${verified.why} at ${verified.sequence}`;
  }
}

function applicationLost(store: Store, sealer: Sealer, promised: Promised): string | null {
  for (const [id, receiptNo] of promised.received) {
    const application = store.sql('SELECT receipt_no FROM application WHERE application_id = ?').get(id);
    if (application === undefined) return `${id} was received and is gone`;
    if (receiptNo !== 'early' && application['receipt_no'] !== receiptNo) return `${id} has another number`;
    const problem = rowOf(store, sealer, promised, id) ?? slipOf(store, sealer, promised, id);
    if (problem !== null) return `${id} ${problem}`;
  }
  for (const id of promised.settled) {
    const row = store.sql('SELECT state FROM outbox WHERE application_id = ?').get(id);
    if (row?.['state'] !== 'acknowledged') return `${id} is acknowledged and would be sent again`;
  }
  return null;
}

function rowOf(store: Store, sealer: Sealer, promised: Promised, id: string): string | null {
  const row = store
    .sql('SELECT state, revision, sealed_submission, key_id FROM outbox WHERE application_id = ?')
    .get(id);
  if (row === undefined) return 'has no row in the outbox';
  if (row['state'] === 'acknowledged' && !promised.accepted.has(id))
    return 'counts as sent, and nobody has it';
  if (row['state'] === 'rejected' || row['state'] === 'conflict') return 'is parked';
  const sealed = row['sealed_submission'];
  if (sealed === null) return row['state'] === 'acknowledged' ? null : 'has lost its payload';
  if (promised.erased.has(id)) return 'was erased and is there again';
  if (!(sealed instanceof Uint8Array)) return 'has no bytes for a payload';
  const plain = sealer.unseal(sealed, String(row['key_id']), bindings.outbox(id, Number(row['revision'])));
  if (!plain.ok) return 'has a payload that does not open';
  const submission = submissionSchema.safeParse(JSON.parse(Buffer.from(plain.value).toString('utf8')));
  return submission.success ? paperOf(store, sealer, id) : 'has a payload that does not parse';
}

/** Each application of a life comes with a signature, which lies in a file of its own. */
function paperOf(store: Store, sealer: Sealer, id: string): string | null {
  const row = store.sql('SELECT sha256, file_name, key_id FROM attachment WHERE application_id = ?').get(id);
  if (row === undefined) return 'has lost the row of its signature';
  const sealed = store.files.read(String(row['file_name']));
  if (!sealed.ok) return 'has lost the file of its signature';
  const plain = sealer.unseal(
    sealed.value,
    String(row['key_id']),
    bindings.attachment(id, String(row['sha256'])),
  );
  return plain.ok ? null : 'has a signature that does not open';
}

function slipOf(store: Store, sealer: Sealer, promised: Promised, id: string): string | null {
  const job = store
    .sql('SELECT job_id, sealed_document, key_id FROM print_job WHERE application_id = ?')
    .get(id);
  if (job === undefined) return 'has no print job';
  const sealed = job['sealed_document'];
  if (sealed === null) return promised.accepted.has(id) ? null : 'has lost its slip';
  if (!(sealed instanceof Uint8Array)) return 'has no bytes for a slip';
  const plain = sealer.unseal(sealed, String(job['key_id']), bindings.printJob(String(job['job_id'])));
  if (!plain.ok) return 'has a slip that does not open';
  const document = receiptDocumentSchema.safeParse(JSON.parse(Buffer.from(plain.value).toString('utf8')));
  return document.success ? null : 'has a slip that does not parse';
}

/** What the counter would give next must be on no slip. */
function numberGivenTwice(store: Store, promised: Promised, recovery: Recovery | null): string | null {
  const numbers = [...promised.received.values()];
  if (new Set(numbers).size !== numbers.length && !numbers.includes('early'))
    return 'a number was given twice';
  // What a recovery owes is passed over by the next number, whatever its day.
  const counted = store
    .sql(
      `SELECT max(last) + coalesce((SELECT last FROM receipt_sequence WHERE local_date = 'owed'), 0) AS last
       FROM receipt_sequence WHERE local_date <> 'owed'`,
    )
    .get()?.['last'];
  const given = numbers.filter((number) => number !== 'early').map((number) => sequenceOf(number));
  const highest = Math.max(0, ...given);
  if (Number(counted ?? 0) < highest)
    return `the counter stands at ${String(counted)}, and ${highest} is on a slip`;
  return recovery !== null && Number(counted ?? 0) === highest ? 'the counter has skipped nothing' : null;
}

/** The running number within its day: the four digits before the check digit (contract/receipt-number.ts). */
function sequenceOf(receiptNo: string): number {
  return Number(receiptNo.replaceAll('-', '').slice(-5, -1));
}

function backupLost(root: string, promised: Promised): string | null {
  const newest = promised.backups.at(-1);
  if (newest === undefined) return null;
  const file = join(root, newest);
  if (!existsSync(file)) return `the backup ${newest} is gone`;
  const copy = new DatabaseSync(file, { readOnly: true });
  try {
    const check = copy.prepare('PRAGMA integrity_check(1)').get()?.['integrity_check'];
    return check === 'ok' ? null : `the backup: ${String(check)}`;
  } finally {
    copy.close();
  }
}

function notWritable(store: Store): string | null {
  const written = store.transaction(() => {
    createAudit(store, systemClock).write({
      event: 'terminal.started',
      actor: 'terminal',
      subject: null,
      disposition: 'success',
      detail: null,
    });
  });
  return written.ok ? null : `does not take a row: ${written.fault.code}`;
}
