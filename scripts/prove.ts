/**
 * `npm run prove`: the long proofs, which are too long for every change. `npm run prove -- NAME` runs one.
 * Each ends with one clear line, and the command fails when one of them does.
 */
import { proveForwarding } from './prove/forwarding.ts';
import { proveHandwriting } from './prove/handwriting.ts';
import { proveKill } from './prove/kill.ts';
import { provePapers } from './prove/papers.ts';
import { provePowerCut } from './prove/power-cut.ts';
import { proveQueue } from './prove/queue.ts';
import { proveRandomBytes } from './prove/random-bytes.ts';
import { proveScreens } from './prove/screens.ts';
import { requireNode } from './node-version.ts';

interface Proof {
  readonly name: string;
  /** Read in the list of proofs. */
  readonly claim: string;
  /** Says its figures line by line; throws when the claim does not hold. Returns what the last line says. */
  readonly run: (say: (line: string) => void) => Promise<string>;
}

/** In the order in which they run. */
const proofs: readonly Proof[] = [
  {
    name: 'random-bytes',
    claim: '10,000,000 random bytes into each parser: no throw, no growth, the next good frame is found',
    run: proveRandomBytes,
  },
  {
    name: 'forwarding',
    claim: '10,000 districts under a hostile network: nothing confirmed is lost or doubled',
    run: proveForwarding,
  },
  {
    name: 'kill',
    claim: '5,000 kills anywhere in the work of a terminal: nothing confirmed is lost or doubled',
    run: proveKill,
  },
  {
    name: 'power-cut',
    claim: 'the power cut behind every call to the disk, and every call failing: every promise is kept',
    run: provePowerCut,
  },
  {
    name: 'screens',
    claim:
      'every page in every mode and language, upright and lying: sizes, gaps, colours, words, reach, axe',
    run: proveScreens,
  },
  {
    name: 'handwriting',
    claim: 'handwriting is recognised, judged by strokes that the matcher was not built from',
    run: proveHandwriting,
  },
  {
    name: 'papers',
    claim: 'the edges of papers are found on tables of every kind, and what makes a photograph unreadable',
    run: provePapers,
  },
  {
    name: 'queue',
    claim:
      '20,000 days of a queue: no number twice, nobody overtaken or lost, no move but those of docs/queue.md',
    run: proveQueue,
  },
];

requireNode('npm run prove');
const chosen = choose(process.argv.slice(2));
let failures = 0;
for (const proof of chosen) {
  console.log(`${proof.name}: ${proof.claim}`);
  try {
    const summary = await proof.run((line) => console.log(`  ${line}`));
    console.log(`PROVED ${proof.name}: ${summary}`);
  } catch (error) {
    failures += 1;
    console.log(`FAILED ${proof.name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
process.exitCode = failures === 0 ? 0 : 1;

function choose(names: readonly string[]): readonly Proof[] {
  if (names.length === 0) return proofs;
  return names.map((name) => {
    const proof = proofs.find((each) => each.name === name);
    if (proof !== undefined) return proof;
    console.error(`npm run prove: "${name}" is no proof. There are:`);
    for (const each of proofs) console.error(`  ${each.name}: ${each.claim}`);
    process.exit(1);
  });
}
