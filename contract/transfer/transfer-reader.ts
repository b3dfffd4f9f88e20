import type { z } from 'zod';
import { fault, type Fault } from '../fault.ts';
import type { Result } from '../result.ts';
import { err, ok } from '../result.ts';
import {
  fileIdOf,
  FRAME_HEAD_BYTES,
  frameKinds,
  HEADER_BYTES,
  hex,
  MAX_FRAME_BYTES,
  openFrame,
  openHeader,
  TAG_BYTES,
  type TransferPrimitives,
} from './transfer-format.ts';
import {
  manifestSchema,
  transferEndSchema,
  transferRowSchema,
  type TransferManifest,
  type TransferPart,
  type TransferRow,
} from './transfer-records.ts';

/** The next `byteCount` bytes, or fewer where the file ends. */
export type ByteSource = (byteCount: number) => Uint8Array;

/**
 * What a file says, in its order. A row counts only when `row-done` follows: then all bytes of its parts came.
 * `number` counts the rows of the file from 1.
 */
export type TransferEvent =
  | { readonly kind: 'row'; readonly number: number; readonly row: TransferRow }
  | { readonly kind: 'part-bytes'; readonly part: TransferPart; readonly bytes: Uint8Array }
  | { readonly kind: 'row-done'; readonly number: number }
  /** Something of it does not open, or is not what this program understands. */
  | { readonly kind: 'row-broken'; readonly number: number; readonly why: 'damaged' | 'not-understood' }
  /** Always last: whether every byte was there and proven. */
  | { readonly kind: 'end'; readonly isWhole: boolean };

export interface TransferReader {
  readonly fileId: string;
  readonly manifest: TransferManifest;
  /**
   * Each frame is proven by itself, so that of a damaged file everything that can be proven is told, and the
   * end says that it is not whole.
   */
  events(): Generator<TransferEvent, void>;
}

/**
 * Opens a transfer file. Memory: one frame. Faults: those of the header, and `transfer.damaged` when the
 * manifest does not open.
 */
export function openTransfer(
  primitives: TransferPrimitives,
  source: ByteSource,
  secret: Uint8Array,
): Result<TransferReader, Fault> {
  const header = openHeader(primitives, source(HEADER_BYTES), secret);
  if (!header.ok) return header;
  const key = header.value;
  const hash = primitives.sha256();
  hash.update(key.header);
  let number = 0;

  /** null: the file ends here, or goes on as nothing that has a length. */
  function nextFrame(): { kind: number; plain: Uint8Array | null; before: Uint8Array | null } | null {
    const head = source(FRAME_HEAD_BYTES);
    if (head.length < FRAME_HEAD_BYTES) return null;
    const byteCount = new DataView(head.buffer, head.byteOffset).getUint32(0);
    if (byteCount < TAG_BYTES || byteCount > MAX_FRAME_BYTES + TAG_BYTES) return null;
    const sealed = source(byteCount);
    if (sealed.length < byteCount) return null;
    const kind = head[4] ?? -1;
    const plain = openFrame(primitives, key, number, kind, sealed);
    number += 1;
    if (kind === frameKinds.end && plain !== null) return { kind, plain, before: hash.digest() };
    hash.update(head);
    hash.update(sealed);
    return { kind, plain, before: null };
  }

  function parse<T extends z.ZodType>(schema: T, plain: Uint8Array): z.infer<T> | null {
    try {
      const parsed = schema.safeParse(JSON.parse(primitives.fromUtf8(plain)));
      return parsed.success ? parsed.data : null;
    } catch {
      return null;
    }
  }

  const first = nextFrame();
  const manifest =
    first?.kind === frameKinds.manifest && first.plain !== null ? parse(manifestSchema, first.plain) : null;
  if (manifest === null) return err(fault('transfer.damaged', 'the beginning'));

  function* events(): Generator<TransferEvent, void> {
    let rows = 0;
    let parts = 0;
    let isSound = true;
    /** What is still to come of the row under way. */
    let open: { readonly parts: TransferPart[]; left: number } | null = null;
    const breaks = (why: 'damaged' | 'not-understood'): TransferEvent => {
      isSound = false;
      open = null;
      return { kind: 'row-broken', number: rows, why };
    };

    for (let frame = nextFrame(); frame !== null; frame = nextFrame()) {
      const { kind, plain } = frame;
      if (frame.before !== null && plain !== null) {
        if (open !== null) yield breaks('damaged');
        const end = parse(transferEndSchema, plain);
        const isLast = source(1).length === 0;
        const fits = end?.rows === rows && end.parts === parts && end.sha256 === hex(frame.before);
        yield { kind: 'end', isWhole: isSound && fits && isLast };
        return;
      }
      if (kind === frameKinds.row) {
        if (open !== null) yield breaks('damaged');
        rows += 1;
        const row = plain === null ? null : parse(transferRowSchema, plain);
        if (row === null) {
          yield breaks(plain === null ? 'damaged' : 'not-understood');
          continue;
        }
        parts += row.parts.length;
        yield { kind: 'row', number: rows, row };
        if (row.parts.length === 0) yield { kind: 'row-done', number: rows };
        else open = { parts: [...row.parts], left: row.parts[0]?.byteCount ?? 0 };
        continue;
      }
      if (kind !== frameKinds.chunk || plain === null) {
        // A chunk of a row that was broken already has nothing more to break.
        if (open !== null) yield breaks('damaged');
        isSound = false;
        continue;
      }
      if (open === null) continue;
      const part: TransferPart | undefined = open.parts[0];
      if (part === undefined || plain.length === 0 || plain.length > open.left) {
        yield breaks('damaged');
        continue;
      }
      yield { kind: 'part-bytes', part, bytes: plain };
      open.left -= plain.length;
      if (open.left > 0) continue;
      open.parts.shift();
      const next: TransferPart | undefined = open.parts[0];
      if (next === undefined) {
        open = null;
        yield { kind: 'row-done', number: rows };
      } else open.left = next.byteCount;
    }
    if (open !== null) yield breaks('damaged');
    yield { kind: 'end', isWhole: false };
  }

  return ok({ fileId: fileIdOf(key), manifest, events });
}
