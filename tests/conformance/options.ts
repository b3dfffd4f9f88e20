import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { enrolmentCodeSchema, parseEnrolmentCode } from '#contract/enrolment-code.ts';
import { residentCodeSchema } from '#contract/resident-code.ts';
import { themes } from './themes.ts';

export const usage = `usage: npm run conformance -- URL --options FILE [--json] [--only RULES] [--without RULES]
       npm run conformance -- --list     every rule, and what it says
       npm run conformance -- --help

URL is the address under which terminals call the platform. Judge a test installation: what the suite submits
stays there. Everybody whom it invents is of region 999901, which does not exist.

FILE is JSON:
  deskToken     the token of the desk (needed)
  stations      { "here", "elsewhere" }: two stations of nine digits; absent: 999901001 and 999901002
  item          slug of the item to apply for; absent: the first of the catalogue that takes a number off a card
  residentCode  a code of a telephone that is good now, for rule U-02
  department    { "token", "item" }: of a department that is plugged in, its token and the slug of an item that it decides,
                another one than the suite applies for; absent: the rules that need it are not asked
and either commands that the suite runs, without a shell:
  commands      { "issueCode": [words] }: prints an enrolment code in its last line. {terminal}, {station} and {hours}
                in a word are replaced
  revoke        [words]: revokes {terminal}
or codes that were issued before, which one run uses up (how many: docs/norm.md):
  codes         { "here": [{ "terminalId", "stationId", "code" }…], "elsewhere": […],
                  "twice": { "terminalId", "stationId", "code", "second" }, two codes of one terminal,
                  "expired": { "terminalId", "stationId", "code" }, one that is too old }
  revoke        as above

RULES: ids or the letters of themes with commas between them: S-02,E. A rule for which something is not given
fails; leave it out by --without, and the report says so. Only what not every platform has (departments) is not asked
where it is not given: it is counted by itself, and never among what holds.

Exit code: 0 every judged rule holds, 1 one does not, 2 usage.`;

const codeSchema = z.string().transform((typed, context) => {
  const code = enrolmentCodeSchema.safeParse(parseEnrolmentCode(typed));
  if (code.success) return code.data;
  context.addIssue('is no enrolment code');
  return z.NEVER;
});
const stationSchema = z.string().regex(/^\d{9}$/, 'expected nine digits');
const newcomerSchema = z.strictObject({
  terminalId: z.string().regex(/^[A-Za-z0-9-]{1,40}$/),
  stationId: stationSchema,
  code: codeSchema,
});
const wordsSchema = z.array(z.string().max(1000)).min(1).max(50);

const fileSchema = z.strictObject({
  deskToken: z.string().min(1).max(500),
  stations: z
    .strictObject({ here: stationSchema, elsewhere: stationSchema })
    .default({ here: '999901001', elsewhere: '999901002' }),
  item: z.string().max(100).optional(),
  residentCode: residentCodeSchema.optional(),
  department: z
    .strictObject({ token: z.string().min(1).max(500), item: z.string().min(1).max(100) })
    .optional(),
  commands: z.strictObject({ issueCode: wordsSchema }).optional(),
  revoke: wordsSchema.optional(),
  codes: z
    .strictObject({
      here: z.array(newcomerSchema).max(100),
      elsewhere: z.array(newcomerSchema).max(100),
      twice: newcomerSchema.extend({ second: codeSchema }).optional(),
      expired: newcomerSchema.optional(),
    })
    .optional(),
});
export type RunOptions = z.infer<typeof fileSchema>;

/** Which rules are judged: ids, or letters of themes. */
export interface Choice {
  /** Null: all. */
  readonly only: readonly string[] | null;
  readonly without: readonly string[];
}

export type Order =
  | { readonly kind: 'help' }
  | { readonly kind: 'list' }
  | { readonly kind: 'usage'; readonly why: string }
  | {
      readonly kind: 'run';
      readonly url: string;
      readonly asJson: boolean;
      readonly choice: Choice;
      readonly options: RunOptions;
    };

const MAX_FILE_BYTES = 1_048_576;

export function readOrder(argv: readonly string[]): Order {
  const bad = (why: string): Order => ({ kind: 'usage', why });
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  try {
    const { values, positionals } = parseArgs({
      args: [...argv],
      options: { options: text, json: flag, only: text, without: text, list: flag, help: flag },
      allowPositionals: true,
    });
    if (values.help) return { kind: 'help' };
    if (values.list) return { kind: 'list' };
    const [url, ...more] = positionals;
    if (url === undefined || more.length > 0) return bad('expected one URL');
    if (!/^https?:\/\//.test(url) || !URL.canParse(url)) return bad('the URL is none of http or https');
    if (values.options === undefined) return bad('expected --options FILE');
    const file = readFileSync(values.options, 'utf8');
    if (file.length > MAX_FILE_BYTES) return bad('the file of the options is too large');
    const parsed = fileSchema.safeParse(JSON.parse(file));
    if (!parsed.success) {
      const [issue] = parsed.error.issues;
      return bad(
        `${values.options}: ${issue?.path.map(String).join('.') ?? ''}: ${issue?.message ?? 'wrong'}`,
      );
    }
    const rulesIn = (given: string | undefined) => (given === undefined ? [] : given.split(','));
    const unknown = [...rulesIn(values.only), ...rulesIn(values.without)].filter((name) => !isRule(name));
    if (unknown.length > 0) return bad(`there is no rule ${unknown.join(', ')}`);
    const choice: Choice = {
      only: values.only === undefined ? null : rulesIn(values.only),
      without: rulesIn(values.without),
    };
    const isEmpty = themes.every(({ rules }) => rules.every(({ id }) => !isChosen(choice, id)));
    if (isEmpty) return bad('no rule is left to be judged');
    return { kind: 'run', url, asJson: values.json ?? false, choice, options: parsed.data };
  } catch (error) {
    return bad(error instanceof Error ? error.message : String(error));
  }
}

function isRule(name: string): boolean {
  return themes.some(({ letter, rules }) => letter === name || rules.some(({ id }) => id === name));
}

export function isChosen({ only, without }: Choice, id: string): boolean {
  const names = (list: readonly string[]) => list.some((name) => id === name || id.startsWith(`${name}-`));
  return (only === null || names(only)) && !names(without);
}
