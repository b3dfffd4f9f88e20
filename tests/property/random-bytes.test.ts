import { describe, expect, it } from 'vitest';
import { driverParsers } from '../proofs/driver-parsers.ts';
import { pushRandomBytes } from '../proofs/random-bytes.ts';
import { simulatorParsers } from '../proofs/simulator-parsers.ts';
import { seeded } from '../support/seeded.ts';

/** The short run; `npm run prove -- random-bytes` pushes ten million, and measures the memory. */
const BYTES = 100_000;
const SEED = 3;

describe.each([...driverParsers, ...simulatorParsers].map((parser) => [parser.name, parser] as const))(
  '%s',
  (_name, parser) => {
    it.each(['uniform', 'spiteful'] as const)(
      `takes ${BYTES} bytes of %s noise without a throw, and finds the next good frame`,
      async (kind) => {
        const figures = await pushRandomBytes(parser, kind, BYTES, seeded(SEED));
        expect(figures.byteCount).toBe(BYTES);
        expect(figures.resyncCount).toBeGreaterThan(5);
      },
    );
  },
);
