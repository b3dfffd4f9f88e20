import { attachmentsOf } from '#contract/application.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import type { TransferPart, TransferRow } from '#contract/transfer/transfer-records.ts';
import type { Store } from '../../store/store.ts';
import type { OutboxAttachments, PreparedAttachments } from '../attachments.ts';

/** A row of a file while the bytes of its attachments come in; at most those of one application are in memory. */
export interface IncomingRow {
  readonly row: TransferRow;
  readonly pieces: Map<TransferPart, Uint8Array[]>;
}

/** A row whose attachments are on the disk, and named by nothing yet. */
export interface TakenRow {
  readonly row: TransferRow;
  readonly prepared: PreparedAttachments | null;
}

export function incoming(row: TransferRow): IncomingRow {
  return { row, pieces: new Map() };
}

export function addPiece({ pieces }: IncomingRow, part: TransferPart, bytes: Uint8Array): void {
  const known = pieces.get(part);
  if (known === undefined) pieces.set(part, [bytes]);
  else known.push(bytes);
}

/**
 * Seals what came and makes it durable. What the payload does not name is not taken. Faults:
 * `transfer.damaged` when bytes are not what their hash says; those of `OutboxAttachments.prepare`.
 */
export function takeAttachments(
  attachments: OutboxAttachments,
  { row, pieces }: IncomingRow,
): Result<TakenRow, Fault> {
  const named = new Map(attachmentsOf(row.submission.payload).map((one) => [one.sha256, one]));
  const given = [...pieces].flatMap(([part, bytes]) => {
    const attachment = named.get(part.sha256);
    if (attachment === undefined) return [];
    const { subject, mediaType, sha256 } = attachment;
    return [{ sha256, given: { subject, mediaType, bytes: Buffer.concat(bytes) } }];
  });
  if (given.length === 0) return ok({ row, prepared: null });
  const prepared = attachments.prepare(
    row.applicationId,
    given.map((one) => one.given),
  );
  if (!prepared.ok) return prepared;
  const isSound = prepared.value.described.every(({ sha256 }, index) => sha256 === given[index]?.sha256);
  if (isSound) return ok({ row, prepared: prepared.value });
  attachments.discard(prepared.value);
  return err(fault('transfer.damaged', 'an attachment is not what its hash says'));
}

/** Inside a transaction: names those that the application has not got here. Gives the files of the others. */
export function nameAttachments(
  store: Store,
  attachments: OutboxAttachments,
  applicationId: string,
  prepared: PreparedAttachments,
): readonly string[] {
  const isHere = (sha256: string): boolean =>
    store
      .sql('SELECT 1 FROM attachment WHERE application_id = ? AND sha256 = ?')
      .get(applicationId, sha256) !== undefined;
  const spare = prepared.files.filter(({ sha256 }) => isHere(sha256));
  const files = prepared.files.filter((one) => !spare.includes(one));
  attachments.add(applicationId, { ...prepared, files });
  return spare.map(({ fileName }) => fileName);
}
