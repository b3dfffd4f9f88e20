import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface BenchArguments {
  /** Groups to run, in the order of the report; empty for all. */
  readonly names: readonly string[];
  /** `stdout`: lines go to standard error then, so that the output is JSON and nothing else. */
  readonly json: 'none' | 'stdout' | { readonly file: string };
  /** A missed goal is exit code 1. */
  readonly strict: boolean;
  /** A million rows and a drain of a hundred thousand: an hour and 12 GB instead of some minutes. */
  readonly full: boolean;
  /** Other people's durable queues are brought from the registry when they are not there. */
  readonly peers: boolean;
  /** A folder on the disk that is measured. */
  readonly dataDir: string;
}

const DEFAULT_DATA_DIR = '.bench-data';

export const usage = `usage: npm run bench -- [GROUP ...] [--full] [--peers] [--data=FOLDER] [--json | --json=FILE] [--strict]
  --full        the sizes that the design promises: a million rows, a drain of 100,000 (an hour, 12 GB)
  --peers       brings the peers of the outbox from the registry, into scripts/bench/peers
  --data=FOLDER where the outbox is measured, on a real disk; without it ${DEFAULT_DATA_DIR}, here
  --json        JSON on standard output (npm run --silent bench -- --json keeps npm's own lines out of it)
  --json=FILE   JSON into FILE, and the lines on standard output
  --strict      exit code 1 when a goal is missed; without it, only a bench that breaks down fails`;

/** null when the command line is not understood. */
export function benchArguments(argv: readonly string[]): BenchArguments | null {
  // parseArgs knows options with a value and options without, and not one that may have a value.
  const isBare = (argument: string) => argument === '--json';
  try {
    const { values, positionals } = parseArgs({
      args: argv.filter((argument) => !isBare(argument)),
      options: {
        json: { type: 'string' },
        strict: { type: 'boolean' },
        full: { type: 'boolean' },
        peers: { type: 'boolean' },
        data: { type: 'string' },
      },
      allowPositionals: true,
      strict: true,
    });
    if (values.json === '' || values.data === '') return null;
    const toFile = values.json === undefined ? null : { file: values.json };
    return {
      names: positionals,
      json: toFile ?? (argv.some(isBare) ? 'stdout' : 'none'),
      strict: values.strict ?? false,
      full: values.full ?? false,
      peers: values.peers ?? false,
      dataDir: resolve(values.data ?? DEFAULT_DATA_DIR),
    };
  } catch {
    return null;
  }
}
