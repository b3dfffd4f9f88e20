/**
 * `npm run hub -- take-over`: makes a member the hub of its station, while it is off. Exit codes: 2 usage, 3 configuration,
 * 4 store, 1 it cannot be, or was not meant.
 */
import { parseArgs } from 'node:util';
import { describeConfigFault } from '#config/load.ts';
import { createAskedLines } from '#door/control/asked-lines.ts';
import { aloneReasonSchema } from '#terminal/access/alone-notes.ts';
import { hashPin } from '#terminal/access/pin.ts';
import { createTwoPeople, type CommandAct } from '#terminal/access/two-people.ts';
import { createAudit } from '#terminal/audit/audit.ts';
import { needsItsKey } from '#terminal/store/key-file.ts';
import { openStore } from '#terminal/store/store.ts';
import { systemClock, systemRandomBytes } from '#terminal/system-ports.ts';
import { heirOf, takeOver, type Heir } from '#terminal/tickets/members/take-over.ts';
import { configBeside } from './config-beside.ts';
import { otherUsersFolder } from './folder-owner.ts';
import { ANSWER_MS, confirmed } from './two-people-command.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_CONFIG = 3;
const EXIT_STORE = 4;

const usage = `usage: npm run hub -- take-over --config FILE --data FOLDER     (while the terminal is stopped)
It asks for this terminal's number, and then for number and PIN of two people: a technician, and another technician or
somebody of a window. A script gives these five on the standard input, a line each.
      --alone REASON       by one person; the audit keeps why`;

const whyNot: Readonly<Record<Extract<Heir, { can: false }>['why'], string>> = {
  'no-door': 'A hub needs a door: give the configuration the key lan first, and start it once.',
  'never-heard': 'This terminal has never heard a hub: it has nothing to go on with.',
  'hub-not-named':
    'Another terminal is the hub, and this configuration does not say where, so that it would go on as one: give it the key hub with that terminal’s door first. If that one is gone for good, take the key out again afterwards.',
  'is-hub': 'This terminal is the hub already.',
};

const given = commandLine();
if (given === null) stop(usage, EXIT_USAGE);
const otherUsers = otherUsersFolder(given.dataDir);
if (otherUsers !== null) stop(`${otherUsers.code}: ${otherUsers.detail ?? ''}`, EXIT_STORE);
const loaded = configBeside({ file: given.config, dataDir: given.dataDir });
if (!loaded.ok) stop(loaded.fault.map(describeConfigFault).join('\n'), EXIT_CONFIG);
// A mistyped folder would become a new and empty terminal.
if (!needsItsKey(given.dataDir)) stop(`there is no terminal’s data in ${given.dataDir}`, EXIT_STORE);
const opened = openStore(given.dataDir);
if (!opened.ok) stop(`${opened.fault.code}: ${opened.fault.detail ?? 'is it stopped?'}`, EXIT_STORE);
const store = opened.value;
const asked = createAskedLines(process, { clock: systemClock, answerMs: ANSWER_MS });
try {
  process.exitCode = await run(given);
} finally {
  asked.close();
  store.close();
}

async function run({ dataDir, alone }: CommandLine): Promise<number> {
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
  const typed = await asked.ask('', 'shown');
  if (typeof typed === 'string' || typed.line !== number) return failed('Nothing was changed.');
  const act: CommandAct = {
    procedure: 'hub.make',
    what: `terminal ${number}, in the place of ${heir.before.terminal}`,
  };
  const people = createTwoPeople(
    {
      store,
      dataDir,
      audit: createAudit(store, systemClock),
      clock: systemClock,
      randomBytes: systemRandomBytes,
      hashPin,
    },
    act,
  );
  const may = await confirmed({ act, people, alone, asked, stderr: process.stderr });
  if (may !== 'go-on') return may.exitCode;
  const taken = takeOver(store, systemClock, heir.next);
  if (!taken.ok) return failed(`${taken.fault.code}: ${taken.fault.detail ?? ''}`);
  say(
    `Start it now. Then: the other members' key hub on this terminal's door, and admit them here; the windows on its page.`,
  );
  return 0;
}

interface CommandLine {
  readonly config: string;
  readonly dataDir: string;
  /** Why one person does what takes two; null: two do. */
  readonly alone: string | null;
}

function commandLine(): CommandLine | null {
  try {
    const { values, positionals } = parseArgs({
      args: process.argv.slice(2),
      options: { config: { type: 'string' }, data: { type: 'string' }, alone: { type: 'string' } },
      allowPositionals: true,
      strict: true,
    });
    const isOurs = positionals.length === 1 && positionals[0] === 'take-over';
    if (!isOurs || values.config === undefined || values.data === undefined) return null;
    const alone = values.alone === undefined ? null : aloneReasonSchema.parse(values.alone);
    return { config: values.config, dataDir: values.data, alone };
  } catch {
    return null;
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
