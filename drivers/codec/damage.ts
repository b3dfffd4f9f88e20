import { byteAt } from './bytes.ts';

/** What lines do to bytes, for the tests of every codec. */

/** The frame with each one of its bits wrong in turn. */
export function* everyWrongBit(frame: Uint8Array): Generator<Uint8Array> {
  for (let bit = 0; bit < frame.length * 8; bit += 1) {
    const damaged = frame.slice();
    const at = Math.floor(bit / 8);
    damaged[at] = byteAt(damaged, at) ^ (1 << (bit % 8));
    yield damaged;
  }
}

/** The stream in pieces of the given sizes, over and over; the sizes are 1 or more. */
export function* inPieces(stream: Uint8Array, sizes: readonly number[]): Generator<Uint8Array> {
  for (let at = 0, turn = 0; at < stream.length; turn += 1) {
    const size = Math.max(1, sizes[turn % sizes.length] ?? 1);
    yield stream.subarray(at, at + size);
    at += size;
  }
}
