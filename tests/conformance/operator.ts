import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { parseEnrolmentCode } from '#contract/enrolment-code.ts';
import type { RunOptions } from './options.ts';

/** What only the operator of the judged platform can do. */
export interface Operator {
  /** A code for a terminal that the platform does not know. */
  newcomer(place: Place): Promise<Newcomer>;
  /** The same with two codes for it. */
  twice(): Promise<Newcomer & { readonly second: string }>;
  /** A code that is too old. */
  expired(): Promise<Newcomer>;
  revoke(terminalId: string): Promise<void>;
}

/** Two stations: most rules are about one, some about what another one may not. */
export type Place = 'here' | 'elsewhere';

export interface Newcomer {
  readonly terminalId: string;
  readonly stationId: string;
  readonly code: string;
}

/** As many codes as one run uses up, beside those of `twice` and `expired`. */
export const NEEDED_CODES: Readonly<Record<Place, number>> = { here: 22, elsewhere: 1 };

/** The suite cannot go on: the operator has not given what it needs. */
export class NotGiven extends Error {}

/** A rule is about something that not every platform has, and that the operator has not given: it is not asked. Says what it is. */
export class NotAsked extends Error {}

const COMMAND_WITHIN_MS = 60_000;
const HOURS = '24';
/** A few milliseconds, which have passed when the command returns. */
const NO_HOURS = '0.000001';

const run = promisify(execFile);

/** By the commands of the options where they are given, else by the codes that stand there. */
export function operatorOf(options: RunOptions, runId: string): Operator {
  const { commands, stations } = options;
  const codes = { here: [...(options.codes?.here ?? [])], elsewhere: [...(options.codes?.elsewhere ?? [])] };
  let serial = 0;

  async function issue(terminalId: string, stationId: string, hours: string): Promise<Newcomer> {
    const output = await command(commands?.issueCode ?? [], {
      terminal: terminalId,
      station: stationId,
      hours,
    });
    const code = parseEnrolmentCode(output.trim().split(/\r?\n/).at(-1) ?? '');
    if (code === null) throw new NotGiven('commands.issueCode printed no enrolment code in its last line');
    return { terminalId, stationId, code };
  }
  const nextId = (): string => {
    serial += 1;
    return `CONF-${runId}-${String(serial)}`;
  };

  return {
    newcomer: (place) => {
      if (commands !== undefined) return issue(nextId(), stations[place], HOURS);
      const newcomer = codes[place].shift();
      return newcomer === undefined
        ? Promise.reject(new NotGiven(`codes.${place} has no code left`))
        : Promise.resolve(newcomer);
    },
    twice: async () => {
      if (commands === undefined) {
        if (options.codes?.twice === undefined) throw new NotGiven('codes.twice is not given');
        return options.codes.twice;
      }
      const first = await issue(nextId(), stations.here, HOURS);
      return { ...first, second: (await issue(first.terminalId, first.stationId, HOURS)).code };
    },
    expired: () => {
      if (commands !== undefined) return issue(nextId(), stations.here, NO_HOURS);
      return options.codes?.expired === undefined
        ? Promise.reject(new NotGiven('codes.expired is not given'))
        : Promise.resolve(options.codes.expired);
    },
    revoke: async (terminalId) => {
      if (options.revoke === undefined) throw new NotGiven('revoke, the command, is not given');
      await command(options.revoke, { terminal: terminalId });
    },
  };
}

/** Without a shell; `{name}` in a word is replaced. */
async function command(words: readonly string[], values: Readonly<Record<string, string>>): Promise<string> {
  const [program = '', ...rest] = words.map((word) =>
    word.replace(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole),
  );
  try {
    const { stdout } = await run(program, rest, { timeout: COMMAND_WITHIN_MS });
    return stdout;
  } catch (error) {
    throw new NotGiven(`${program} failed: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}
