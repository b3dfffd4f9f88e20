/**
 * `npm run bench`: measures what the design promises, each figure as a ratio to a limit or a peer that is
 * measured in the same run. `npm run bench -- NAME` runs one group; README.md, "Measuring", says the rest.
 */
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, platform, release } from 'node:os';
import { benchArguments, usage } from './bench/arguments.ts';
import type { BenchGroup } from './bench/group.ts';
import { preciseClock } from './bench/precise-clock.ts';
import { header, jsonOf, lineOf, missed, type GroupReport, type Machine } from './bench/report.ts';
import { requireNode } from './node-version.ts';

const EXIT_MISSED = 1;
const EXIT_USAGE = 2;
const GROUPS = new URL('./bench/groups/', import.meta.url);

requireNode('npm run bench');
const given = benchArguments(process.argv.slice(2));
if (given === null) stop(usage);
const known = readdirSync(GROUPS)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => file.slice(0, -'.ts'.length))
  .sort();
const unknown = given.names.find((name) => !known.includes(name));
if (unknown !== undefined)
  stop(`npm run bench: no group is called ${unknown}; there are ${known.join(', ')}.`);
const chosen = given.names.length > 0 ? given.names : known;

mkdirSync(given.dataDir, { recursive: true });
const print = given.json === 'stdout' ? console.error : console.log;
const machine = thisMachine();
print(header(machine));
const reports: GroupReport[] = [];
for (const name of chosen) {
  const { about, measure } = await groupOf(name);
  print(`\n${name}: ${about}`);
  const figures = await measure({
    clock: preciseClock,
    say: (sentence) => console.error(`  … ${sentence}`),
    full: given.full,
    bringPeers: given.peers,
    dataDir: given.dataDir,
  });
  for (const figure of figures) print(lineOf(figure));
  reports.push({ group: name, about, figures });
}
const missedGoals = missed(reports);
print(`\n${missedGoals === 0 ? 'Every goal is met.' : `Goals missed: ${missedGoals}.`}`);

if (given.json === 'stdout') console.log(jsonOf(machine, reports));
else if (given.json !== 'none') writeFileSync(given.json.file, `${jsonOf(machine, reports)}\n`);
process.exitCode = given.strict && missedGoals > 0 ? EXIT_MISSED : 0;

async function groupOf(name: string): Promise<BenchGroup> {
  // The folder is ours, and every file in it exports a group: a unit test loads them all.
  const { group } = (await import(new URL(`${name}.ts`, GROUPS).href)) as { readonly group: BenchGroup };
  return group;
}

function thisMachine(): Machine {
  return {
    cores: availableParallelism(),
    cpu: cpus()[0]?.model ?? 'unknown',
    node: process.versions.node,
    system: `${platform()} ${release()}`,
    load: loadavg()[0] ?? 0,
    at: new Date().toISOString(),
  };
}

function stop(sentence: string): never {
  console.error(sentence);
  process.exit(EXIT_USAGE);
}
