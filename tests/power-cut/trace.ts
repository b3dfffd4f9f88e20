import { createReadStream } from 'node:fs';

/** What a process asked of the disk, in the order in which the file system saw it; paths are relative to the folder. */
export type DiskCall =
  /** Written by the process itself: a promise that it has just made to somebody. */
  | { readonly call: 'mark'; readonly text: string }
  /** The file was there. */
  | { readonly call: 'open'; readonly path: string; readonly inode: bigint }
  | { readonly call: 'create'; readonly path: string; readonly inode: bigint }
  | { readonly call: 'write'; readonly inode: bigint; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly call: 'truncate'; readonly inode: bigint; readonly length: number }
  | { readonly call: 'sync'; readonly inode: bigint }
  /** Answered with an error; what was to be written then is nobody's any more. */
  | { readonly call: 'sync-failed'; readonly inode: bigint }
  | { readonly call: 'rename' | 'link'; readonly from: string; readonly to: string }
  | { readonly call: 'unlink' | 'rmdir'; readonly path: string }
  | { readonly call: 'mkdir'; readonly path: string; readonly inode: bigint };

const CHUNK_BYTES = 1_048_576;

/** Of a record: type 1, nothing 1, path 2, data 4, inode 8, offset 8; then path and data (recorder.c). */
const HEADER_BYTES = 24;

/** Reads a trace, or its first bytes, without ever holding all of it. Throws for a file that is no trace. */
export async function* readTrace(
  file: string,
  bytes: number = Number.POSITIVE_INFINITY,
): AsyncGenerator<DiskCall, void, void> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES, end: bytes - 1 })) {
    rest = Buffer.concat([rest, chunk as Buffer]); // a stream without an encoding gives Buffers
    let at = 0;
    for (;;) {
      const record = oneRecord(rest, at);
      if (record === null) break;
      yield record.call;
      at = record.end;
    }
    rest = rest.subarray(at);
  }
  // A process that was killed may leave half a record; the call itself was made, and promised nothing yet.
}

function oneRecord(buffer: Buffer, at: number): { call: DiskCall; end: number } | null {
  if (buffer.length < at + HEADER_BYTES) return null;
  const pathBytes = buffer.readUInt16LE(at + 2);
  const dataBytes = buffer.readUInt32LE(at + 4);
  const pathAt = at + HEADER_BYTES;
  const dataAt = pathAt + pathBytes;
  const end = dataAt + dataBytes;
  if (buffer.length < end) return null;
  const path = buffer.toString('utf8', pathAt, dataAt);
  const text = () => buffer.toString('utf8', dataAt, end);
  const inode = buffer.readBigUInt64LE(at + 8);
  const offset = Number(buffer.readBigUInt64LE(at + 16));
  switch (buffer[at]) {
    case 1:
      return { call: { call: 'mark', text: text() }, end };
    case 2:
      return { call: { call: 'open', path, inode }, end };
    case 3:
      return { call: { call: 'create', path, inode }, end };
    case 4:
      return {
        call: { call: 'write', inode, offset, bytes: Uint8Array.from(buffer.subarray(dataAt, end)) },
        end,
      };
    case 5:
      return { call: { call: 'truncate', inode, length: offset }, end };
    case 6:
      return { call: { call: 'sync', inode }, end };
    case 7:
      return { call: { call: 'sync-failed', inode }, end };
    case 8:
      return { call: { call: 'rename', from: path, to: text() }, end };
    case 9:
      return { call: { call: 'link', from: path, to: text() }, end };
    case 10:
      return { call: { call: 'unlink', path }, end };
    case 11:
      return { call: { call: 'mkdir', path, inode }, end };
    case 12:
      return { call: { call: 'rmdir', path }, end };
    default:
      throw new Error(`no trace: record type ${buffer[at]}`);
  }
}
