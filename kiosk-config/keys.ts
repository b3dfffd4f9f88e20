import { z } from 'zod';
import { terminalConfigSchema } from './schema.ts';

/** What JSON Schema 2020-12 says of one key, as far as it is used here. */
export interface KeySchema {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly examples?: readonly unknown[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly KeySchema[];
  readonly oneOf?: readonly KeySchema[];
  readonly properties?: Readonly<Record<string, KeySchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly items?: KeySchema;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** One key as the manual and `config explain` tell it. */
export interface KeyRow {
  /** `devices[].baudRate`; with `(kind: scanner)` behind it where only one kind has it. */
  readonly key: string;
  /** `whole number, 20 to 900`. */
  readonly form: string;
  /** As it is written in YAML; null: none, the key is needed or may be left out. */
  readonly default: string | null;
  readonly isNeeded: boolean;
  readonly doc: string;
}

const extendsSchema: KeySchema = {
  description:
    'Files that this one is laid over, the later ones over the earlier; names are as from the folder of this file',
  anyOf: [
    { type: 'string', minLength: 1 },
    { type: 'array', items: { type: 'string', minLength: 1 } },
  ],
};

/** Made from the schema that reads the files: there is no second description. */
export const configSchema: KeySchema = z.toJSONSchema(terminalConfigSchema, { io: 'input' }) as KeySchema;

/**
 * For editors (yaml-language-server): each file may be a layer, so that no key is needed in any one of them; that
 * the whole is complete, `config check` says.
 */
export function editorSchema(): KeySchema {
  const layer = z.toJSONSchema(terminalConfigSchema, {
    io: 'input',
    override: ({ jsonSchema }) => {
      delete jsonSchema.required;
      // Of a device whose kind a lower file says, several may fit.
      if (jsonSchema.oneOf === undefined) return;
      jsonSchema.anyOf = jsonSchema.oneOf;
      delete jsonSchema.oneOf;
    },
  }) as KeySchema;
  return { ...layer, properties: { extends: extendsSchema, ...layer.properties } };
}

/** Every key in the order of the schema, the inner ones behind the outer. */
export function keyRows(): readonly KeyRow[] {
  const own: KeyRow = {
    key: 'extends',
    form: 'a file name, or a list of such',
    default: null,
    isNeeded: false,
    doc: extendsSchema.description ?? '',
  };
  return [own, ...rowsBelow(configSchema, '', '')];
}

function rowsBelow(schema: KeySchema, prefix: string, only: string): KeyRow[] {
  const branches = branchesOf(schema).filter((branch) => branch.properties ?? branch.items);
  // What all kinds have is said once.
  const [first] = branches;
  const isCommon = (name: string): boolean =>
    branches.length > 1 &&
    branches.every(
      ({ properties, required }) =>
        JSON.stringify(properties?.[name]) === JSON.stringify(first?.properties?.[name]) &&
        required?.includes(name) === first?.required?.includes(name),
    );
  return branches.flatMap((branch) => {
    const mark = [only, markOf(branch)].filter((part) => part !== '').join(', ');
    const inner = Object.entries(branch.properties ?? {}).flatMap(([name, property]) => {
      if (property.const !== undefined)
        return branch === first ? [choiceOf(branches, `${prefix}${name}`, name, only)] : [];
      if (isCommon(name) && branch !== first) return [];
      const here = isCommon(name) ? only : mark;
      return [
        rowOf(branch, `${prefix}${name}`, here, name, property),
        ...rowsBelow(property, `${prefix}${name}.`, here),
      ];
    });
    const items =
      branch.items === undefined ? [] : rowsBelow(branch.items, `${prefix.slice(0, -1)}[].`, mark);
    return [...inner, ...items];
  });
}

/** What decides which other keys there are. */
function choiceOf(branches: readonly KeySchema[], key: string, name: string, mark: string): KeyRow {
  const values = branches.map(({ properties }) => String(properties?.[name]?.const));
  return {
    key: mark === '' ? key : `${key} (${mark})`,
    form: values.join(' or '),
    default: null,
    isNeeded: true,
    doc: 'Which it is; what else is said of it depends on this',
  };
}

function rowOf(branch: KeySchema, key: string, mark: string, name: string, property: KeySchema): KeyRow {
  return {
    key: mark === '' ? key : `${key} (${mark})`,
    form: formOf(property),
    default: 'default' in property ? JSON.stringify(property.default) : null,
    isNeeded: branch.required?.includes(name) ?? false,
    doc: docOf(property),
  };
}

/** The schema itself, or what it chooses among; null (for "none") has nothing below it. */
function branchesOf(schema: KeySchema): readonly KeySchema[] {
  const choices = schema.oneOf ?? schema.anyOf;
  return choices === undefined ? [schema] : choices.flatMap(branchesOf);
}

function constantsOf(schema: KeySchema): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(schema.properties ?? {}).flatMap(([key, { const: value }]) =>
      value === undefined ? [] : [[key, value]],
    ),
  );
}

function markOf(branch: KeySchema): string {
  return Object.entries(constantsOf(branch))
    .map(([key, value]) => `${key}: ${String(value)}`)
    .join(', ');
}

/** On the branch that is no null where the outer one says nothing. */
function docOf(schema: KeySchema): string {
  return schema.description ?? branchesOf(schema).find((branch) => branch.description)?.description ?? '';
}

export function formOf(schema: KeySchema): string {
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices !== undefined) {
    const forms = [...new Set(choices.map(formOf))];
    // "one of" is said once for all that are given one by one.
    return forms.join(' or ');
  }
  if (schema.const !== undefined) return String(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(String).join(' or ');
  switch (schema.type) {
    case 'null':
      return 'null';
    case 'boolean':
      return 'true or false';
    case 'integer':
    case 'number':
      return numberForm(schema);
    case 'string':
      return textForm(schema);
    case 'array': {
      const most = schema.maxItems === undefined ? '' : `, at most ${schema.maxItems}`;
      const least = schema.minItems === undefined ? '' : `, at least ${schema.minItems}`;
      return `a list${least}${most}${itemForm(schema.items)}`;
    }
    default: {
      const names = Object.keys(schema.properties ?? {});
      return names.length === 0 ? 'keys below it' : `keys below it: ${names.join(', ')}`;
    }
  }
}

function itemForm(items: KeySchema | undefined): string {
  if (items === undefined || branchesOf(items).some(({ properties }) => properties !== undefined)) return '';
  return ` of ${formOf(items)}`;
}

function numberForm({ type, minimum, maximum, multipleOf }: KeySchema): string {
  const word = type === 'integer' ? 'a whole number' : 'a number';
  const of = multipleOf === undefined ? '' : `, a multiple of ${multipleOf}`;
  const ends = [minimum, maximum].map((end) =>
    end === undefined || Math.abs(end) >= Number.MAX_SAFE_INTEGER ? null : end,
  );
  if (ends[0] != null && ends[1] != null) return `${word}, ${ends[0]} to ${ends[1]}${of}`;
  if (ends[0] != null) return `${word}, at least ${ends[0]}${of}`;
  return ends[1] == null ? word + of : `${word}, at most ${ends[1]}${of}`;
}

function textForm({ pattern, format, maxLength, examples }: KeySchema): string {
  if (examples !== undefined) return `text such as ${examples.map(String).join(' or ')}`;
  if (format === 'date') return 'a day such as 2026-10-01';
  if (format === 'ipv4') return 'an IPv4 address';
  if (format === 'uri') return 'an address such as https://platform.example';
  if (pattern !== undefined) return `text as \`${pattern}\``;
  return maxLength === undefined ? 'text' : `text, at most ${maxLength} characters`;
}

/** The schemas that may stand at a path of `value`: where a `kind` decides, those of the kind that stands there. */
export function schemasAt(path: readonly (string | number)[], value: unknown): readonly KeySchema[] {
  return walk(path, value).found;
}

interface Walked {
  readonly found: readonly KeySchema[];
  readonly value: unknown;
}

function walk(path: readonly (string | number)[], whole: unknown): Walked {
  let walked: Walked = { found: [configSchema], value: whole };
  for (const part of path) {
    const { value } = walked;
    const found = fittingOf(walked).flatMap((schema) => {
      const next = typeof part === 'number' ? schema.items : schema.properties?.[part];
      return next === undefined ? [] : [next];
    });
    walked = { found, value: isObject(value) ? value[part] : undefined };
  }
  return walked;
}

/** Those of the kind that stands there; all when none fits. */
function fittingOf({ found, value }: Walked): readonly KeySchema[] {
  const branches = found.flatMap(branchesOf);
  const fitting = branches.filter((branch) => isOfKind(branch, value));
  return fitting.length === 0 ? branches : fitting;
}

function isObject(value: unknown): value is Record<string | number, unknown> {
  return typeof value === 'object' && value !== null;
}

function isOfKind(branch: KeySchema, value: unknown): boolean {
  return (
    !isObject(value) || Object.entries(constantsOf(branch)).every(([key, wanted]) => value[key] === wanted)
  );
}

/** Names that may stand below a path. */
export function keysBelow(path: readonly (string | number)[], value: unknown): readonly string[] {
  const branches = fittingOf(walk(path, value));
  const names = new Set(branches.flatMap(({ properties }) => Object.keys(properties ?? {})));
  return path.length === 0 ? ['extends', ...names] : [...names];
}
