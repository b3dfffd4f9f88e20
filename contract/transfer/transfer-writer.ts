import {
  MAX_FRAME_BYTES,
  hex,
  sealFrame,
  type FrameKind,
  type TransferKey,
  type TransferPrimitives,
} from './transfer-format.ts';
import type { TransferManifest, TransferRow } from './transfer-records.ts';

/** Writes a transfer file frame by frame into `sink`: a manifest, rows each with the chunks of its parts, an end. */
export interface TransferWriter {
  row(row: TransferRow): void;
  /** The next bytes of the parts of the row just written, in their order. */
  chunk(bytes: Uint8Array): void;
  end(): void;
}

export function createTransferWriter(
  primitives: TransferPrimitives,
  key: TransferKey,
  manifest: TransferManifest,
  sink: (bytes: Uint8Array) => void,
): TransferWriter {
  const hash = primitives.sha256();
  let number = 0;
  let rows = 0;
  let parts = 0;

  function write(bytes: Uint8Array): void {
    hash.update(bytes);
    sink(bytes);
  }

  function frame(kind: FrameKind, plain: Uint8Array): void {
    if (plain.length > MAX_FRAME_BYTES) throw new RangeError('a frame is over its limit');
    write(sealFrame(primitives, key, number, kind, plain));
    number += 1;
  }

  const json = (value: unknown): Uint8Array => primitives.toUtf8(JSON.stringify(value));

  write(key.header);
  frame('manifest', json(manifest));
  return {
    row: (row) => {
      rows += 1;
      parts += row.parts.length;
      frame('row', json(row));
    },
    chunk: (bytes) => {
      frame('chunk', bytes);
    },
    end: () => {
      frame('end', json({ rows, parts, sha256: hex(hash.digest()) }));
    },
  };
}
