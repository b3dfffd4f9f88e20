import type { RandomUnit } from '#contract/ports.ts';

/** Something that reads a stream, as the proofs see it: bytes in, what it took them for out. */
export interface StreamParser {
  /** One line of text per content that was taken; what was refused is not in it. */
  push(bytes: Uint8Array): readonly string[] | Promise<readonly string[]>;
  /** The line falls silent, for those that a silence tells something. */
  pause(): readonly string[];
}

export interface GoodFrame {
  readonly bytes: Uint8Array;
  /** What `push` (or the `pause` behind it) has to say about it, once. */
  readonly meaning: string;
}

export interface ParserUnderProof {
  readonly name: string;
  /**
   * - `stream`: frames one after the other
   * - `blocks`: cut by the frame around them, whole or not at all
   * - `request-and-answer`: what was not asked for is thrown away
   * - `screen`: no frames; each byte changes what stands there
   */
  readonly shape: 'stream' | 'blocks' | 'request-and-answer' | 'screen';
  /** A fresh one each time, as when a line is opened. */
  create(): StreamParser;
  frame(random: RandomUnit): GoodFrame;
  /**
   * - `sees-every-bit`: the check refuses each frame with one wrong bit
   * - `none`: the wire carries no check, and a wrong bit is another content
   */
  readonly check: 'sees-every-bit' | 'none';
  /**
   * How many bytes of good frames may be lost behind any garbage: the most that garbage, which looks like
   * a beginning, can make the parser wait for.
   */
  readonly resyncBytes: number;
}

export const noPause = (): readonly string[] => [];

export function integer(random: RandomUnit, min: number, max: number): number {
  return min + Math.floor(random() * (max - min + 1));
}

export function bytesOf(random: RandomUnit, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => integer(random, 0, 255));
}

export function oneOf<T>(random: RandomUnit, items: readonly [T, ...T[]]): T {
  return items[integer(random, 0, items.length - 1)] ?? items[0];
}
