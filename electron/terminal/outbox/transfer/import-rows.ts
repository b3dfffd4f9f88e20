import type { Fault } from '#contract/fault.ts';
import { fault } from '#contract/fault.ts';
import { localDate } from '#contract/form/local-date.ts';
import type { Clock } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import { parseTransferCode } from '#contract/transfer/transfer-code.ts';
import { openTransfer } from '#contract/transfer/transfer-reader.ts';
import type { TransferRow } from '#contract/transfer/transfer-records.ts';
import type { Audit } from '../../audit/audit.ts';
import { bindings } from '../../store/sealed-columns.ts';
import type { Sealer } from '../../store/sealing.ts';
import type { Store } from '../../store/store.ts';
import type { OutboxAttachments } from '../attachments.ts';
import { createNotes } from '../notes.ts';
import type { ParkedActor } from '../parked.ts';
import { nodePrimitives } from './node-primitives.ts';
import {
  addPiece,
  incoming,
  nameAttachments,
  takeAttachments,
  type IncomingRow,
  type TakenRow,
} from './taken-attachments.ts';
import { openFile } from './transfer-file.ts';

export interface ImportReport {
  readonly fileId: string;
  /** The terminal that wrote the file. */
  readonly fromTerminal: string;
  /** Rows that are here now and were not before. */
  readonly imported: number;
  /** The same row, or a newer revision of it, is here: nothing was done. */
  readonly alreadyHere: number;
  /** Receipt numbers that are here with another content: nothing was done, and a person must look. */
  readonly conflicting: readonly string[];
  /** Places in the file, from 1, of rows that do not open, or that this program does not understand. */
  readonly broken: readonly number[];
  /** False: the file ends early, or something in it was changed. What could be proven was taken. */
  readonly isWhole: boolean;
}

export interface ImportPorts {
  readonly store: Store;
  readonly sealer: Sealer;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly attachments: OutboxAttachments;
  readonly stationId: string;
  readonly timeZone: string;
  readonly breathe: () => Promise<void>;
}

export interface ImportOrder {
  readonly file: string;
  readonly code: string;
  readonly actor: ParkedActor;
}

/** Rows stored in one transaction: each whole or not at all, and a commit for each would take minutes. */
const ROWS_AT_A_TIME = 100;

type Outcome = 'imported' | 'already-here' | 'conflicting';

/**
 * Reads a transfer file into this terminal's outbox: receipt number, time and terminal of whoever took the
 * application stay; this terminal's own numbers are not touched, and no slip is printed. Twice is once.
 * Faults: `transfer.unreadable`, `-not-ours`, `-version-unknown`, `-code-garbled`, `-wrong-code`, `-damaged` (not even
 * its beginning opens), `-other-station`; those of the store.
 */
export async function importRows(
  ports: ImportPorts,
  order: ImportOrder,
): Promise<Result<ImportReport, Fault>> {
  const secret = parseTransferCode(order.code);
  if (!secret.ok) return secret;
  const file = openFile(order.file);
  if (!file.ok) return file;
  try {
    const opened = openTransfer(nodePrimitives, file.value.source, secret.value);
    if (!opened.ok) return opened;
    const { fileId, manifest } = opened.value;
    if (manifest.stationId !== ports.stationId)
      return err(fault('transfer.other-station', `${manifest.stationId}, here is ${ports.stationId}`));

    const counts: Record<Outcome, number> = { imported: 0, 'already-here': 0, conflicting: 0 };
    const conflicting: string[] = [];
    const broken: number[] = [];
    let isWhole = false;
    let batch: TakenRow[] = [];
    let taking: IncomingRow | null = null;

    async function storeBatch(): Promise<Result<null, Fault>> {
      const rows = batch;
      batch = [];
      const stored = ports.store.transaction(() =>
        rows.map((taken) => ({ row: taken.row, ...storeTaken(ports, order.actor, taken, fileId) })),
      );
      if (!stored.ok) {
        for (const { prepared } of rows) if (prepared !== null) ports.attachments.discard(prepared);
        return stored;
      }
      for (const { row, outcome, spareFiles } of stored.value) {
        counts[outcome] += 1;
        if (outcome === 'conflicting') conflicting.push(row.submission.receiptNo);
        ports.attachments.removeFiles(spareFiles);
      }
      await ports.breathe();
      return ok(null);
    }

    for (const event of opened.value.events()) {
      switch (event.kind) {
        case 'row':
          taking = incoming(event.row);
          break;
        case 'part-bytes':
          if (taking !== null) addPiece(taking, event.part, event.bytes);
          break;
        case 'row-done': {
          const taken: Result<TakenRow, Fault> =
            taking?.row.submission.stationId === ports.stationId
              ? takeAttachments(ports.attachments, taking)
              : err(fault('transfer.other-station'));
          taking = null;
          if (taken.ok) batch.push(taken.value);
          else if (isOfTheRow(taken.fault)) broken.push(event.number);
          else {
            // The disk: what came before is kept, and the next import goes on behind it.
            const kept = await storeBatch();
            return kept.ok ? taken : kept;
          }
          break;
        }
        case 'row-broken':
          taking = null;
          broken.push(event.number);
          break;
        case 'end':
          isWhole = event.isWhole;
          break;
      }
      if (batch.length < ROWS_AT_A_TIME) continue;
      const stored = await storeBatch();
      if (!stored.ok) return stored;
    }
    const stored = await storeBatch();
    if (!stored.ok) return stored;
    const noted = ports.store.transaction(() => {
      ports.audit.write({
        event: 'outbox.imported',
        actor: order.actor,
        subject: fileId,
        disposition: isWhole ? 'success' : 'transfer.damaged',
        detail: `${counts.imported} rows from ${manifest.terminalId}, ${counts['already-here']} here already, ${counts.conflicting} in conflict, ${broken.length} broken`,
      });
    });
    if (!noted.ok) return noted;
    return ok({
      fileId,
      fromTerminal: manifest.terminalId,
      imported: counts.imported,
      alreadyHere: counts['already-here'],
      conflicting,
      broken,
      isWhole: isWhole && broken.length === 0,
    });
  } finally {
    file.value.close();
  }
}

/** Wrong with this row, and no reason to stop. */
function isOfTheRow({ code }: Fault): boolean {
  return (
    code === 'transfer.other-station' || code === 'transfer.damaged' || code === 'intake.attachments-refused'
  );
}

/** Inside a transaction. */
function storeTaken(
  ports: ImportPorts,
  actor: ParkedActor,
  { row, prepared }: TakenRow,
  fileId: string,
): { readonly outcome: Outcome; readonly spareFiles: readonly string[] } {
  const outcome = storeRow(ports, actor, row, fileId);
  if (prepared === null) return { outcome, spareFiles: [] };
  const spareFiles =
    outcome === 'imported'
      ? nameAttachments(ports.store, ports.attachments, row.applicationId, prepared)
      : prepared.files.map(({ fileName }) => fileName);
  return { outcome, spareFiles };
}

/** Inside a transaction. */
function storeRow(ports: ImportPorts, actor: ParkedActor, row: TransferRow, fileId: string): Outcome {
  const { store } = ports;
  const { applicationId, revision, submission } = row;
  const here = store
    .sql(
      `SELECT revision, state, handed_over_to, payload_sha256 FROM outbox
       WHERE application_id = ? AND revision >= ? ORDER BY revision`,
    )
    .all(applicationId, revision);
  const same = here.find((other) => other['revision'] === revision);
  if (same !== undefined && same['payload_sha256'] !== submission.payloadSha256) return 'conflicting';
  const isTakenBack = same?.['state'] === 'handed-over' && same['handed_over_to'] === 'export';
  if (here.length > 0 && !isTakenBack) return 'already-here';
  if (same === undefined && !addApplication(ports, row)) return 'conflicting';
  if (same === undefined) addRow(ports, row);
  settleAs(ports, row);
  if (row.refusal !== null) createNotes(ports).put(row, 'platform', JSON.stringify(row.refusal));
  ports.audit.write({
    event: 'application.imported',
    actor,
    subject: applicationId,
    disposition: row.state,
    detail: `${fileId} ${submission.terminalId}`,
  });
  return 'imported';
}

/** False when its receipt number is another application's here. */
function addApplication(ports: ImportPorts, { applicationId, submission }: TransferRow): boolean {
  const { store } = ports;
  const known = store
    .sql('SELECT application_id FROM application WHERE application_id = ? OR receipt_no = ?')
    .all(applicationId, submission.receiptNo);
  if (known.length > 0) return known.every((row) => row['application_id'] === applicationId);
  const receivedAtMs = Date.parse(submission.receivedAt);
  store
    .sql(
      `INSERT INTO application (application_id, receipt_no, item_slug, item_version, identity_source,
         received_at_ms, received_on, imported_from)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    )
    .run(
      applicationId,
      submission.receiptNo,
      submission.itemSlug,
      submission.itemVersion,
      submission.payload.identitySource,
      receivedAtMs,
      localDate(receivedAtMs, ports.timeZone),
      submission.terminalId,
    );
  return true;
}

function addRow({ store, sealer, clock }: ImportPorts, row: TransferRow): void {
  const { applicationId, revision, submission } = row;
  const plain = Buffer.from(JSON.stringify(submission), 'utf8');
  store
    .sql(
      `INSERT INTO outbox (application_id, revision, state, sealed_submission, key_id, payload_sha256, attempts, not_before_ms)
       VALUES (?, ?, 'waiting', ?, ?, ?, ?, ?)`,
    )
    .run(
      applicationId,
      revision,
      sealer.seal(plain, bindings.outbox(applicationId, revision)),
      sealer.keyId,
      submission.payloadSha256,
      row.attempts,
      clock.now(),
    );
  // An older revision that waits for staff here was corrected over there.
  store
    .sql(
      `UPDATE outbox SET state = 'superseded', superseded_by = ?
       WHERE application_id = ? AND revision < ? AND state IN ('rejected', 'conflict', 'handed-over')`,
    )
    .run(revision, applicationId, revision);
}

/** In doubt: the terminal that it comes from may have sent it, or be sending it now. */
function settleAs({ store, clock }: ImportPorts, row: TransferRow): void {
  store
    .sql(
      `UPDATE outbox SET state = ?, doubtful = 1, last_fault = ?, not_before_ms = ?, parked_at_ms = ?,
         handed_over_to = NULL, erase_after_ms = NULL
       WHERE application_id = ? AND revision = ?`,
    )
    .run(
      row.state,
      row.fault,
      clock.now(),
      row.state === 'waiting' ? null : clock.now(),
      row.applicationId,
      row.revision,
    );
}
