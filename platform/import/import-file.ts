import { closeSync, openSync, readSync } from 'node:fs';
import type pg from 'pg';
import { fault, type Fault } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { parseTransferCode } from '#contract/transfer/transfer-code.ts';
import { openTransfer, type ByteSource } from '#contract/transfer/transfer-reader.ts';
import type { TransferPart, TransferRow } from '#contract/transfer/transfer-records.ts';
import { appendChunk } from '../attachments/upload.ts';
import type { Catalogue } from '../catalogue/load-catalogue.ts';
import { personNumbers } from '../cases/persons.ts';
import { storeApplication, submissionProblem } from '../cases/store-application.ts';
import { officeDays } from '../cases/working-days.ts';
import { nodePrimitives } from './node-primitives.ts';

/** What became of one application of the file. */
export type ImportOutcome =
  | { readonly kind: 'stored'; readonly caseNo: string }
  | { readonly kind: 'already-there'; readonly caseNo: string }
  /** Another payload is stored under its key: nothing was done. */
  | { readonly kind: 'conflict' }
  | { readonly kind: 'refused'; readonly reason: string };

export interface ImportLine {
  /** Its place in the file, from 1. */
  readonly number: number;
  /** null: it does not open. */
  readonly receiptNo: string | null;
  readonly outcome: ImportOutcome;
}

export interface ImportPorts {
  readonly pool: pg.Pool;
  readonly catalogue: Catalogue;
  readonly now: () => number;
  /** Called with each application as it is settled, so that a file of any length needs little memory. */
  readonly onLine: (line: ImportLine) => void;
}

export interface ImportSummary {
  readonly terminalId: string;
  readonly stationId: string;
  /** False: the file ends early, or something in it was changed. What could be proven was stored. */
  readonly isWhole: boolean;
}

/**
 * Stores what a terminal could not send, from the file that it exported: by the same way, under the same keys, so
 * that whatever arrives by the line as well is one case. Twice is once.
 * Faults: `transfer.unreadable` and what a file can be refused for (contract/transfer). Rejects when the database fails;
 * what was stored by then stays, and the next import goes on.
 */
export async function importFile(
  ports: ImportPorts,
  order: { readonly file: string; readonly code: string },
): Promise<Result<ImportSummary, Fault>> {
  const secret = parseTransferCode(order.code);
  if (!secret.ok) return secret;
  const file = openForReading(order.file);
  if (!file.ok) return file;
  try {
    const opened = openTransfer(nodePrimitives, file.value.source, secret.value);
    if (!opened.ok) return opened;
    const { stationId, terminalId } = opened.value.manifest;
    let isWhole = false;
    let row: TransferRow | null = null;
    let part: TransferPart | null = null;
    let receivedBytes = 0;
    for (const event of opened.value.events()) {
      switch (event.kind) {
        case 'row':
          row = event.row;
          break;
        case 'row-done':
          if (row === null) break;
          ports.onLine({
            number: event.number,
            receiptNo: row.submission.receiptNo,
            outcome: await settle(ports, row, stationId),
          });
          row = null;
          break;
        case 'row-broken':
          ports.onLine({
            number: event.number,
            receiptNo: row?.submission.receiptNo ?? null,
            outcome: { kind: 'refused', reason: event.why },
          });
          row = null;
          break;
        case 'part-bytes':
          if (row === null) break;
          if (part !== event.part) receivedBytes = 0;
          part = event.part;
          await append(ports, row, part, receivedBytes, event.bytes);
          receivedBytes += event.bytes.length;
          break;
        case 'end':
          isWhole = event.isWhole;
          break;
      }
    }
    return ok({ terminalId, stationId, isWhole });
  } finally {
    file.value.close();
  }
}

async function settle(ports: ImportPorts, row: TransferRow, stationId: string): Promise<ImportOutcome> {
  const { applicationId, revision, submission } = row;
  if (submission.stationId !== stationId) return { kind: 'refused', reason: 'it is of another station' };
  const problem = submissionProblem(applicationId, submission);
  if (problem !== null) return { kind: 'refused', reason: problem };
  const key = { applicationId, revision };
  const persons = personNumbers(ports.catalogue, submission);
  const engine = { catalogue: ports.catalogue, officeDays };
  const arrival = { forwardedBy: submission.terminalId, storedAtMs: ports.now(), persons, engine };
  const stored = await storeApplication(ports.pool, key, submission, arrival);
  switch (stored.kind) {
    case 'conflict':
      return { kind: 'conflict' };
    case 'not-asked-for':
      return { kind: 'refused', reason: 'a revision of another station that nobody asked for' };
    case 'too-old':
      return { kind: 'refused', reason: 'it is older than what this platform keeps' };
    case 'attachments-missing':
      return { kind: 'refused', reason: `${stored.missing.length} attachments are not in the file` };
    case 'stored':
      return {
        kind: stored.isNew ? 'stored' : 'already-there',
        caseNo: stored.acknowledgement.caseNo,
      };
    default: {
      const never: never = stored;
      return never;
    }
  }
}

/**
 * As if the terminal that took it had sent it. Whatever it is answered (there already, not what its hash says), the
 * application says in the end what it lacks.
 */
async function append(
  { pool, now }: ImportPorts,
  { applicationId, submission }: TransferRow,
  { sha256, byteCount }: TransferPart,
  offset: number,
  bytes: Uint8Array,
): Promise<void> {
  const key = { applicationId, terminalId: submission.terminalId, sha256 };
  await appendChunk(pool, key, { offset, byteCount, bytes }, null, now());
}

/** What does not read (a bad sector) reads as the end of the file. Fault: `transfer.unreadable`. */
function openForReading(path: string): Result<{ source: ByteSource; close: () => void }, Fault> {
  try {
    const handle = openSync(path, 'r');
    return ok({
      source: (byteCount) => {
        const bytes = Buffer.alloc(byteCount);
        let at = 0;
        try {
          while (at < byteCount) {
            const count = readSync(handle, bytes, at, byteCount - at, null);
            if (count === 0) break;
            at += count;
          }
        } catch {
          return bytes.subarray(0, at);
        }
        return bytes.subarray(0, at);
      },
      close: () => {
        closeSync(handle);
      },
    });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
    return err(fault('transfer.unreadable', code));
  }
}
