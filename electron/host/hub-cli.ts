/**
 * `npm run hub -- take-over`: makes a member the hub of its station, while it is off. Exit codes: 2 usage, 3 configuration,
 * 4 store, 1 it cannot be, or was not meant.
 */
import { createInterface } from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { describeConfigFault, loadConfig } from '#config/load.ts';
import { needsItsKey } from '#terminal/store/key-file.ts';
import { openStore } from '#terminal/store/store.ts';
import { systemClock } from '#terminal/system-ports.ts';
import { heirOf, takeOver, type Heir } from '#terminal/tickets/members/take-over.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_CONFIG = 3;
const EXIT_STORE = 4;

const usage =
  'usage: npm run hub -- take-over --config FILE --data FOLDER     (while the terminal is stopped)';

const whyNot: Readonly<Record<Extract<Heir, { can: false }>['why'], string>> = {
  'no-door': 'A hub needs a door: give the configuration the key lan first, and start it once.',
  'never-heard': 'This terminal has never heard a hub: it has nothing to go on with.',
  'hub-not-named':
    'Another terminal is the hub, and this configuration does not say where, so that it would go on as one: give it the key hub with that terminal’s door first. If that one is gone for good, take the key out again afterwards.',
  'is-hub': 'This terminal is the hub already.',
};

const given = commandLine();
if (given === null) stop(usage, EXIT_USAGE);
const loaded = loadConfig(given.config);
if (!loaded.ok) stop(loaded.fault.map(describeConfigFault).join('\n'), EXIT_CONFIG);
// A mistyped folder would become a new and empty terminal.
if (!needsItsKey(given.dataDir)) stop(`there is no terminal’s data in ${given.dataDir}`, EXIT_STORE);
const opened = openStore(given.dataDir);
if (!opened.ok) stop(`${opened.fault.code}: ${opened.fault.detail ?? 'is it stopped?'}`, EXIT_STORE);
const store = opened.value;
try {
  process.exitCode = await run();
} finally {
  store.close();
}

async function run(): Promise<number> {
  if (!loaded.ok) return EXIT_CONFIG;
  const { value: config } = loaded;
  const heir = heirOf(store, config, systemClock);
  if (!heir.can) return failed(whyNot[heir.why]);
  const { number } = config.terminal;
  say(
    `Terminal ${number} is to be the hub, in the place of terminal ${heir.before.terminal} at ${heir.before.at}.`,
  );
  const last = heir.lastMs === null ? 'nothing has happened' : `the last of it at ${iso(heir.lastMs)}`;
  say(`It knows ${heir.tickets} tickets of today, ${heir.waiting} of them waiting; ${last}.`);
  say('The old hub must be off, or out of the network: two of them would call people at the same time.');
  say(`Type ${number} to go on:`);
  const typed = await answer();
  if (typed !== number) return failed('Nothing was changed.');
  const taken = takeOver(store, systemClock, heir.next);
  if (!taken.ok) return failed(`${taken.fault.code}: ${taken.fault.detail ?? ''}`);
  say(
    `Start it now. Then: the other members' key hub on this terminal's door, and admit them here; the windows on its page.`,
  );
  return 0;
}

function commandLine(): { readonly config: string; readonly dataDir: string } | null {
  try {
    const { values, positionals } = parseArgs({
      args: process.argv.slice(2),
      options: { config: { type: 'string' }, data: { type: 'string' } },
      allowPositionals: true,
      strict: true,
    });
    const isOurs = positionals.length === 1 && positionals[0] === 'take-over';
    if (!isOurs || values.config === undefined || values.data === undefined) return null;
    return { config: values.config, dataDir: values.data };
  } catch {
    return null;
  }
}

async function answer(): Promise<string> {
  const lines = createInterface({ input: process.stdin });
  try {
    for await (const line of lines) return line.trim();
    return '';
  } finally {
    lines.close();
  }
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString();
}

function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`);
}

function failed(sentence: string): number {
  process.stderr.write(`${sentence}\n`);
  return EXIT_FAILED;
}

function stop(sentence: string, exitCode: number): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(exitCode);
}
