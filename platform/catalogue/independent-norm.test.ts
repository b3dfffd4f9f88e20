import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { chainsSchema } from '#contract/chain.ts';
import { isCalendarDate } from '#contract/identity.ts';
import { serviceItemSchema } from '#contract/item.ts';
import { norms } from '../http/norms.ts';
import { catalogueDir, loadCatalogue } from './load-catalogue.ts';

/**
 * The published norm by a validator that is not ours: what a department's own tools say. Ours and theirs agree on every
 * item, and on every way in which one node of it can be wrong.
 */

const catalogue = loadCatalogue(catalogueDir);
// Strict: a keyword that the validator does not know, or that has no effect where it stands, is a fault of the norm.
const ajv = new Ajv2020({
  strict: true,
  strictTypes: false,
  formats: {
    date: (text: string) => /^\d{4}-\d{2}-\d{2}$/.test(text) && isCalendarDate(text.replaceAll('-', '')),
  },
});

function validatorOf(norm: string) {
  const served = norms.get(norm);
  if (served === undefined) throw new Error(`${norm} is not served`);
  return ajv.compile(JSON.parse(served) as object); // norms.ts has made it of an object
}

const isItem = validatorOf('/norm/item.schema.json');
const isChains = validatorOf('/norm/chains.schema.json');

test('every item and the chains are valid under the norm as it is served', () => {
  expect(catalogue.items.size).toBeGreaterThan(10);
  for (const { item, document } of catalogue.items.values()) {
    isItem(document);
    expect(isItem.errors ?? [], item.slug).toEqual([]);
  }
  isChains(catalogue.chains);
  expect(isChains.errors ?? []).toEqual([]);
});

type Path = readonly (string | number)[];

function* pathsIn(node: unknown, path: Path = []): Generator<Path> {
  yield path;
  if (typeof node !== 'object' || node === null) return;
  for (const [key, member] of Object.entries(node))
    yield* pathsIn(member, [...path, Array.isArray(node) ? Number(key) : key]);
}

/** One node replaced; `undefined` takes it away. */
function withNode(node: unknown, [key, ...rest]: Path, change: (before: unknown) => unknown): unknown {
  if (key === undefined) return change(node);
  if (Array.isArray(node)) {
    const copy: unknown[] = [...node];
    const index = Number(key);
    const next = withNode(copy[index], rest, change);
    if (next === undefined) copy.splice(index, 1);
    else copy[index] = next;
    return copy;
  }
  const copy = { ...(node as Record<string, unknown>) }; // of a path that has a key in it
  const next = withNode(copy[key], rest, change);
  if (next === undefined) Reflect.deleteProperty(copy, key);
  else copy[key] = next;
  return copy;
}

const changes: readonly [string, (before: unknown) => unknown][] = [
  ['is gone', () => undefined],
  ['is null', () => null],
  ['is of another type', (before) => (typeof before === 'string' ? 7 : 'seven')],
  [
    'has a key that nobody knows',
    (before) =>
      typeof before === 'object' && before !== null && !Array.isArray(before)
        ? { ...before, nobodyKnows: 1 }
        : before,
  ],
  ['is empty', (before) => (typeof before === 'string' ? '' : Array.isArray(before) ? [] : before)],
  ['is far too long', (before) => (typeof before === 'string' ? 'x'.repeat(5000) : before)],
  ['is far too large', (before) => (typeof before === 'number' ? 10 ** 12 : before)],
  ['is below nought', (before) => (typeof before === 'number' ? -1.5 : before)],
];

/** Not every node of every item, which would take half a minute; odd, so that each way comes round. */
const EVERY = 11;

test('of items with one node changed, our reader and the independent one say the same', () => {
  let refused = 0;
  let at = 0;
  for (const { item, document } of catalogue.items.values()) {
    for (const path of pathsIn(document)) {
      at += 1;
      if (at % EVERY !== 0) continue;
      const [what, change] = changes[(at / EVERY) % changes.length] ?? [
        'is as it was',
        (same: unknown) => same,
      ];
      const changed = withNode(document, path, change);
      const theirs = isItem(changed);
      const ours = serviceItemSchema.safeParse(changed).success;
      if (!theirs) refused += 1;
      expect(`${item.slug} ${path.join('.')} ${what}: ${String(ours)}`).toBe(
        `${item.slug} ${path.join('.')} ${what}: ${String(theirs)}`,
      );
    }
  }
  expect(refused).toBeGreaterThan(200);
});

test('of the chains too', () => {
  let refused = 0;
  for (const [at, path] of [...pathsIn(catalogue.chains)].entries()) {
    const [what, change] = changes[at % changes.length] ?? ['is as it was', (same: unknown) => same];
    const changed = withNode(catalogue.chains, path, change);
    const theirs = isChains(changed);
    if (!theirs) refused += 1;
    expect(`${path.join('.')} ${what}: ${String(chainsSchema.safeParse(changed).success)}`).toBe(
      `${path.join('.')} ${what}: ${String(theirs)}`,
    );
  }
  expect(refused).toBeGreaterThan(50);
});
