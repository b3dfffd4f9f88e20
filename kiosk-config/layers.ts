import { readFileSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import { err, ok, type Result } from '#contract/result.ts';
import type { ConfigFault } from './faults.ts';
import { over, parseTree, plain, type ConfigMap } from './tree.ts';

/** Larger than any real configuration, small enough never to matter. */
const MAX_CONFIG_BYTES = 262_144;
/** A terminal over its station over a profile or two; a loop is told as one before. */
const MAX_FILES = 16;

type Layers = Result<ConfigMap, readonly ConfigFault[]>;

/** A layer that lies over all that a file extends, and under the file itself. */
export interface LayerBetween {
  readonly text: string;
  /** How it is called in sentences. */
  readonly shown: string;
}

interface Reading {
  /** The files that lead to this one, so that a loop is seen. */
  readonly above: readonly string[];
  readonly files: { count: number };
  /** Of the file that was asked for; null: nothing, or it lies elsewhere. */
  readonly between: ConfigMap | null;
}

/** The file with all that it `extends`, joined. `shown` is how the file is called in sentences. */
export function readLayers(file: string, between: LayerBetween | null = null): Layers {
  const layer = between === null ? ok(null) : readBetween(between);
  if (!layer.ok) return layer;
  return readFile(file, { above: [], files: { count: 0 }, between: layer.value });
}

export function readLayersOf(text: string, file: string): Layers {
  return joinedWithBelow(text, file, { above: [], files: { count: 0 }, between: null });
}

/** It comes from elsewhere, and must not choose among the files of this machine. */
function readBetween({ text, shown }: LayerBetween): Layers {
  const own = parseTree(text, shown);
  const named = own.ok ? own.value.entries.get('extends') : undefined;
  if (named === undefined) return own;
  const expected = 'expected no extends: a package is one file';
  return err([{ code: 'config.wrong-value', file: shown, line: named.key.line, key: 'extends', expected }]);
}

function readFile(file: string, reading: Reading): Layers {
  let text: string;
  try {
    if (statSync(file).size > MAX_CONFIG_BYTES) {
      return err([whole(file, `expected at most ${MAX_CONFIG_BYTES} bytes`)]);
    }
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    const expected =
      error instanceof TypeError ? 'expected UTF-8 text' : 'expected a file that this user can read';
    return err([whole(file, expected)]);
  }
  return joinedWithBelow(text, file, reading);
}

function joinedWithBelow(text: string, file: string, reading: Reading): Layers {
  const own = parseTree(text, file);
  if (!own.ok) return own;
  const { extends: below, rest } = split(own.value);
  const path = resolve(file);
  const names = namesOf(below, file);
  if (!names.ok) return names;
  let lower: ConfigMap | null = null;
  for (const { name, line } of names.value) {
    const there = isAbsolute(name) ? name : join(dirname(file), name);
    const refuse = (expected: string): Layers =>
      err([{ code: 'config.wrong-value', file, line, key: 'extends', expected }]);
    if ([...reading.above, path].includes(resolve(there))) {
      return refuse(`expected a file that does not lead back to ${basename(there)}`);
    }
    reading.files.count += 1;
    if (reading.files.count >= MAX_FILES) return refuse(`expected at most ${MAX_FILES} files in all`);
    const read = readFile(there, { above: [...reading.above, path], files: reading.files, between: null });
    if (!read.ok) {
      // Blamed on who names it: nobody looks for a file in a file that is not there.
      const isGone = read.fault.some(
        (problem) => problem.file === there && problem.code === 'config.unreadable',
      );
      return isGone ? refuse(`${there}: ${read.fault[0]?.expected ?? 'expected a file'}`) : read;
    }
    lower = lower === null ? read.value : over(lower, read.value);
  }
  const { between } = reading;
  if (between !== null) lower = lower === null ? between : over(lower, between);
  return ok(lower === null ? rest : over(lower, rest));
}

function split(tree: ConfigMap): { readonly extends: ConfigMap['entries']; readonly rest: ConfigMap } {
  const rest = new Map(tree.entries);
  const own = new Map([...rest].filter(([key]) => key === 'extends'));
  rest.delete('extends');
  return { extends: own, rest: { ...tree, entries: rest } };
}

function namesOf(
  own: ConfigMap['entries'],
  file: string,
): Result<readonly { readonly name: string; readonly line: number | null }[], readonly ConfigFault[]> {
  const entry = own.get('extends');
  if (entry === undefined) return ok([]);
  const nodes = entry.node.kind === 'list' ? entry.node.items : [entry.node];
  const faults: ConfigFault[] = [];
  const names = nodes.flatMap((node) => {
    const name = plain(node);
    if (typeof name === 'string' && name !== '') return [{ name, line: node.place.line }];
    const expected = 'expected the name of a file, or a list of such';
    faults.push({ code: 'config.wrong-type', file, line: node.place.line, key: 'extends', expected });
    return [];
  });
  return faults.length > 0 ? err(faults) : ok(names);
}

function whole(file: string, expected: string): ConfigFault {
  return { code: 'config.unreadable', file, line: null, key: null, expected };
}
