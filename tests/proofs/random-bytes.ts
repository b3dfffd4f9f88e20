import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { RandomUnit } from '#contract/ports.ts';
import { noise, type NoiseKind } from './noise.ts';
import { integer, type GoodFrame, type ParserUnderProof, type StreamParser } from './parser.ts';

/** Random bytes into one parser: no throw, no growth of memory, and the next good frame is found. */
export interface RandomBytesFigures {
  readonly byteCount: number;
  /** How often noise was followed by good frames. */
  readonly resyncCount: number;
  /** The most bytes of good frames that were lost behind noise. */
  readonly worstResyncBytes: number;
  /** What the process holds more than before, after garbage collection. */
  readonly grownBytes: number;
}

/** Noise between two looks at whether a good frame is found. */
const STRETCH_BYTES = 16_384;
const MAX_PIECE_BYTES = 700;
/** Compiled code, inline caches and the like settle in the first stretches. */
const WARM_UP_STRETCHES = 4;

/** Throws with what failed and after how many bytes. */
export async function pushRandomBytes(
  parser: ParserUnderProof,
  kind: NoiseKind,
  byteCount: number,
  random: RandomUnit,
): Promise<RandomBytesFigures> {
  const stream = parser.create();
  let pushed = 0;
  let resyncCount = 0;
  let worstResyncBytes = 0;
  let heldBefore = 0;
  while (pushed < byteCount) {
    const stretch = noise(kind, parser, random, Math.min(STRETCH_BYTES, byteCount - pushed));
    try {
      await pushInPieces(stream, stretch, random);
      stream.pause();
      const lost = await bytesUntilFound(parser, stream, random);
      worstResyncBytes = Math.max(worstResyncBytes, lost);
    } catch (error) {
      throw new Error(`${parser.name}, ${kind}, near byte ${pushed}: ${String(error)}`, { cause: error });
    }
    pushed += stretch.length;
    resyncCount += 1;
    if (resyncCount === WARM_UP_STRETCHES) heldBefore = heldBytes();
  }
  const grownBytes = resyncCount > WARM_UP_STRETCHES ? heldBytes() - heldBefore : 0;
  // The parser must still be alive when the memory is looked at.
  stream.pause();
  return { byteCount: pushed, resyncCount, worstResyncBytes, grownBytes };
}

async function pushInPieces(stream: StreamParser, bytes: Uint8Array, random: RandomUnit): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    const size = integer(random, 1, MAX_PIECE_BYTES);
    await stream.push(bytes.subarray(at, at + size));
    at += size;
  }
}

/** How many bytes of good frames are lost until one is found. Throws when it takes more than it may. */
export async function bytesUntilFound(
  parser: ParserUnderProof,
  stream: StreamParser,
  random: RandomUnit,
): Promise<number> {
  let lost = 0;
  while (lost <= parser.resyncBytes) {
    const frame = parser.frame(random);
    if (await isFound(stream, frame)) return lost;
    lost += frame.bytes.length;
  }
  throw new Error(`no good frame was found in ${lost} bytes; ${parser.resyncBytes} may be lost`);
}

async function isFound(stream: StreamParser, frame: GoodFrame): Promise<boolean> {
  const meanings = [...(await stream.push(frame.bytes)), ...stream.pause()];
  return meanings.includes(frame.meaning);
}

let collectGarbage: (() => void) | null = null;

function heldBytes(): number {
  if (collectGarbage === null) {
    setFlagsFromString('--expose-gc');
    const found: unknown = runInNewContext('gc');
    if (typeof found !== 'function') throw new Error('this Node has no gc()');
    collectGarbage = () => void found();
  }
  collectGarbage();
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
