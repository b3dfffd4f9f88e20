/**
 * `npm run prove`: the long proofs, which are too long for every change. `npm run prove -- NAME` runs one, and
 * `npm run prove -- NAME:PART` a part of one that has parts.
 * Each ends with one clear line, and the command fails when one of them does.
 */
import { proveCases } from './prove/cases.ts';
import { proveConformance } from './prove/conformance.ts';
import { proveFleet } from './prove/fleet.ts';
import { proveForwarding } from './prove/forwarding.ts';
import { proveHandwriting } from './prove/handwriting.ts';
import { proveHostileInput } from './prove/hostile-input.ts';
import { proveKill } from './prove/kill.ts';
import { proveNodes } from './prove/nodes.ts';
import { provePapers } from './prove/papers.ts';
import { provePowerCut } from './prove/power-cut.ts';
import { proveQueue } from './prove/queue.ts';
import { proveRandomBytes } from './prove/random-bytes.ts';
import { proveScreens } from './prove/screens.ts';
import { proveStation } from './prove/station.ts';
import { requireNode } from './node-version.ts';

interface Proof {
  readonly name: string;
  /** Read in the list of proofs. */
  readonly claim: string;
  /** Says its figures line by line; throws when the claim does not hold. Returns what the last line says. */
  readonly run: (say: (line: string) => void, part: string | null) => Promise<string>;
  /** How a part of it is named; absent: it is run whole. */
  readonly parts?: string;
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
    name: 'conformance',
    claim:
      'the conformance suite is green on the platform, and red at its rule on each copy in which one is broken; some minutes on two cores',
    parts: 'rules or letters of themes: conformance:S-02,E',
    run: proveConformance,
  },
  {
    name: 'kill',
    claim: '5,000 kills anywhere in the work of a terminal: nothing confirmed is lost or doubled',
    run: proveKill,
  },
  {
    name: 'power-cut',
    claim:
      'the power cut behind every call to the disk, and every call failing: every promise is kept; some hours on one core',
    parts: 'words of the titles: power-cut:anywhere, power-cut:"error for a write"',
    run: provePowerCut,
  },
  {
    name: 'screens',
    claim:
      'every item and chain by touch, in every mode, upright and lying, with a line and without: sizes, gaps, colours, words, reach, axe; about an hour on two cores',
    parts:
      'words of the titles: screens:elderly-allowance, screens:seated, screens:"landscape.*chain"; screens:rest goes on where a run was ended',
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
    name: 'hostile-input',
    claim:
      'every member of many bodies of every call of the platform, wrong in every way: refused by a problem document, nothing written',
    run: proveHostileInput,
  },
  {
    name: 'queue',
    claim:
      '20,000 days of a queue: no number twice, nobody overtaken or lost, no move but those of docs/queue.md',
    run: proveQueue,
  },
  {
    name: 'cases',
    claim:
      '10,000 histories of a case over leap days, moved holidays and year ends: no move but those of docs/cases.md, no clock that runs when it should rest',
    run: proveCases,
  },
  {
    name: 'station',
    claim:
      'a hub, four members, ten windows, two boards, 2,000 tickets, with hub and members killed and the network split: the books agree; some minutes a seed',
    parts: 'station:taken-over, a member made the hub; seeds: station:4 or station:4,5',
    run: proveStation,
  },
  {
    name: 'nodes',
    claim:
      'three nodes over one PostgreSQL under load, nodes killed, the database ended in three ways, an upgrade one by one: no case lost, none doubled; some minutes a seed',
    parts: 'seeds: nodes:4 or nodes:4,5',
    run: proveNodes,
  },
  {
    name: 'fleet',
    claim:
      '1,000 terminals against one node: all are heard, a bad version goes back by itself behind its first cohort, a good one reaches all; some minutes',
    parts: 'a seed: fleet:4',
    run: proveFleet,
  },
];

requireNode('npm run prove');
const chosen = choose(process.argv.slice(2));
let failures = 0;
for (const { proof, part } of chosen) {
  console.log(`${proof.name}: ${proof.claim}`);
  try {
    const summary = await proof.run((line) => console.log(`  ${line}`), part);
    console.log(`PROVED ${proof.name}: ${summary}`);
  } catch (error) {
    failures += 1;
    console.log(`FAILED ${proof.name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}
process.exitCode = failures === 0 ? 0 : 1;

interface Chosen {
  readonly proof: Proof;
  readonly part: string | null;
}

function choose(names: readonly string[]): readonly Chosen[] {
  if (names.length === 0) return proofs.map((proof) => ({ proof, part: null }));
  return names.map((given) => {
    const [, name = given, part = null] = /^([^:]+):(.+)$/.exec(given) ?? [];
    const proof = proofs.find((each) => each.name === name);
    if (proof !== undefined && (part === null || proof.parts !== undefined)) return { proof, part };
    console.error(`npm run prove: "${given}" is no proof. There are:`);
    for (const each of proofs) {
      console.error(
        `  ${each.name}: ${each.claim}${each.parts === undefined ? '' : `; parts: ${each.parts}`}`,
      );
    }
    process.exit(1);
  });
}
