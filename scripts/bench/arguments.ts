import { parseArgs } from 'node:util';

export interface BenchArguments {
  /** Groups to run, in the order of the report; empty for all. */
  readonly names: readonly string[];
  /** `stdout`: lines go to standard error then, so that the output is JSON and nothing else. */
  readonly json: 'none' | 'stdout' | { readonly file: string };
  /** A missed goal is exit code 1. */
  readonly strict: boolean;
}

export const usage = `usage: npm run bench -- [GROUP ...] [--json | --json=FILE] [--strict]
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
      options: { json: { type: 'string' }, strict: { type: 'boolean' } },
      allowPositionals: true,
      strict: true,
    });
    if (values.json === '') return null;
    const toFile = values.json === undefined ? null : { file: values.json };
    return {
      names: positionals,
      json: toFile ?? (argv.some(isBare) ? 'stdout' : 'none'),
      strict: values.strict ?? false,
    };
  } catch {
    return null;
  }
}
