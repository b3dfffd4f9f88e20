import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { concat } from '#drivers/codec/bytes.ts';
import { everyWrongBit, inPieces } from '#drivers/codec/damage.ts';
import { driverParsers } from '../proofs/driver-parsers.ts';
import type { GoodFrame, ParserUnderProof, StreamParser } from '../proofs/parser.ts';
import { bytesUntilFound } from '../proofs/random-bytes.ts';
import { simulatorParsers } from '../proofs/simulator-parsers.ts';
import { seeded } from '../support/seeded.ts';

// Thousands of runs are slow on a loaded machine, and that is no failure.
vi.setConfig({ testTimeout: 120_000 });

/** A 16-bit check that is right by chance must not make a run fail that another one passes. */
const SEED = 20_261_121;
const runs = (numRuns: number) => ({ seed: SEED, numRuns });

const anySeed = fc.nat(0xffff_ffff);
const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 });
const all = [...driverParsers, ...simulatorParsers];
const named = (parsers: readonly ParserUnderProof[]) =>
  parsers.map((parser) => [parser.name, parser] as const);

const framed = all.filter((parser) => parser.shape === 'stream' || parser.shape === 'request-and-answer');

/** By a silence of the line: what tells one code from the next where a scanner has no suffix. */
async function taken(stream: StreamParser, pieces: Iterable<Uint8Array>): Promise<string[]> {
  const meanings: string[] = [];
  for (const piece of pieces) meanings.push(...(await stream.push(piece)));
  return [...meanings, ...stream.pause()];
}

function framesOf(parser: ParserUnderProof, seed: number, count: number): GoodFrame[] {
  const random = seeded(seed);
  return Array.from({ length: count }, () => parser.frame(random));
}

describe.each(named(framed))('%s', (_name, parser) => {
  it('gives back what was encoded, frame after frame, in whatever pieces they come', async () => {
    await fc.assert(
      fc.asyncProperty(anySeed, fc.integer({ min: 1, max: 5 }), sizes, async (seed, count, pieces) => {
        const stream = parser.create();
        for (const frame of framesOf(parser, seed, count))
          expect(await taken(stream, inPieces(frame.bytes, pieces))).toEqual([frame.meaning]);
      }),
      runs(60),
    );
  });

  if (parser.shape === 'stream') {
    it('takes the same from a stream, noise and all, whatever the pieces it comes in', async () => {
      await fc.assert(
        fc.asyncProperty(anySeed, fc.uint8Array({ maxLength: 60 }), sizes, async (seed, junk, pieces) => {
          const whole = concat(framesOf(parser, seed, 3).flatMap((frame) => [junk, frame.bytes]));
          const byPieces = await taken(parser.create(), inPieces(whole, pieces));
          const byBytes = await taken(parser.create(), inPieces(whole, [1]));
          expect(byPieces).toEqual(byBytes);
        }),
        runs(40),
      );
    });
  }

  it('takes nothing from any truncated frame, and finds the next good one', async () => {
    await fc.assert(
      fc.asyncProperty(anySeed, async (seed) => {
        const random = seeded(seed);
        const frame = parser.frame(random);
        for (const length of lengthsBelow(frame.bytes.length)) {
          const stream = parser.create();
          expect(await stream.push(frame.bytes.subarray(0, length)), `${length} bytes`).toEqual([]);
          stream.pause();
          await bytesUntilFound(parser, stream, random);
        }
      }),
      runs(8),
    );
  });

  it('finds the next good frame behind any garbage', async () => {
    await fc.assert(
      fc.asyncProperty(anySeed, fc.uint8Array({ maxLength: 80 }), async (seed, junk) => {
        const stream = parser.create();
        await stream.push(junk);
        stream.pause();
        await bytesUntilFound(parser, stream, seeded(seed));
      }),
      runs(150),
    );
  });
});

describe.each(named(framed.filter((parser) => parser.check === 'sees-every-bit')))('%s', (_name, parser) => {
  it('never takes a frame with one wrong bit for another content, and finds the next good one', async () => {
    await fc.assert(
      fc.asyncProperty(anySeed, async (seed) => {
        const random = seeded(seed);
        const frame = parser.frame(random);
        for (const damaged of someWrongBits(frame.bytes)) {
          const stream = parser.create();
          // The same content is no harm: seven of Onbon's eight start bytes carry nothing.
          for (const meaning of await stream.push(damaged)) expect(meaning).toBe(frame.meaning);
          await bytesUntilFound(parser, stream, random);
        }
      }),
      runs(6),
    );
  });
});

/** All of a short frame; of a long one the ends, where its structure is, and a sample between. */
function lengthsBelow(length: number): number[] {
  const every = Array.from({ length }, (_, index) => index);
  return every.filter((at) => at < 40 || at >= length - 20 || at % 97 === 0);
}

function* someWrongBits(frame: Uint8Array): Generator<Uint8Array> {
  let bit = 0;
  for (const damaged of everyWrongBit(frame)) {
    const at = Math.floor(bit / 8);
    if (at < 30 || at >= frame.length - 4 || bit % 61 === 0) yield damaged;
    bit += 1;
  }
}
