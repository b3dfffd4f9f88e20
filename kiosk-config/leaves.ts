import type { LoadedConfig } from './load.ts';
import { at, placeOf, type ConfigMap } from './tree.ts';

/** One value of a configuration as it holds. */
export interface Leaf {
  /** `devices[card-reader].channel`: devices by their id, so that two stations can be compared. */
  readonly key: string;
  /** `devices.0.channel`: as the sentences of a check name it. */
  readonly path: string;
  /** As JSON. */
  readonly value: string;
  /** `station.yaml:12`, or `default`. */
  readonly from: string;
}

export function leavesOf({ config, tree }: LoadedConfig): readonly Leaf[] {
  return leavesBelow(config, [], '', tree);
}

function leavesBelow(
  value: unknown,
  path: readonly (string | number)[],
  key: string,
  tree: ConfigMap,
): readonly Leaf[] {
  if (Array.isArray(value) && value.some(isObject)) {
    return value.flatMap((item: unknown, index) =>
      leavesBelow(item, [...path, index], `${key}[${nameOf(item) ?? index}]`, tree),
    );
  }
  if (isObject(value)) {
    return Object.entries(value).flatMap(([name, inner]) =>
      leavesBelow(inner, [...path, name], key === '' ? name : `${key}.${name}`, tree),
    );
  }
  return [{ key, path: path.join('.'), value: JSON.stringify(value), from: fromOf(tree, path) }];
}

function fromOf(tree: ConfigMap, path: readonly (string | number)[]): string {
  if (at(tree, path) === null) return 'default';
  const { file, line } = placeOf(tree, path);
  return line === null ? file : `${file}:${line}`;
}

function nameOf(item: unknown): string | null {
  return isObject(item) && typeof item['id'] === 'string' ? item['id'] : null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export interface Difference {
  readonly key: string;
  /** Null: the key is not there. */
  readonly one: Leaf | null;
  readonly other: Leaf | null;
}

/** In the order of the first, what only the other has behind it. */
export function differencesOf(one: LoadedConfig, other: LoadedConfig): readonly Difference[] {
  const ours = new Map(leavesOf(one).map((leaf) => [leaf.key, leaf]));
  const theirs = new Map(leavesOf(other).map((leaf) => [leaf.key, leaf]));
  return [...new Set([...ours.keys(), ...theirs.keys()])].flatMap((key) => {
    const pair = { key, one: ours.get(key) ?? null, other: theirs.get(key) ?? null };
    return pair.one?.value === pair.other?.value ? [] : [pair];
  });
}
