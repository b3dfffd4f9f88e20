import { askTerminal } from './ask-terminal.ts';
import { createAskedLines, type CommandStreams } from './asked-lines.ts';
import type { ControlRequest, ControlState } from './control-protocol.ts';
import { staffArguments, staffUsage } from './staff-arguments.ts';

const EXIT_DONE = 0;
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;
const EXIT_NOBODY = 3;

export interface StaffCommandOptions {
  /** How it was called, for its usage: `npm run staff --`. */
  readonly program: string;
  /** The terminal's folder when the command line names none; null: it has to. */
  readonly dataDir: string | null;
  readonly streams: CommandStreams;
}

/**
 * Accounts of who works here, and the browsers of the station, at a terminal that runs. Gives the exit code: 2 usage, 3 no
 * terminal runs there, 1 anything else.
 */
export async function staffCommand(
  argv: readonly string[],
  { program, dataDir, streams }: StaffCommandOptions,
): Promise<number> {
  const complain = (sentence: string, exitCode: number): number => {
    streams.stderr.write(`${sentence}\n`);
    return exitCode;
  };
  const command = staffArguments(argv, dataDir);
  if (command === null) return complain(staffUsage(program), EXIT_USAGE);
  let request: ControlRequest;
  if (command.needsPin) {
    const asked = createAskedLines(streams, null);
    const pin = await asked.ask('PIN, six to twelve digits: ', 'hidden');
    asked.close();
    if (pin === 'given-up') return complain('given up; nothing was changed', EXIT_FAILED);
    if (typeof pin === 'string')
      return complain('no PIN stands on the standard input; nothing was changed', EXIT_USAGE);
    request = command.request(pin.line);
  } else request = command.request;
  const answer = await askTerminal(command.dataDir, request);
  if (answer === null)
    return complain(`no terminal runs on ${command.dataDir}, or this user may not ask it`, EXIT_NOBODY);
  if (!answer.ok) return complain(`${answer.fault.code}: ${answer.fault.detail ?? ''}`, EXIT_FAILED);
  const { audit } = answer.value;
  if (audit !== null) {
    streams.stdout.write(`${verdictOf(audit)}\n`);
    return audit.kind === 'whole' ? EXIT_DONE : EXIT_FAILED;
  }
  for (const sentence of told(request, answer.value)) streams.stdout.write(`${sentence}\n`);
  return EXIT_DONE;
}

function verdictOf(audit: NonNullable<ControlState['audit']>): string {
  if (audit.kind === 'broken') return `The audit is broken at row ${audit.sequence}: ${audit.why}.`;
  const { rows, head, recoveries } = audit;
  const gaps =
    recoveries.length === 0
      ? ''
      : ` Before ${recoveries.join(', ')} rows are missing that did not read when the store was damaged.`;
  return `The audit is whole: ${rows} rows; head ${head.sequence}:${head.hash}.${gaps}`;
}

function* told(
  request: ControlRequest,
  { accounts, browsers, knocking, door, doorFault, admitted }: ControlState,
): Generator<string> {
  if (admitted !== null && request.verb === 'admit') {
    const place = admitted.replaced ? ', in the place of the one before' : '';
    yield `The browser at ${admitted.address} is ${request.as} from now on${place}.`;
  }
  if (door !== null) yield `Door: ${door.url}`;
  else if (doorFault === null)
    yield 'There is no door (lan in the configuration), or it is just being opened.';
  if (doorFault !== null) {
    const state = door === null ? 'The door is closed' : '  its certificate is not renewed';
    yield `${state}: ${doorFault.code}: ${doorFault.detail ?? ''}. It is tried again every minute.`;
  }
  if (door !== null) yield `  certificate SHA-256 ${door.fingerprint}`;
  if (door !== null && door.authorityFile !== null)
    yield `  browsers of the station are to trust ${door.authorityFile}`;
  yield 'Accounts:';
  for (const { staffId, role, closedAtMs } of accounts)
    yield `  ${staffId}  ${role}${closedAtMs === null ? '' : `  closed ${iso(closedAtMs)}`}`;
  yield 'Browsers:';
  for (const { browser, admittedAtMs } of browsers) yield `  ${browser.name}  since ${iso(admittedAtMs)}`;
  for (const { code, address } of knocking) yield `  waits before the door: ${code} at ${address}`;
}

function iso(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 16);
}
