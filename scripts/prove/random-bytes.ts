import { driverParsers } from '../../tests/proofs/driver-parsers.ts';
import { pushRandomBytes } from '../../tests/proofs/random-bytes.ts';
import { simulatorParsers } from '../../tests/proofs/simulator-parsers.ts';
import { seeded } from '../../tests/support/seeded.ts';

const BYTES = 10_000_000;
/** What a parser may hold more behind ten million bytes than behind the first hundred thousand. */
const MAX_GROWN_BYTES = 2_000_000;
const SEED = 20_261_121;

export async function proveRandomBytes(say: (line: string) => void): Promise<string> {
  const parsers = [...driverParsers, ...simulatorParsers];
  let worstGrown = 0;
  let resyncs = 0;
  for (const parser of parsers) {
    for (const kind of ['uniform', 'spiteful'] as const) {
      const startMs = performance.now();
      const figures = await pushRandomBytes(parser, kind, BYTES, seeded(SEED));
      const seconds = (performance.now() - startMs) / 1_000;
      say(
        `${parser.name}, ${kind}: ${figures.byteCount} bytes in ${seconds.toFixed(1)} s, ` +
          `${figures.resyncCount} times the next good frame found after at most ${figures.worstResyncBytes} ` +
          `lost bytes of good ones, memory ${(figures.grownBytes / 1_000).toFixed(0)} kB more than before`,
      );
      if (figures.grownBytes > MAX_GROWN_BYTES) {
        throw new Error(`${parser.name} holds ${figures.grownBytes} bytes more than before`);
      }
      worstGrown = Math.max(worstGrown, figures.grownBytes);
      resyncs += figures.resyncCount;
    }
  }
  const grown = `memory at most ${(worstGrown / 1_000).toFixed(0)} kB more than before`;
  return `${parsers.length} parsers, 2 times ${BYTES} bytes each, ${resyncs} good frames found, ${grown}`;
}
