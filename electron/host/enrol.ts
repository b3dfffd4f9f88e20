/**
 * `npm run enrol -- --config FILE --data FOLDER --code XXXX-XXXX-XXXX-XXXX`: makes a terminal of a plain Node host known
 * to its platform. The terminal may run meanwhile: it looks for its key again when it has none, or the platform refuses it.
 * `--rotate` instead of a code replaces the key of an enrolled terminal.
 */
import { parseArgs } from 'node:util';
import { describeConfigFault } from '#config/load.ts';
import type { Fault } from '#contract/fault.ts';
import { platformIdentity } from '#terminal/identity/platform-identity.ts';
import type { LogLine } from '#terminal/log.ts';
import { createPlatformClient } from '#terminal/outbox/platform-client.ts';
import { createPlatformTransport, readAuthorities } from '#terminal/outbox/platform-transport.ts';
import { openMasterKey } from '#terminal/store/key-file.ts';
import { systemClock, systemRandomBytes } from '#terminal/system-ports.ts';
import { configBeside } from './config-beside.ts';
import { otherUsersFolder } from './folder-owner.ts';

const EXIT_REFUSED = 1;
const EXIT_USAGE = 2;
const EXIT_CONFIG = 3;
const EXIT_STORE = 4;

interface EnrolArguments {
  readonly config: string;
  readonly data: string;
  /** null: the key is replaced. */
  readonly code: string | null;
}

const usage = `usage: npm run enrol -- --config FILE --data FOLDER --code XXXX-XXXX-XXXX-XXXX
       npm run enrol -- --config FILE --data FOLDER --rotate`;

function readArguments(argv: readonly string[]): EnrolArguments | null {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({
      args: [...argv],
      options: { config: text, data: text, code: text, rotate: { type: 'boolean' } },
      strict: true,
    });
    const { config, data, code, rotate } = values;
    if (config === undefined || data === undefined || (code === undefined) !== (rotate === true)) return null;
    return { config, data, code: code ?? null };
  } catch {
    return null;
  }
}

const given = readArguments(process.argv.slice(2)) ?? stop(usage, EXIT_USAGE);
const otherUsers = otherUsersFolder(given.data);
if (otherUsers !== null) stopForFault(otherUsers, EXIT_STORE);
const loaded = configBeside({ file: given.config, dataDir: given.data });
if (!loaded.ok) stop(loaded.fault.map(describeConfigFault).join('\n'), EXIT_CONFIG);
const { terminal, platform, sealing } = loaded.value;
const masterKey = openMasterKey(given.data, process.env, systemRandomBytes);
if (!masterKey.ok) stopForFault(masterKey.fault, EXIT_STORE);
const authorities = platform.caFile === undefined ? null : readAuthorities(platform.caFile);
if (authorities !== null && !authorities.ok) stopForFault(authorities.fault, EXIT_CONFIG);

const own = platformIdentity({
  dataDir: given.data,
  masterKey: masterKey.value,
  suite: sealing.suite,
  terminal,
  clock: systemClock,
  randomBytes: systemRandomBytes,
  log,
});
const client = createPlatformClient({
  url: platform.url,
  signing: own.signing,
  timeoutMs: platform.timeoutSeconds * 1000,
  transport: createPlatformTransport(authorities?.value ?? null),
});
const identity = own.connect(client, { onEvent: () => undefined, onEnrolled: () => undefined });
const done = given.code === null ? await identity.rotate() : await identity.enrol(given.code);
client.close();
if (!done.ok) stopForFault(done.fault, EXIT_REFUSED);
console.log(
  given.code === null
    ? `${terminal.id} has a new key at ${platform.url}`
    : `${terminal.id} is known to ${platform.url} from now on`,
);

function log(line: LogLine): void {
  if (line.event === 'platform.clock-differs') console.error(`Note: ${line.detail ?? ''}; set its clock.`);
}

function stop(sentence: string, exitCode: number): never {
  console.error(sentence);
  process.exit(exitCode);
}

function stopForFault({ code, detail }: Fault, exitCode: number): never {
  stop(`${code}${detail === undefined ? '' : `: ${detail}`}`, exitCode);
}
