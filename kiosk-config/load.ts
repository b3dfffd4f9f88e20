import { readFileSync, statSync } from 'node:fs';
import { isMap, isPair, isScalar, LineCounter, parseDocument, type Document } from 'yaml';
import type { z } from 'zod';
import type { DeviceSettings } from '#contract/devices.ts';
import type { FaultCode } from '#contract/fault.ts';
import type { QueueDisplaySettings } from '#contract/queue-display.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import { checkStation } from './check-station.ts';
import { terminalConfigSchema, type TerminalConfig } from './schema.ts';

/** Larger than any real configuration, small enough never to matter. */
const MAX_CONFIG_BYTES = 262_144;

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

/** Reads and checks one terminal's YAML file. All problems are given, in the order of the file. */
export function loadConfig(file: string): Result<TerminalConfig, readonly ConfigFault[]> {
  let text: string;
  try {
    if (statSync(file).size > MAX_CONFIG_BYTES) {
      return err([whole(file, 'config.unreadable', `expected at most ${MAX_CONFIG_BYTES} bytes`)]);
    }
    text = readFileSync(file, 'utf8');
  } catch {
    return err([whole(file, 'config.unreadable', 'expected a file that this user can read')]);
  }
  return parseConfig(text, file);
}

export function parseConfig(text: string, file: string): Result<TerminalConfig, readonly ConfigFault[]> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  if (document.errors.length > 0) {
    return err(
      document.errors.map((error) => ({
        code: 'config.syntax' as const,
        file,
        line: error.linePos?.[0].line ?? null,
        key: null,
        expected: error.message.split('\n')[0] ?? 'expected YAML',
      })),
    );
  }
  let content: unknown;
  try {
    content = document.toJS({ maxAliasCount: 0 });
  } catch {
    return err([whole(file, 'config.syntax', 'expected YAML without aliases')]);
  }
  const parsed = terminalConfigSchema.safeParse(content);
  if (parsed.success) {
    const devices = checkDevices(parsed.data, file, document, lines);
    const station = checkStation(parsed.data).map(({ path, expected }) => ({
      code: 'config.wrong-value' as const,
      file,
      line: lineOf(document, lines, path),
      key: path.join('.'),
      expected,
    }));
    return station.length === 0 ? devices : err([...(devices.ok ? [] : devices.fault), ...station]);
  }
  const problems = parsed.error.issues.flatMap((issue) => faultsOf(issue, file, document, lines));
  return err(problems.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0)));
}

function checkDevices(
  config: TerminalConfig,
  file: string,
  document: Document,
  lines: LineCounter,
): Result<TerminalConfig, readonly ConfigFault[]> {
  const problems: ConfigFault[] = [];
  config.devices.forEach((device, index) => {
    const twin = config.devices.findIndex((other) => clashOf(other, device) !== null);
    const key = twin < 0 || twin >= index ? null : clashOf(config.devices[twin], device);
    if (key === null) return;
    problems.push({
      code: 'config.wrong-value',
      file,
      line: lineOf(document, lines, ['devices', index, key]),
      key: `devices.${index}.${key}`,
      expected:
        key === 'baudRate'
          ? `expected the speed of devices.${twin}, which hangs on the same line`
          : key === 'display'
            ? `expected an address that devices.${twin} on the same line does not have already`
            : `expected a value that devices.${twin}.${key} does not have already`,
    });
  });
  return problems.length === 0 ? ok(config) : err(problems);
}

/** Displays may share a line, at one speed and each at its own address; all else has a line of its own. */
function clashOf(
  one: DeviceSettings | undefined,
  other: DeviceSettings,
): 'id' | 'channel' | 'baudRate' | 'display' | null {
  if (one === undefined || one === other) return null;
  if (one.id === other.id) return 'id';
  if (one.channel !== other.channel) return null;
  if (one.kind !== 'queue-display' || other.kind !== 'queue-display') return 'channel';
  if (one.baudRate !== other.baudRate) return 'baudRate';
  return addressOf(one.display) === addressOf(other.display) ? 'display' : null;
}

/** Two that hear the same would answer at once. */
function addressOf(display: QueueDisplaySettings): string {
  switch (display.protocol) {
    case 'onbon':
      return `onbon ${display.screen}`;
    case 'modbus':
      return `modbus ${display.unit}`;
    case 'template':
      return `template ${display.address}`;
    case 'line':
      return 'line';
    default: {
      const never: never = display;
      return never;
    }
  }
}

function faultsOf(
  issue: z.core.$ZodIssue,
  file: string,
  document: Document,
  lines: LineCounter,
): ConfigFault[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      code: 'config.unknown-key',
      file,
      line: lineOf(document, lines, [...path, key]),
      key: [...path, key].join('.'),
      expected: `there is no such key here${suggestion(key)}`,
    }));
  }
  const exists = path.length > 0 && document.hasIn(path);
  return [
    {
      code: !exists ? 'config.missing-key' : isTypeIssue(issue) ? 'config.wrong-type' : 'config.wrong-value',
      file,
      line: lineOf(document, lines, path),
      key: path.length === 0 ? null : path.join('.'),
      expected: exists ? sentence(issue) : `this key is missing: ${sentence(issue)}`,
    },
  ];
}

function isTypeIssue(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'invalid_type';
}

function sentence(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${issue.expected}`;
    case 'invalid_value':
      return `expected ${issue.values.map(String).join(' or ')}`;
    case 'invalid_union': {
      const values = issue.errors.flatMap((branch) =>
        branch.flatMap((inner) => (inner.code === 'invalid_value' ? inner.values.map(String) : [])),
      );
      return values.length > 0 ? `expected ${values.join(' or ')}` : issue.message;
    }
    case 'too_small':
      return `expected at least ${issue.minimum}`;
    case 'too_big':
      return `expected at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}

function suggestion(key: string): string {
  const known = Object.keys(terminalConfigSchema.shape);
  const near = known.find((candidate) => candidate.toLowerCase() === key.toLowerCase());
  return near === undefined ? '' : `; did you mean ${near}?`;
}

/** The line of a key, or of the nearest parent that stands in the file. */
function lineOf(document: Document, lines: LineCounter, path: readonly (string | number)[]): number | null {
  for (let depth = path.length; depth > 0; depth -= 1) {
    const offset = offsetOf(document, path.slice(0, depth));
    if (offset !== null) return lines.linePos(offset).line;
  }
  return null;
}

function offsetOf(document: Document, path: readonly (string | number)[]): number | null {
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  const last = path.at(-1);
  if (isMap(parent)) {
    const pair = parent.items.find((item) => isPair(item) && isScalar(item.key) && item.key.value === last);
    return pair && isScalar(pair.key) ? (pair.key.range?.[0] ?? null) : null;
  }
  const node = document.getIn(path, true);
  return isNode(node) ? (node.range?.[0] ?? null) : null;
}

function isNode(value: unknown): value is { range?: readonly [number, number, number] | null } {
  return typeof value === 'object' && value !== null && 'range' in value;
}

function whole(file: string, code: ConfigFault['code'], expected: string): ConfigFault {
  return { code, file, line: null, key: null, expected };
}
