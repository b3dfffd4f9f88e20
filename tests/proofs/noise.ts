import type { RandomUnit } from '#contract/ports.ts';
import { byteAt, concat } from '#drivers/codec/bytes.ts';
import { bytesOf, integer, type ParserUnderProof } from './parser.ts';

/**
 * - `uniform`: every byte as likely as any other
 * - `spiteful`: torn, bent and shortened good frames between random bytes. Uniform noise seldom writes the
 *   five bytes that begin a frame, and then nothing behind them is exercised.
 */
export type NoiseKind = 'uniform' | 'spiteful';

export function noise(
  kind: NoiseKind,
  parser: ParserUnderProof,
  random: RandomUnit,
  length: number,
): Uint8Array {
  if (kind === 'uniform') return bytesOf(random, length);
  const pieces: Uint8Array[] = [];
  let made = 0;
  while (made < length) {
    const piece = spite(parser, random);
    pieces.push(piece);
    made += piece.length;
  }
  return concat(pieces).subarray(0, length);
}

function spite(parser: ParserUnderProof, random: RandomUnit): Uint8Array {
  const { bytes } = parser.frame(random);
  const at = integer(random, 0, bytes.length - 1);
  switch (integer(random, 0, 4)) {
    case 0: // torn: the beginning only
      return bytes.slice(0, at);
    case 1: {
      // One wrong bit.
      const bent = bytes.slice();
      bent[at] = byteAt(bent, at) ^ (1 << integer(random, 0, 7));
      return bent;
    }
    case 2: // a byte is lost
      return concat([bytes.subarray(0, at), bytes.subarray(at + 1)]);
    case 3: // a beginning that goes on as noise
      return concat([bytes.subarray(0, Math.min(at, 8)), bytesOf(random, integer(random, 0, 60))]);
    default: // one byte without an end, as a line that hangs
      return new Uint8Array(integer(random, 1, 40)).fill(byteAt(bytes, at));
  }
}
