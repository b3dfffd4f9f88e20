import type { z } from 'zod';
import type { FaultCode } from '#contract/fault.ts';
import { formOf, keysBelow, schemasAt } from './keys.ts';
import { at, placeOf, type ConfigMap, type ConfigPath } from './tree.ts';

/** What stops a start: where it stands and what was expected there. */
export interface ConfigFault {
  readonly code: FaultCode & `config.${string}`;
  readonly file: string;
  /** 1-based; null when the whole file is meant. */
  readonly line: number | null;
  /** `devices.0.channel`; null when the whole file is meant. */
  readonly key: string | null;
  readonly expected: string;
}

/** `terminal.yaml:12: devices.0.baudRate: expected 9600, … (config.wrong-type)` */
export function describeConfigFault(problem: ConfigFault): string {
  const place = problem.line === null ? problem.file : `${problem.file}:${problem.line}`;
  const key = problem.key === null ? '' : `${problem.key}: `;
  return `${place}: ${key}${problem.expected} (${problem.code})`;
}

/** Never with the value itself: whoever put a password into the wrong line would find it in the log. */
export function faultAt(
  tree: ConfigMap,
  code: ConfigFault['code'],
  path: ConfigPath,
  expected: string,
): ConfigFault {
  return { code, ...placeOf(tree, path), key: path.length === 0 ? null : path.join('.'), expected };
}

/** `whole` is the tree as it was parsed. At most `most` faults: of unknown keys there may be as many as a file has lines. */
export function faultsOf(
  issue: z.core.$ZodIssue,
  tree: ConfigMap,
  whole: unknown,
  most: number,
): ConfigFault[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys
      .slice(0, most)
      .map((key) =>
        faultAt(
          tree,
          'config.unknown-key',
          [...path, key],
          `there is no such key here${suggestion(path, key, whole)}`,
        ),
      );
  }
  const found = at(tree, path);
  const isThere = path.length > 0 && found !== null;
  const expected = sentence(issue, path, found?.kind === 'value' ? found.value : undefined, whole);
  if (!isThere) return [faultAt(tree, 'config.missing-key', path, `this key is missing: ${expected}`)];
  return [
    faultAt(tree, issue.code === 'invalid_type' ? 'config.wrong-type' : 'config.wrong-value', path, expected),
  ];
}

function sentence(issue: z.core.$ZodIssue, path: ConfigPath, value: unknown, whole: unknown): string {
  switch (issue.code) {
    case 'invalid_type': {
      const isBare = issue.expected === 'string' && ['number', 'boolean'].includes(typeof value);
      return isBare ? 'expected text: put it in quotation marks' : `expected ${formAt(path, whole)}`;
    }
    case 'invalid_value':
    case 'invalid_union':
      return `expected ${formAt(path, whole)}`;
    case 'too_small':
    case 'too_big':
      return `expected ${formAt(path, whole)}`;
    case 'not_multiple_of':
      return `expected a multiple of ${issue.divisor}`;
    // The schema's own sentence says it better than the expression.
    default:
      return issue.message.startsWith('Invalid') ? `expected ${formAt(path, whole)}` : issue.message;
  }
}

function formAt(path: ConfigPath, whole: unknown): string {
  const forms = [...new Set(schemasAt(path, whole).map(formOf))];
  return forms.length === 0 ? 'another value' : forms.join(' or ');
}

const FAR = 3;

function suggestion(path: ConfigPath, key: string, whole: unknown): string {
  const known = keysBelow(path, whole)
    .map((name) => ({ name, distance: distanceOf(name.toLowerCase(), key.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance)[0];
  if (known === undefined || known.distance >= FAR || known.distance * 2 >= key.length) return '';
  return `; did you mean ${known.name}?`;
}

/** Levenshtein's, with one row. */
function distanceOf(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      next.push(
        Math.min((row[j] ?? 0) + (letter === b[j] ? 0 : 1), (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1),
      );
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
