import { z } from 'zod';
import { localizedTextSchema } from './localized.ts';

/**
 * The questions of an item's form. Every object is strict: a key that this norm does not know may change what is
 * asked, and a form that is understood by half is worse than one that is refused by name.
 */

export const fieldIdSchema = z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/);

const comparedSchema = z.string().max(100);

/** An answer that is not given, or whose question is hidden, passes no comparison. */
const comparisons = [
  z.strictObject({ field: fieldIdSchema, eq: comparedSchema }),
  z.strictObject({ field: fieldIdSchema, ne: comparedSchema }),
  z.strictObject({ field: fieldIdSchema, in: z.array(comparedSchema).min(1).max(50) }),
  /** Of several choices. */
  z.strictObject({ field: fieldIdSchema, contains: comparedSchema }),
  /** Of a number or an amount. */
  z.strictObject({ field: fieldIdSchema, atLeast: z.number() }),
  z.strictObject({ field: fieldIdSchema, atMost: z.number() }),
] as const;
const comparisonSchema = z.union(comparisons);
export type Comparison = z.infer<typeof comparisonSchema>;

const innerConditionSchema = z.union([
  ...comparisons,
  z.strictObject({ all: z.array(comparisonSchema).min(1).max(20) }),
  z.strictObject({ any: z.array(comparisonSchema).min(1).max(20) }),
  z.strictObject({ not: comparisonSchema }),
]);

/** Two levels of all, any, not: enough for every guide, and no document can exhaust the stack. */
export const conditionSchema = z.union([
  ...comparisons,
  z.strictObject({ all: z.array(innerConditionSchema).min(1).max(20) }),
  z.strictObject({ any: z.array(innerConditionSchema).min(1).max(20) }),
  z.strictObject({ not: innerConditionSchema }),
]);
export type Condition = z.infer<typeof conditionSchema>;

export const optionSchema = z.strictObject({ value: z.string().min(1).max(60), label: localizedTextSchema });
export type Option = z.infer<typeof optionSchema>;

/**
 * Where an answer comes from before it is asked for. `idcard.…`: the card, and then it is not asked.
 * `ecert.…`: a certificate that the platform looks up. `derive.a+b`: earlier answers in a row, as a suggestion.
 */
const autofillSchema = z
  .string()
  .max(200)
  .regex(/^(idcard\.(name|number|sex|birthday)|ecert\.[A-Za-z.]+|derive\.[A-Za-z0-9]+(\+[A-Za-z0-9]+)*)$/);

export const reuseKeySchema = z
  .string()
  .max(60)
  .regex(/^(applicant|spouse|man|woman|proxy)\.[a-z][A-Za-z]*$/);

const common = {
  id: fieldIdSchema,
  label: localizedTextSchema,
  required: z.boolean(),
  /** none, basic or sensitive personal information (PIPL art. 28): decides masks and retention. */
  pii: z.enum(['none', 'basic', 'sensitive']),
  visibleWhen: conditionSchema.optional(),
  autofill: autofillSchema.optional(),
  /**
   * What the answer is, under the same name in every item: `applicant.mobile`, `spouse.id`, `proxy.name`. Asked once in
   * a visit (form/reuse.ts). `man.…` and `woman.…`, on a form for two, are the applicant's or the spouse's.
   */
  reuse: reuseKeySchema.optional(),
  /** Named mask for every place outside the page that asks. */
  mask: z.enum(['id-hide-birthday', 'phone-mid4', 'last4']).optional(),
  /** For the department; nobody else sees it. */
  note: z.string().max(300).optional(),
};

const textual = {
  /** ECMAScript pattern, compiled with the `u` flag when the item is loaded. */
  pattern: z.string().max(400).optional(),
  maxLength: z.number().int().positive().max(2000).optional(),
  default: z.string().max(100).optional(),
};

/** Of a man or of a woman: another person's card does not fill it in, and another's number is wrong. */
const gendered = { gender: z.enum(['M', 'F']).optional() };

/** One of the two; a list is named by its id in the item's `lists`. */
const choices = {
  options: z.array(optionSchema).min(1).max(500).optional(),
  optionsFrom: fieldIdSchema.optional(),
};

/**
 * `today`, `now`, both with a distance in days, months or years (`today-2y`); a fixed day or month; or an earlier
 * field of the same type.
 */
const boundSchema = z
  .string()
  .regex(/^((today|now)([+-]\d{1,4}[dmy])?|\d{4}-\d{2}(-\d{2})?|[a-z][A-Za-z0-9]{0,39})$/);
const bounds = {
  min: boundSchema.optional(),
  max: boundSchema.optional(),
  default: z.string().max(20).optional(),
};

/** `age(applicantId)` in full years, `sum(members.income)` over a group: worked out, never asked. */
const computedSchema = z
  .string()
  .regex(/^(age\([a-z][A-Za-z0-9]{0,39}\)|sum\([a-z][A-Za-z0-9]{0,39}\.[a-z][A-Za-z0-9]{0,39}\))$/);
const numeric = {
  min: z.number().optional(),
  max: z.number().optional(),
  default: z.number().optional(),
  computed: computedSchema.optional(),
};

export const leafFieldSchema = z.discriminatedUnion('type', [
  z.strictObject({ ...common, ...textual, type: z.literal('text') }),
  z.strictObject({
    ...common,
    ...textual,
    type: z.literal('textarea'),
    /** It may be spoken where the terminal can listen. */
    voiceInput: z.boolean().optional(),
  }),
  z.strictObject({
    ...common,
    ...textual,
    ...gendered,
    type: z.literal('name'),
    /** Odd when it differs from that field's answer: asked about, not refused. */
    equalsField: fieldIdSchema.optional(),
  }),
  z.strictObject({
    ...common,
    ...textual,
    ...gendered,
    type: z.literal('idcard'),
    rule: z.literal('gb11643').optional(),
    differsFrom: fieldIdSchema.optional(),
  }),
  z.strictObject({ ...common, ...textual, type: z.literal('phone') }),
  z.strictObject({
    ...common,
    ...textual,
    type: z.literal('bankcard'),
    rule: z.literal('luhn-warn').optional(),
  }),
  z.strictObject({ ...common, ...choices, type: z.literal('select'), default: comparedSchema.optional() }),
  z.strictObject({ ...common, ...choices, type: z.literal('radio'), default: comparedSchema.optional() }),
  z.strictObject({
    ...common,
    ...choices,
    type: z.literal('multiselect'),
    default: z.array(comparedSchema).max(50).optional(),
  }),
  z.strictObject({
    ...common,
    ...bounds,
    type: z.literal('date'),
    /** Only a day on which that calendar of the item's `calendars` is open. */
    calendar: z.string().max(60).optional(),
  }),
  z.strictObject({ ...common, ...bounds, type: z.literal('datetime') }),
  z.strictObject({ ...common, ...bounds, type: z.literal('month') }),
  z.strictObject({
    ...common,
    ...numeric,
    type: z.literal('number'),
    /** Digits behind the point; absent: a whole number. */
    decimals: z.int().min(1).max(4).optional(),
  }),
  /** In yuan, with two digits behind the point at most. */
  z.strictObject({ ...common, ...numeric, type: z.literal('money') }),
  z.strictObject({
    ...common,
    type: z.literal('address'),
    parts: z.array(z.enum(['region', 'street', 'community', 'detail'])).min(1),
    maxLength: z.number().int().positive().max(200),
  }),
  z.strictObject({ ...common, type: z.literal('signature') }),
]);
export type LeafField = z.infer<typeof leafFieldSchema>;

export const groupFieldSchema = z.strictObject({
  ...common,
  type: z.literal('group'),
  repeat: z.strictObject({
    min: z.number().int().nonnegative(),
    max: z.number().int().positive().max(50),
    /** More than this are asked about before they are believed. */
    oddAbove: z.number().int().positive().max(50).optional(),
  }),
  fields: z.array(leafFieldSchema).min(1).max(30),
});
export type GroupField = z.infer<typeof groupFieldSchema>;

/** By its type, so that a fault names the field's own mistake. */
export const fieldSchema = z.discriminatedUnion('type', [groupFieldSchema, ...leafFieldSchema.options]);
export type Field = z.infer<typeof fieldSchema>;

export const sectionSchema = z.strictObject({
  id: z.string().min(1).max(40),
  title: localizedTextSchema,
  visibleWhen: conditionSchema.optional(),
  fields: z.array(fieldSchema).min(1).max(60),
});
export type Section = z.infer<typeof sectionSchema>;
