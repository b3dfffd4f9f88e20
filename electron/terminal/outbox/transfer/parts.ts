import { fault, type Fault } from '#contract/fault.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import type { TransferPart } from '#contract/transfer/transfer-records.ts';
import type { Key } from '../platform-client.ts';

/** What belongs to a row and lies outside the database: attachments. */
export interface TransferParts {
  /** Those of a row, with their plain bytes in pieces of any size. Fault: one of them cannot be read. */
  of(key: Key): Result<readonly PartSource[], Fault>;
  /** Takes a part in; it must be durable when `finish` returns, before its row is stored. */
  take(key: Key, part: TransferPart): PartSink;
}

export interface PartSource {
  readonly part: TransferPart;
  readonly bytes: Iterable<Uint8Array>;
}

export interface PartSink {
  write(bytes: Uint8Array): void;
  /** Fault: the bytes are not what their hash says, or cannot be written. */
  finish(): Result<null, Fault>;
  abandon(): void;
}

/** A terminal whose rows have nothing beside them. */
export const noParts: TransferParts = {
  of: () => ok([]),
  take: () => ({
    write: () => undefined,
    finish: () => err(fault('transfer.version-unknown', 'there is no place for attachments here')),
    abandon: () => undefined,
  }),
};
