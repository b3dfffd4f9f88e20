import fc from 'fast-check';

/** As much of JSON Schema as the OpenAPI document uses; another keyword stops the test, which would not be what it says. */
export interface Schema {
  readonly type?: 'string' | 'integer' | 'number' | 'boolean' | 'null' | 'array' | 'object';
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly pattern?: string;
  readonly format?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema | false;
  readonly propertyNames?: Schema;
}

const KNOWN = new Set<string>(
  'type const enum anyOf oneOf pattern format minLength maxLength minimum maximum exclusiveMinimum items prefixItems minItems maxItems properties required additionalProperties propertyNames examples contentMediaType description default'.split(
    ' ',
  ),
);

const LONGEST_MADE = 60;
const MORE_ITEMS_MADE = 3;

/** What is valid under the schema; long texts and lists are left to the tests of limits. */
export function arbitraryOf(schema: Schema): fc.Arbitrary<unknown> {
  for (const keyword of Object.keys(schema))
    if (!KNOWN.has(keyword))
      throw new Error(`the document uses "${keyword}", which nothing is made from here`);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices !== undefined) return fc.oneof(...choices.map(arbitraryOf));
  switch (schema.type) {
    case 'string':
      return textOf(schema);
    case 'integer': {
      const { minimum = -(2 ** 53) + 1, maximum = 2 ** 53 - 1, exclusiveMinimum } = schema;
      const least = Math.max(minimum, exclusiveMinimum === undefined ? minimum : exclusiveMinimum + 1);
      return fc.oneof(
        fc.constantFrom(least, maximum),
        fc.maxSafeInteger().map((n) => least + (Math.abs(n) % (maximum - least + 1))),
      );
    }
    case 'number':
      return fc.double({ min: schema.minimum ?? -1e9, max: schema.maximum ?? 1e9, noNaN: true });
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'array': {
      if (schema.prefixItems !== undefined) return fc.tuple(...schema.prefixItems.map(arbitraryOf));
      const minLength = schema.minItems ?? 0;
      const maxLength = Math.min(schema.maxItems ?? Infinity, minLength + MORE_ITEMS_MADE);
      return fc.array(arbitraryOf(schema.items ?? {}), { minLength, maxLength });
    }
    case 'object': {
      const { properties = {}, required = [], additionalProperties, propertyNames } = schema;
      if (propertyNames !== undefined && additionalProperties)
        return fc.dictionary(arbitraryOf(propertyNames).map(String), arbitraryOf(additionalProperties), {
          maxKeys: MORE_ITEMS_MADE,
          noNullPrototype: true,
        });
      const members = Object.entries(properties).map(
        ([name, member]) => [name, arbitraryOf(member)] as const,
      );
      return fc.record(Object.fromEntries(members), { requiredKeys: [...required], noNullPrototype: true });
    }
    default:
      throw new Error(`nothing is made from ${JSON.stringify(schema).slice(0, 200)}`);
  }
}

function textOf({ pattern, format, minLength = 0, maxLength = Infinity }: Schema): fc.Arbitrary<unknown> {
  const fits = (text: string) => text.length >= minLength && text.length <= maxLength;
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern)).filter(fits);
  const instant = fc.date({ min: new Date('0001-01-01'), max: new Date('9999-12-31'), noInvalidDate: true });
  switch (format) {
    case 'uuid':
      return fc.uuid();
    case 'date':
      return fc.oneof(
        instant.map((date) => date.toISOString().slice(0, 10)),
        fc.constantFrom('0000-01-01', '9999-12-31', '2024-02-29'),
      );
    case 'date-time':
      return fc.oneof(
        instant.map((date) => date.toISOString()),
        fc.constantFrom('0000-01-01T00:00:00Z', '2026-11-22T00:00:00.999999999Z', '9999-12-31T23:59Z'),
      );
    case undefined:
      return fc
        .oneof(
          fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, LONGEST_MADE) }),
          fc.constantFrom(...nasty),
        )
        .filter((text) => fits(text) && text.isWellFormed() && !text.includes('\0'));
    default:
      throw new Error(`nothing is made of the format ${format}`);
  }
}

/** Texts that are fine, and that something that takes them for code would stumble over. */
export const nasty = [
  `'; DROP TABLE application; --`,
  `<script>alert(1)</script>`,
  `"><img src=x onerror=alert(1)>`,
  `$1 %s \${7*7} {{7*7}} \\x00 \\u0000`,
  '../../etc/passwd',
  'constructor',
  'toString',
  '\u202Eabc\u200D\uFEFF',
  '𠮷👨‍👩‍👧‍👦é',
  'NULL',
  ' ',
  '\r\n\t',
] as const;
