import { attachmentsOf, type Submission } from '#contract/application.ts';
import { faultCodeSchema, type Fault } from '#contract/fault.ts';
import { MAX_SUBMISSION_BYTES } from '#contract/platform-api.ts';
import type { Clock, RandomBytes } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import { ok } from '#contract/result.ts';
import { TRANSFER_SECRET_BYTES, transferCode } from '#contract/transfer/transfer-code.ts';
import { CHUNK_BYTES, FILE_ID_BYTES, fileIdOf, makeHeader } from '#contract/transfer/transfer-format.ts';
import type { TransferPart, TransferRow } from '#contract/transfer/transfer-records.ts';
import { createTransferWriter, type TransferWriter } from '#contract/transfer/transfer-writer.ts';
import type { Audit } from '../../audit/audit.ts';
import type { Sealer } from '../../store/sealing.ts';
import type { Store } from '../../store/store.ts';
import type { OutboxAttachments } from '../attachments.ts';
import { createNotes, readRefusal } from '../notes.ts';
import type { ParkedActor } from '../parked.ts';
import { openSubmission } from '../stored-submission.ts';
import { nodePrimitives } from './node-primitives.ts';
import { createNewFile } from './transfer-file.ts';

export interface ExportOrder {
  readonly file: string;
  /** From then on the rows are sent only by whoever imports them. */
  readonly handOver: boolean;
  readonly actor: ParkedActor;
  /**
   * The file is whole and on the disk: shown once and stored nowhere. Called before the rows are marked, so that
   * none is handed over in a file that nobody can open.
   */
  readonly onWritten: (written: { readonly code: string; readonly fileId: string }) => void;
}

export interface ExportReport {
  readonly fileId: string;
  readonly rows: number;
  /** Receipt numbers of rows that do not open, or are over the size limit: they stay, and need a person. */
  readonly leftOut: readonly string[];
  readonly handedOver: number;
}

export interface ExportPorts {
  readonly store: Store;
  readonly sealer: Sealer;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
  readonly attachments: Pick<OutboxAttachments, 'open'>;
  readonly stationId: string;
  readonly terminalId: string;
  /** Between two batches: a running terminal serves its screen meanwhile. */
  readonly breathe: () => Promise<void>;
}

/** Rows in memory at a time; a payload may have a mebibyte. */
const ROWS_AT_A_TIME = 50;
/** Rows marked in one transaction. */
const MARKS_AT_A_TIME = 500;

/** What the platform has not acknowledged, and nobody deals with elsewhere; an earlier export may be lost. */
const OPEN_STATES = `(o.state IN ('pending', 'sending', 'waiting', 'rejected', 'conflict')
  OR (o.state = 'handed-over' AND o.handed_over_to = 'export'))`;

/**
 * Writes everything unacknowledged to a sealed file. The rows stay here as they are, or are handed over; either
 * way nothing is doubled, since their idempotency keys travel along. A row that does not open is named and
 * passed over. Faults: `transfer.not-written`, those of the store.
 */
export async function exportRows(
  ports: ExportPorts,
  order: ExportOrder,
): Promise<Result<ExportReport, Fault>> {
  const { store } = ports;
  const created = createNewFile(order.file);
  if (!created.ok) return created;
  const file = created.value;
  const secret = ports.randomBytes(TRANSFER_SECRET_BYTES);
  const key = makeHeader(nodePrimitives, ports.randomBytes(FILE_ID_BYTES), secret);
  const manifest = {
    stationId: ports.stationId,
    terminalId: ports.terminalId,
    writtenAt: new Date(ports.clock.now()).toISOString(),
  };
  const written: number[] = [];
  const leftOut: string[] = [];
  try {
    const writer = createTransferWriter(nodePrimitives, key, manifest, file.write);
    let behind = 0;
    for (;;) {
      // As a transaction, so that a page that does not read is a fault of the store.
      const from = behind;
      const read = store.transaction(() =>
        store
          .sql(
            `SELECT o.rowid AS id, o.application_id, o.revision, o.state, o.attempts, o.last_fault,
             o.sealed_submission, o.key_id, a.receipt_no
           FROM outbox o JOIN application a USING (application_id)
           WHERE o.rowid > ? AND ${OPEN_STATES} ORDER BY o.rowid LIMIT ${ROWS_AT_A_TIME}`,
          )
          .all(from),
      );
      if (!read.ok) {
        file.abandon();
        return read;
      }
      const rows = read.value;
      for (const row of rows) {
        behind = Number(row['id']);
        if (writeRow(ports, writer, row)) written.push(behind);
        else leftOut.push(String(row['receipt_no']));
      }
      if (rows.length < ROWS_AT_A_TIME) break;
      await ports.breathe();
    }
    writer.end();
  } catch (error) {
    file.abandon();
    throw error;
  }
  const finished = file.finish();
  if (!finished.ok) return finished;
  const fileId = fileIdOf(key);
  order.onWritten({ code: transferCode(secret), fileId });
  const marked = await mark(ports, order, fileId, written, leftOut.length);
  return marked.ok ? ok({ fileId, rows: written.length, leftOut, handedOver: marked.value }) : marked;
}

/** Whether it stands in the file now. */
function writeRow(ports: ExportPorts, writer: TransferWriter, row: Record<string, unknown>): boolean {
  const key = { applicationId: String(row['application_id']), revision: Number(row['revision']) };
  const submission = openSubmission(ports.sealer, key, row);
  if (!submission.ok) return false;
  if (Buffer.byteLength(JSON.stringify(submission.value)) > MAX_SUBMISSION_BYTES) return false;
  const found = attachmentsToCarry(ports, key.applicationId, submission.value);
  const code = faultCodeSchema.safeParse(row['last_fault']);
  writer.row({
    ...key,
    state: stateOf(row['state']),
    fault: code.success ? code.data : null,
    refusal: readRefusal(createNotes(ports), key),
    attempts: Number(row['attempts']),
    submission: submission.value,
    parts: found.map(({ part }) => part),
  });
  for (const { bytes } of found) {
    for (let at = 0; at < bytes.length; at += CHUNK_BYTES) writer.chunk(bytes.subarray(at, at + CHUNK_BYTES));
  }
  return true;
}

function stateOf(state: unknown): TransferRow['state'] {
  return state === 'rejected' || state === 'conflict' ? state : 'waiting';
}

/**
 * Those of one application, all in memory for its time. One whose file is gone does not keep its application
 * here: the platform may have it, and if it has not, the application parks over there with that fault.
 */
function attachmentsToCarry(
  ports: ExportPorts,
  applicationId: string,
  submission: Submission,
): { readonly part: TransferPart; readonly bytes: Uint8Array }[] {
  const hashes = new Set(attachmentsOf(submission.payload).map(({ sha256 }) => sha256));
  return [...hashes].flatMap((sha256) => {
    const bytes = ports.attachments.open(applicationId, sha256);
    if (!bytes.ok) return [];
    return [
      { part: { type: 'attachment' as const, sha256, byteCount: bytes.value.length }, bytes: bytes.value },
    ];
  });
}

/** Gives how many rows were handed over: what was acknowledged or taken up meanwhile is not. */
async function mark(
  ports: ExportPorts,
  order: ExportOrder,
  fileId: string,
  rows: readonly number[],
  leftOut: number,
): Promise<Result<number, Fault>> {
  const { store, audit } = ports;
  let handedOver = 0;
  for (let at = 0; at < rows.length; at += MARKS_AT_A_TIME) {
    const marked = store.transaction(() => {
      for (const id of rows.slice(at, at + MARKS_AT_A_TIME)) handedOver += markRow(ports, order, fileId, id);
    });
    if (!marked.ok) return marked;
    await ports.breathe();
  }
  const noted = store.transaction(() => {
    audit.write({
      event: 'outbox.exported',
      actor: order.actor,
      subject: fileId,
      disposition: order.handOver ? 'handed-over' : 'kept',
      detail: `${rows.length} rows, ${handedOver} handed over, ${leftOut} left out`,
    });
  });
  return noted.ok ? ok(handedOver) : noted;
}

function markRow(ports: ExportPorts, order: ExportOrder, fileId: string, id: number): number {
  const { store } = ports;
  const row = store.sql('SELECT application_id FROM outbox WHERE rowid = ?').get(id);
  // Kept without an end: only the platform's word about it, or a person, lets it be erased.
  const handedOver = order.handOver
    ? Number(
        store
          .sql(
            `UPDATE outbox SET state = 'handed-over', handed_over_to = 'export', parked_at_ms = ?, doubtful = 1
             WHERE rowid = ? AND state IN ('pending', 'waiting', 'rejected', 'conflict')`,
          )
          .run(ports.clock.now(), id).changes,
      )
    : 0;
  ports.audit.write({
    event: 'application.exported',
    actor: order.actor,
    subject: String(row?.['application_id']),
    disposition: handedOver === 1 ? 'handed-over' : 'kept',
    detail: fileId,
  });
  return handedOver;
}
