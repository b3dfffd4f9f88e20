/**
 * `npm run staff`: accounts of who works here, and the browsers of the station, at a terminal that runs. Exit codes: 2
 * usage, 3 no terminal runs there, 1 anything else.
 */
import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { askTerminal } from '#door/control/ask-terminal.ts';
import type { ControlState } from '#door/control/control-protocol.ts';
import { staffArguments, staffUsage } from '#door/control/staff-arguments.ts';

const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_NOBODY = 3;

const command = staffArguments(process.argv.slice(2)) ?? stop(staffUsage, EXIT_USAGE);
const request = command.needsPin ? command.request(await askForPin()) : command.request;
const answer = await askTerminal(command.dataDir, request);
if (answer === null) stop(`no terminal runs on ${command.dataDir}, or this user may not ask it`, EXIT_NOBODY);
if (!answer.ok) stop(`${answer.fault.code}: ${answer.fault.detail ?? ''}`, EXIT_FAILED);
tell(answer.value);

function tell({ accounts, browsers, knocking, door, admitted }: ControlState): void {
  if (admitted !== null && request.verb === 'admit') {
    const place = admitted.replaced ? ', in the place of the one before' : '';
    say(`The browser at ${admitted.address} is ${request.as} from now on${place}.`);
  }
  say(
    door === null
      ? 'The door is closed (lan in the configuration, or the log says why).'
      : `Door: ${door.url}`,
  );
  if (door !== null) say(`  certificate SHA-256 ${door.fingerprint}`);
  if (door !== null && door.authorityFile !== null)
    say(`  browsers of the station are to trust ${door.authorityFile}`);
  say('Accounts:');
  for (const { staffId, role, closedAtMs } of accounts)
    say(`  ${staffId}  ${role}${closedAtMs === null ? '' : `  closed ${iso(closedAtMs)}`}`);
  say('Browsers:');
  for (const { browser, admittedAtMs } of browsers) say(`  ${browser.name}  since ${iso(admittedAtMs)}`);
  for (const { code, address } of knocking) say(`  waits before the door: ${code} at ${address}`);
}

/** Nobody who looks over a shoulder reads it. */
async function askForPin(): Promise<string> {
  const isTerminal = process.stdin.isTTY;
  if (isTerminal) process.stderr.write('PIN, six to twelve digits: ');
  const silent = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const lines = createInterface({ input: process.stdin, output: silent, terminal: isTerminal });
  try {
    const pin = await lines.question('');
    if (isTerminal) process.stderr.write('\n');
    return pin.trim();
  } finally {
    lines.close();
  }
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 16);
}

function say(sentence: string): void {
  process.stdout.write(`${sentence}\n`);
}

function stop(sentence: string, exitCode: number): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(exitCode);
}
