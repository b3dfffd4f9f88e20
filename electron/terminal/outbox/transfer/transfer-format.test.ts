import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { FRAME_HEAD_BYTES, HEADER_BYTES, makeHeader } from '#contract/transfer/transfer-format.ts';
import { openTransfer, type TransferEvent } from '#contract/transfer/transfer-reader.ts';
import type { TransferRow } from '#contract/transfer/transfer-records.ts';
import { createTransferWriter } from '#contract/transfer/transfer-writer.ts';
import { nodePrimitives } from './node-primitives.ts';

const SECRET = new Uint8Array(20).fill(7);
const OTHER_SECRET = new Uint8Array(20).fill(8);

function rowOf(n: number, parts: TransferRow['parts']): TransferRow {
  return {
    applicationId: `01995b00-0000-7000-8000-${String(n).padStart(12, '0')}`,
    revision: 1,
    state: 'waiting',
    fault: null,
    refusal: null,
    attempts: n,
    submission: {
      terminalId: 'T-01',
      stationId: '999901001',
      receiptNo: '9999010012611220100010',
      itemSlug: 'elderly-allowance',
      itemCode: '1',
      itemVersion: '1',
      language: 'zh',
      receivedAt: '2026-11-21T17:29:30.000Z',
      payloadSha256: 'a'.repeat(64),
      payload: { formVersion: 1, answers: { applicantName: '测试' }, consents: [], identitySource: 'typed' },
    },
    parts,
  };
}

const parts: TransferRow['parts'] = [
  { type: 'attachment', sha256: 'b'.repeat(64), byteCount: 5 },
  { type: 'attachment', sha256: 'c'.repeat(64), byteCount: 3 },
];

/** Three rows; the second has two parts in three chunks. */
function fileOf(secret: Uint8Array): Buffer {
  const pieces: Uint8Array[] = [];
  const key = makeHeader(nodePrimitives, randomBytes(16), secret);
  const manifest = { stationId: '999901001', terminalId: 'T-01', writtenAt: '2026-11-21T17:29:30.000Z' };
  const writer = createTransferWriter(nodePrimitives, key, manifest, (bytes) => pieces.push(bytes));
  writer.row(rowOf(1, []));
  writer.row(rowOf(2, parts));
  writer.chunk(Buffer.from('abc'));
  writer.chunk(Buffer.from('de'));
  writer.chunk(Buffer.from('fgh'));
  writer.row(rowOf(3, []));
  writer.end();
  return Buffer.concat(pieces);
}

function sourceOf(bytes: Uint8Array): (count: number) => Uint8Array {
  let at = 0;
  return (count) => {
    const piece = bytes.subarray(at, at + count);
    at += piece.length;
    return piece;
  };
}

function read(bytes: Uint8Array, secret = SECRET): TransferEvent[] {
  const opened = openTransfer(nodePrimitives, sourceOf(bytes), secret);
  if (!opened.ok) throw new Error(opened.fault.code);
  return [...opened.value.events()];
}

function faultOf(bytes: Uint8Array, secret = SECRET): string | null {
  const opened = openTransfer(nodePrimitives, sourceOf(bytes), secret);
  return opened.ok ? null : opened.fault.code;
}

const done = (events: readonly TransferEvent[]) =>
  events.flatMap((event) => (event.kind === 'row-done' ? [event.number] : []));
const broken = (events: readonly TransferEvent[]) =>
  events.flatMap((event) => (event.kind === 'row-broken' ? [event.number] : []));
const isWhole = (events: readonly TransferEvent[]) => {
  const last = events.at(-1);
  return last?.kind === 'end' && last.isWhole;
};

/** Where each frame begins. */
function borders(bytes: Buffer): number[] {
  const found: number[] = [];
  for (let at = HEADER_BYTES; at < bytes.length; at += FRAME_HEAD_BYTES + bytes.readUInt32BE(at)) {
    found.push(at);
  }
  return found;
}

describe('a transfer file', () => {
  it('gives back rows and the bytes of their parts, in order', () => {
    const events = read(fileOf(SECRET));
    expect(isWhole(events)).toBe(true);
    expect(done(events)).toEqual([1, 2, 3]);
    const bytesOf = (sha256: string) =>
      events
        .flatMap((event) =>
          event.kind === 'part-bytes' && event.part.sha256 === sha256 ? [Buffer.from(event.bytes)] : [],
        )
        .join('');
    expect([bytesOf('b'.repeat(64)), bytesOf('c'.repeat(64))]).toEqual(['abcde', 'fgh']);
    expect(events.find((event) => event.kind === 'row')).toMatchObject({ row: rowOf(1, []) });
  });

  it('holds nothing personal in plain text', () => {
    expect(fileOf(SECRET).includes(Buffer.from('测试'))).toBe(false);
    expect(fileOf(SECRET).includes(Buffer.from('9999010012611220100010'))).toBe(false);
  });

  it('that ends anywhere is not whole, and tells what came before', () => {
    const bytes = fileOf(SECRET);
    const ends = borders(bytes);
    for (let length = ends[1] ?? 0; length < bytes.length; length += 1) {
      const events = read(bytes.subarray(0, length));
      expect(isWhole(events)).toBe(false);
      // Frames: manifest, row 1, row 2, three chunks, row 3, end.
      const frames = ends.filter((border) => border <= length).length - 1;
      expect(done(events)).toEqual(
        [1, 2, 3].slice(0, frames >= 7 ? 3 : frames >= 6 ? 2 : frames >= 2 ? 1 : 0),
      );
    }
  });

  it('with a flipped bit anywhere is never whole, and never gives a changed row', () => {
    const bytes = fileOf(SECRET);
    for (let at = 0; at < bytes.length; at += 1) {
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ 0x10;
      const opened = openTransfer(nodePrimitives, sourceOf(flipped), SECRET);
      if (!opened.ok) continue;
      const events = [...opened.value.events()];
      expect(isWhole(events), `byte ${at}`).toBe(false);
      for (const event of events) {
        if (event.kind !== 'row') continue;
        expect([1, 2, 3].map((n) => rowOf(n, n === 2 ? parts : []))).toContainEqual(event.row);
      }
    }
  });

  it('with one bad row gives the others', () => {
    const bytes = fileOf(SECRET);
    const secondRow = borders(bytes)[2] ?? 0;
    bytes[secondRow + 40] = (bytes[secondRow + 40] ?? 0) ^ 1;
    const events = read(bytes);
    expect([done(events), broken(events), isWhole(events)]).toEqual([[1, 3], [2], false]);
  });

  it('with a bad chunk loses its row, and no other', () => {
    const bytes = fileOf(SECRET);
    const chunk = borders(bytes)[4] ?? 0;
    bytes[chunk + 10] = (bytes[chunk + 10] ?? 0) ^ 1;
    const events = read(bytes);
    expect([done(events), broken(events), isWhole(events)]).toEqual([[1, 3], [2], false]);
  });

  it('shows that frames changed places, were left out, or were doubled', () => {
    const bytes = fileOf(SECRET);
    const cut = [...borders(bytes), bytes.length];
    const frames = cut.slice(0, -1).map((from, index) => bytes.subarray(from, cut[index + 1]));
    const header = bytes.subarray(0, HEADER_BYTES);
    const [manifest, one, two, a, b, c, three, end] = frames;
    const assembled = (...list: (Buffer | undefined)[]) =>
      Buffer.concat([header, ...list.map((frame) => frame ?? Buffer.alloc(0))]);
    expect(isWhole(read(assembled(manifest, one, two, a, b, c, three, end)))).toBe(true);
    for (const wrong of [
      assembled(manifest, three, two, a, b, c, one, end),
      assembled(manifest, two, a, b, c, three, end),
      assembled(manifest, one, one, two, a, b, c, three, end),
      assembled(manifest, one, two, b, a, c, three, end),
      assembled(manifest, one, two, a, b, c, three, end, three),
    ]) {
      expect(isWhole(read(wrong))).toBe(false);
    }
  });

  it('takes no frame of another file, even of one under the same code', () => {
    const bytes = fileOf(SECRET);
    const other = fileOf(SECRET);
    const [, first = 0, second = 0] = borders(bytes);
    const spliced = Buffer.concat([
      bytes.subarray(0, first),
      other.subarray(first, second),
      bytes.subarray(second),
    ]);
    const events = read(spliced);
    expect([done(events), broken(events), isWhole(events)]).toEqual([[2, 3], [1], false]);
  });

  it('is refused by name when it is another file, another version, or another code’s', () => {
    const bytes = fileOf(SECRET);
    const newer = Buffer.from(bytes);
    newer.writeUInt32BE(2, 8);
    expect(faultOf(Buffer.alloc(0))).toBe('transfer.not-ours');
    expect(faultOf(Buffer.from('%PDF-1.7 '.repeat(50)))).toBe('transfer.not-ours');
    expect(faultOf(newer)).toBe('transfer.version-unknown');
    expect(faultOf(bytes, OTHER_SECRET)).toBe('transfer.wrong-code');
    expect(faultOf(bytes.subarray(0, HEADER_BYTES + 20))).toBe('transfer.damaged');
  });
});
