import {
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type ErrorCode,
  type ParsedNode,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { err, ok, type Result } from '#contract/result.ts';
import type { ConfigFault } from './faults.ts';

/** Where something stands. Lines are 1-based; null when the whole file is meant. */
export interface Place {
  readonly file: string;
  readonly line: number | null;
}

interface Entry {
  readonly key: Place;
  readonly node: ConfigNode;
}

/** YAML with the place of each of its parts, so that what several files say together can still be blamed on one. */
export type ConfigNode =
  | { readonly kind: 'value'; readonly value: unknown; readonly place: Place }
  | { readonly kind: 'list'; readonly items: readonly ConfigNode[]; readonly place: Place }
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, Entry>; readonly place: Place };

export type ConfigMap = Extract<ConfigNode, { kind: 'map' }>;
export type ConfigPath = readonly (string | number)[];

/** No real configuration goes as deep; a parser that recurses must end somewhere. */
const MAX_DEPTH = 24;

/** Nobody mends more at once; and the place of each is looked for in the whole file. */
export const MOST_PROBLEMS = 50;

/** The file as a tree, or what is wrong with its YAML (1.2, core schema). An empty file is an empty map. */
export function parseTree(text: string, file: string): Result<ConfigMap, readonly ConfigFault[]> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  // A tag that nobody knows is a warning there, and its value would be something else than it looks.
  const problems = [...document.errors, ...document.warnings].slice(0, MOST_PROBLEMS);
  if (problems.length > 0) {
    return err(
      problems.map((problem) =>
        syntax(file, lines.linePos(beginningOf(document, problem.pos[0])).line, sentenceOf(problem)),
      ),
    );
  }
  const faults: ConfigFault[] = [];
  const reader = { file, lines, faults };
  const root = document.contents as ParsedNode | null;
  if (root === null || (isScalar(root) && root.value === null))
    return ok({ kind: 'map', entries: new Map(), place: { file, line: null } });
  const tree = nodeOf(root, reader, 0);
  if (faults.length > 0) return err(faults);
  if (tree.kind !== 'map') {
    return err([syntax(file, tree.place.line, 'expected keys with values, as key: value')]);
  }
  return ok({ ...tree, place: { file, line: null } });
}

interface Reader {
  readonly file: string;
  readonly lines: LineCounter;
  readonly faults: ConfigFault[];
}

function nodeOf(
  node: ParsedNode | null,
  reader: Reader,
  depth: number,
  line: number | null = null,
): ConfigNode {
  const place = { file: reader.file, line: node?.range ? reader.lines.linePos(node.range[0]).line : line };
  if (depth > MAX_DEPTH) return refused(reader, place, `expected at most ${MAX_DEPTH} levels`);
  if (isAlias(node))
    return refused(reader, place, 'expected YAML without aliases: write it again, or use extends');
  if (isMap(node)) return mapOf(node as YAMLMap.Parsed, reader, depth, place);
  if (isSeq(node)) {
    const { items } = node as YAMLSeq.Parsed;
    return { kind: 'list', items: items.map((item) => nodeOf(item, reader, depth + 1)), place };
  }
  return { kind: 'value', value: isScalar(node) ? node.value : null, place };
}

function mapOf(map: YAMLMap.Parsed, reader: Reader, depth: number, place: Place): ConfigNode {
  const entries = new Map<string, Entry>();
  for (const { key, value } of map.items) {
    const line = reader.lines.linePos(key.range[0]).line;
    if (!isScalar(key)) {
      reader.faults.push(syntax(reader.file, line, 'expected a word as key'));
      continue;
    }
    entries.set(String(key.value), {
      key: { file: reader.file, line },
      node: nodeOf(value, reader, depth + 1, line),
    });
  }
  return { kind: 'map', entries, place };
}

function refused(reader: Reader, place: Place, expected: string): ConfigNode {
  reader.faults.push(syntax(reader.file, place.line, expected));
  return { kind: 'value', value: null, place };
}

/** Of what was opened and never closed, which is noticed at the end of the file only, where it was opened. */
function beginningOf(document: Document.Parsed, offset: number): number {
  let beginning = offset;
  visit(document, {
    Node: (_, node) => {
      const [from, , to] = node.range ?? [offset, offset, -1];
      const isOpen = isScalar(node) ? node.type?.startsWith('QUOTE_') : isCollection(node) && node.flow;
      if (isOpen && from <= offset && offset <= to) beginning = Math.min(beginning, from);
    },
  });
  return beginning;
}

/** Where the parser's own sentence repeats a part of the value, which may be a secret. */
const OWN_SENTENCES: Partial<Record<ErrorCode, string>> = {
  TAG_RESOLVE_FAILED: 'expected no tag: text that begins with ! is put in quotation marks',
  BAD_COLLECTION_TYPE: 'expected no tag: text that begins with ! is put in quotation marks',
  BAD_DIRECTIVE: 'expected no line that begins with %',
  BAD_DQ_ESCAPE:
    'expected an escape of YAML behind the backslash; in single quotation marks it stands for itself',
};

/** Without the place, which stands before it, and without an excerpt, which may be a secret. */
function sentenceOf({ code, message }: { readonly code: ErrorCode; readonly message: string }): string {
  const first = (message.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
  return OWN_SENTENCES[code] ?? first.replace(/(?<=\w): .*$/, '');
}

function syntax(file: string, line: number | null, expected: string): ConfigFault {
  return { code: 'config.syntax', file, line, key: null, expected };
}

/** Of whoever has another one of these, nothing below is meant for the same thing. */
const DISCRIMINATORS = ['kind', 'protocol', 'type', 'part'];

/**
 * What `upper` says over `lower`: maps are joined key by key; a value or a list takes the place of what was there; devices
 * are joined by their `id`, and one that `lower` does not have is added behind.
 */
export function over(lower: ConfigMap, upper: ConfigMap): ConfigMap {
  const entries = new Map(lower.entries);
  for (const [key, entry] of upper.entries) {
    const below = entries.get(key);
    entries.set(
      key,
      below === undefined ? entry : { key: entry.key, node: joined(key, below.node, entry.node) },
    );
  }
  return { kind: 'map', entries, place: upper.place };
}

function joined(key: string, lower: ConfigNode, upper: ConfigNode): ConfigNode {
  if (lower.kind === 'map' && upper.kind === 'map')
    return isAnother(lower, upper) ? upper : over(lower, upper);
  if (key === 'devices' && lower.kind === 'list' && upper.kind === 'list') return devicesJoined(lower, upper);
  return upper;
}

function isAnother(lower: ConfigMap, upper: ConfigMap): boolean {
  return DISCRIMINATORS.some((key) => {
    const value = wordAt(upper, key);
    return value !== null && wordAt(lower, key) !== null && value !== wordAt(lower, key);
  });
}

function devicesJoined(
  lower: Extract<ConfigNode, { kind: 'list' }>,
  upper: Extract<ConfigNode, { kind: 'list' }>,
): ConfigNode {
  const items = [...lower.items];
  const joinedIds = new Set<string>();
  for (const device of upper.items) {
    const id = device.kind === 'map' ? wordAt(device, 'id') : null;
    // Only what the lower files have, and once: two of one name in one file are a mistake, which is told as such.
    const at = lower.items.findIndex(
      (item) => id !== null && !joinedIds.has(id) && item.kind === 'map' && wordAt(item, 'id') === id,
    );
    const below = items[at];
    if (id !== null) joinedIds.add(id);
    if (below === undefined) items.push(device);
    else items[at] = joined('', below, device);
  }
  return { kind: 'list', items, place: upper.place };
}

export function wordAt(map: ConfigMap, key: string): string | null {
  const node = map.entries.get(key)?.node;
  return node?.kind === 'value' && typeof node.value === 'string' ? node.value : null;
}

export function plain(node: ConfigNode): unknown {
  if (node.kind === 'value') return node.value;
  if (node.kind === 'list') return node.items.map(plain);
  const object: Record<string, unknown> = {};
  for (const [key, entry] of node.entries) {
    // Assigned, `__proto__` would vanish instead of being refused as unknown.
    Object.defineProperty(object, key, {
      value: plain(entry.node),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return object;
}

export function at(tree: ConfigNode, path: ConfigPath): ConfigNode | null {
  let node: ConfigNode | undefined = tree;
  for (const part of path) {
    if (node?.kind === 'map') node = node.entries.get(String(part))?.node;
    else if (node?.kind === 'list' && typeof part === 'number') node = node.items[part];
    else return null;
  }
  return node ?? null;
}

/** The line of a key, or of the nearest one over it that stands in a file. */
export function placeOf(tree: ConfigMap, path: ConfigPath): Place {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const parent = at(tree, path.slice(0, depth - 1));
    const last = path[depth - 1];
    if (parent?.kind === 'map') {
      const entry = parent.entries.get(String(last));
      if (entry !== undefined) return entry.key;
    } else if (parent?.kind === 'list' && typeof last === 'number') {
      const item = parent.items[last];
      if (item !== undefined) return item.place;
    }
  }
  return tree.place;
}
