import { resolve } from 'node:path';
import { editorSchema, keyRows, type KeyRow } from './keys.ts';
import { differencesOf, leavesOf, type Leaf } from './leaves.ts';
import type { LayerBetween } from './layers.ts';
import { describeConfigFault, loadWithPlaces, type LoadedConfig } from './load.ts';

const usageOf = (
  program: string,
): string => `${program} check FILE…           says every problem with file, line and key
${program} explain KEY [FILE]    what a key means; of a file, its value and where it stands
${program} show FILE             every value as it holds, and where each stands
${program} diff FILE FILE        the values in which two configurations differ
${program} schema                the JSON Schema for editors
      --data FOLDER              of a terminal: with the package of configuration that is in force there, proven as the terminal does`;

const WRONG = 1;
const USAGE = 2;

export interface Told {
  readonly code: number;
  readonly out: readonly string[];
  readonly problems: readonly string[];
}

interface Streams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** What a package puts between the files of a terminal's machine; null: nothing. */
export interface LayerRead {
  readonly layer: LayerBetween | null;
  /** Of packages that do not count, a sentence each. Wrong: one that ought to. */
  readonly passedOver: readonly { readonly sentence: string; readonly isWrong: boolean }[];
}

/** Of the terminal with this file and data folder. Whether a package is to be believed, this room cannot know. */
export type ReadLayer = (file: string, dataDir: string) => LayerRead;

/** What a technician asks about configurations; `program` is how it was called. Gives the exit code of `tell`. */
export function configCommand(
  argv: readonly string[],
  program: string,
  readLayer: ReadLayer,
  streams: Streams,
): number {
  const { code, out, problems } = tell(argv, program, readLayer);
  for (const line of out) streams.stdout.write(`${line}\n`);
  for (const line of problems) streams.stderr.write(`${line}\n`);
  return code;
}

/** What is printed, and the exit code: 0, 1 when a file is wrong or differs, 2 when it was asked wrongly. */
export function tell(argv: readonly string[], program: string, readLayer: ReadLayer): Told {
  const { words, between } = withLayer(argv, readLayer);
  const [verb, ...rest] = words;
  const [first, second] = rest;
  if (verb === 'check' && rest.length > 0) return checkAll(rest, between);
  if (verb === 'explain' && first !== undefined && rest.length <= 2)
    return explain(first, second ?? null, between);
  if (verb === 'show' && first !== undefined && rest.length === 1) {
    return withFile(first, between, (loaded) => said(leavesOf(loaded).map(lineOf)));
  }
  if (verb === 'diff' && first !== undefined && second !== undefined && rest.length === 2) {
    return withFile(first, between, (one) => withFile(second, between, (other) => diff(one, other)));
  }
  if (verb === 'schema' && rest.length === 0) return said([JSON.stringify(editorSchema(), null, 2)]);
  return { code: USAGE, out: [], problems: [usageOf(program)] };
}

/** `--data FOLDER`, wherever it stands. */
function withLayer(
  argv: readonly string[],
  readLayer: ReadLayer,
): { readonly words: readonly string[]; readonly between: Between } {
  const at = argv.indexOf('--data');
  const dataDir = at < 0 ? undefined : argv[at + 1];
  return dataDir === undefined
    ? { words: argv, between: () => ({ layer: null, passedOver: [] }) }
    : { words: argv.toSpliced(at, 2), between: (file) => readLayer(file, dataDir) };
}

type Between = (file: string) => LayerRead;

function said(out: readonly string[]): Told {
  return { code: 0, out, problems: [] };
}

function checkAll(files: readonly string[], between: Between): Told {
  const terminals: Terminal[] = [];
  const all = files.map((file) =>
    withFile(file, between, ({ config }, { passedOver }) => {
      terminals.push({ file, config });
      const fits = said([`${file}: all keys are known and have values that fit`]);
      return passedOver.some(({ isWrong }) => isWrong) ? { ...fits, code: WRONG } : fits;
    }),
  );
  const clashes = clashesOf(terminals);
  return {
    code: Math.max(...all.map(({ code }) => code), clashes.length === 0 ? 0 : WRONG),
    out: all.flatMap(({ out }) => out),
    problems: [...all.flatMap(({ problems }) => problems), ...clashes],
  };
}

interface Terminal {
  readonly file: string;
  readonly config: LoadedConfig['config'];
}

/** What only one terminal may have, of all that are checked together. */
const only: readonly {
  readonly key: string;
  /** Null: this terminal does not have it. */
  readonly of: (config: Terminal['config']) => string | null;
  readonly expected: (other: string) => string;
}[] = [
  {
    key: 'terminal.id',
    // It names folders too, and not every file system tells capital letters from small ones.
    of: ({ terminal }) => terminal.id.toLowerCase(),
    expected: (other) => `${other} has it already`,
  },
  {
    key: 'terminal.number',
    of: ({ terminal }) => `${stationOf(terminal)} ${terminal.number}`,
    expected: (other) => `${other} has it already`,
  },
  {
    key: 'hub',
    of: ({ hub, queue, terminal }) => (hub === null && queue !== null ? stationOf(terminal) : null),
    expected: (other) => `expected the address of the hub: ${other} keeps the queue of this station already`,
  },
];

function stationOf({ region, station }: Terminal['config']['terminal']): string {
  return `${region} ${station}`;
}

function clashesOf(terminals: readonly Terminal[]): readonly string[] {
  return only.flatMap(({ key, of, expected }) => {
    const first = new Map<string, string>();
    return terminals.flatMap(({ file, config }) => {
      const value = of(config);
      if (value === null) return [];
      const other = first.get(value);
      if (other === undefined) first.set(value, file);
      return other === undefined || resolve(other) === resolve(file)
        ? []
        : [`${file}: ${key}: ${expected(other)}`];
    });
  });
}

function withFile(
  file: string,
  between: Between,
  use: (loaded: LoadedConfig, read: LayerRead) => Told,
): Told {
  const read = between(file);
  const loaded = loadWithPlaces(file, read.layer);
  const told = loaded.ok
    ? use(loaded.value, read)
    : { code: WRONG, out: [], problems: loaded.fault.map(describeConfigFault) };
  const notes = read.passedOver.map(({ sentence }) => `${file}: ${sentence}`);
  return { ...told, problems: [...notes, ...told.problems] };
}

function lineOf({ key, value, from }: Leaf): string {
  return `${key}: ${value}  (${from})`;
}

function explain(key: string, file: string | null, between: Between): Told {
  const wanted = generic(key);
  const rows = keyRows().filter((row) => isOf(bare(row), wanted));
  if (rows.length === 0) return unknown(key);
  const told = rows.flatMap(linesOf);
  if (file === null) return said(told);
  return withFile(file, between, (loaded) => {
    const leaves = leavesOf(loaded).filter((leaf) =>
      key === wanted
        ? isOf(generic(leaf.key), wanted)
        : isOf(leaf.key, key) || isOf(leaf.path, key.replaceAll(/\[(\d+)\]/g, '.$1')),
    );
    const here = leaves.length === 0 ? [`${file}: it does not stand here`] : leaves.map(lineOf);
    return said([...told, '', ...here]);
  });
}

function unknown(key: string): Told {
  const last = key.split(/[.[\]]/).findLast((part) => part !== '') ?? key;
  const near = [...new Set(keyRows().map(bare))].filter((row) =>
    row.toLowerCase().includes(last.toLowerCase()),
  );
  const hint = near.length === 0 ? '' : `; there are ${near.slice(0, 5).join(', ')}`;
  return { code: WRONG, out: [], problems: [`${key}: there is no such key${hint}`] };
}

/** `devices[scanner].channel` and `devices.0.channel` are of `devices[].channel`. */
function generic(key: string): string {
  return key.replaceAll(/\[[^\]]*\]/g, '[]').replaceAll(/\.\d+(?=\.|$)/g, '[]');
}

/** Without the kinds that have it. */
function bare({ key }: KeyRow): string {
  return key.split(' ')[0] ?? key;
}

function isOf(key: string, wanted: string): boolean {
  return key === wanted || key.startsWith(`${wanted}.`) || key.startsWith(`${wanted}[`);
}

function linesOf({ key, form, default: byDefault, isNeeded, doc }: KeyRow): string[] {
  const without = isNeeded ? 'needed' : byDefault === null ? 'may be left out' : `without it ${byDefault}`;
  return [`${key}: ${doc}`, `    ${form}; ${without}`];
}

function diff(one: LoadedConfig, other: LoadedConfig): Told {
  const rows = differencesOf(one, other);
  const out = rows.flatMap((row) => [
    row.key,
    `  - ${row.one === null ? 'not there' : `${row.one.value}  (${row.one.from})`}`,
    `  + ${row.other === null ? 'not there' : `${row.other.value}  (${row.other.from})`}`,
  ]);
  return { code: rows.length === 0 ? 0 : WRONG, out, problems: [] };
}
