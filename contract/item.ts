import { z } from 'zod';
import { openingSchema } from './calendar.ts';
import { localizedTextSchema } from './localized.ts';

/**
 * A service item (事项) as departments publish it, after GB/T 39046-2020 table 4 and the catalogue norm.
 * Unknown keys are kept out: a terminal shows only what it understands.
 */

export const fieldIdSchema = z.string().regex(/^[a-z][A-Za-z0-9]{0,39}$/);

/** Shown or not by the answer to an earlier field: equal to one value, or to one of several. */
export const conditionSchema = z.union([
  z.object({ field: fieldIdSchema, eq: z.string().max(100) }),
  z.object({ field: fieldIdSchema, in: z.array(z.string().max(100)).min(1).max(50) }),
]);
export type Condition = z.infer<typeof conditionSchema>;

export const optionSchema = z.object({ value: z.string().min(1).max(60), label: localizedTextSchema });

const fieldCommon = {
  id: fieldIdSchema,
  label: localizedTextSchema,
  required: z.boolean(),
  /** none, basic or sensitive personal information (PIPL art. 28): decides masks and retention. */
  pii: z.enum(['none', 'basic', 'sensitive']),
  visibleWhen: conditionSchema.optional(),
  /** `idcard.name` and the like: filled from the card, and then not asked. */
  autofill: z.string().max(100).optional(),
  default: z.string().max(100).optional(),
  /** Named mask for every place outside the page that asks. */
  mask: z.enum(['id-hide-birthday', 'phone-mid4', 'last4']).optional(),
};

const textual = {
  /** ECMAScript pattern, compiled with the `u` flag when the item is loaded. */
  pattern: z.string().max(400).optional(),
  maxLength: z.number().int().positive().max(2000).optional(),
};

const dateBoundSchema = z.string().regex(/^(today([+-]\d{1,4}d)?|\d{4}-\d{2}-\d{2})$/);

export const leafFieldSchema = z.discriminatedUnion('type', [
  z.object({ ...fieldCommon, ...textual, type: z.literal('text') }),
  z.object({ ...fieldCommon, ...textual, type: z.literal('textarea') }),
  z.object({
    ...fieldCommon,
    ...textual,
    type: z.literal('name'),
    /** Odd when it differs from that field's answer: asked about, not refused. */
    equalsField: fieldIdSchema.optional(),
  }),
  z.object({
    ...fieldCommon,
    ...textual,
    type: z.literal('idcard'),
    rule: z.literal('gb11643').optional(),
    differsFrom: fieldIdSchema.optional(),
  }),
  z.object({ ...fieldCommon, ...textual, type: z.literal('phone') }),
  z.object({
    ...fieldCommon,
    ...textual,
    type: z.literal('bankcard'),
    rule: z.literal('luhn-warn').optional(),
  }),
  z.object({ ...fieldCommon, type: z.literal('select'), options: z.array(optionSchema).min(1).max(200) }),
  z.object({ ...fieldCommon, type: z.literal('radio'), options: z.array(optionSchema).min(1).max(20) }),
  z.object({
    ...fieldCommon,
    type: z.literal('date'),
    min: dateBoundSchema.optional(),
    max: dateBoundSchema.optional(),
  }),
  z.object({
    ...fieldCommon,
    type: z.literal('number'),
    min: z.number().optional(),
    max: z.number().optional(),
    /** `age(applicantId)`: worked out, never asked. */
    computed: z
      .string()
      .regex(/^age\([a-z][A-Za-z0-9]{0,39}\)$/)
      .optional(),
  }),
  z.object({
    ...fieldCommon,
    type: z.literal('address'),
    parts: z.array(z.enum(['region', 'street', 'community', 'detail'])).min(1),
    maxLength: z.number().int().positive().max(200),
  }),
  z.object({ ...fieldCommon, type: z.literal('signature') }),
]);
export type LeafField = z.infer<typeof leafFieldSchema>;

export const groupFieldSchema = z.object({
  ...fieldCommon,
  type: z.literal('group'),
  repeat: z.object({ min: z.number().int().nonnegative(), max: z.number().int().positive().max(50) }),
  fields: z.array(leafFieldSchema).min(1).max(30),
});
export type GroupField = z.infer<typeof groupFieldSchema>;

export const fieldSchema = z.union([groupFieldSchema, leafFieldSchema]);
export type Field = z.infer<typeof fieldSchema>;
export type FieldType = Field['type'];

export const sectionSchema = z.object({
  id: z.string().min(1).max(40),
  title: localizedTextSchema,
  visibleWhen: conditionSchema.optional(),
  fields: z.array(fieldSchema).min(1).max(60),
});
export type Section = z.infer<typeof sectionSchema>;

const timeLimitSchema = z.object({
  value: z.number().int().nonnegative().max(1000),
  unit: z.enum(['instant', 'workday', 'day']),
});

export const materialSchema = z.object({
  id: z.string().min(1).max(40),
  name: localizedTextSchema,
  /** 1 necessary, 2 not necessary, 3 may follow later (容缺后补). */
  necessity: z.enum(['1', '2', '3']),
  /** 10 the applicant brings it, 20 a government department issued it, 99 other. */
  source: z.enum(['10', '20', '99']),
  /** 1 original, 2 copy, 3 either. */
  type: z.enum(['1', '2', '3']),
  format: z.enum(['paper', 'electronic', 'both']),
  originals: z.number().int().nonnegative().max(20),
  copies: z.number().int().nonnegative().max(20),
  obtain: z.array(z.enum(['scan', 'idreader', 'ecert', 'auto', 'form', 'camera', 'print', 'bring'])).min(1),
  condition: conditionSchema.optional(),
});
export type Material = z.infer<typeof materialSchema>;

export const eligibilitySchema = z.object({
  id: z.string().min(1).max(40),
  text: localizedTextSchema,
  /** `block` ends the application with the reason; `ask-staff` tells the resident and goes on. */
  onFail: z.enum(['block', 'ask-staff', 'warn']),
  check: z
    .object({ field: fieldIdSchema, rule: z.enum(['ageAtLeast', 'ageAtMost']), value: z.number() })
    .optional(),
});
export type Eligibility = z.infer<typeof eligibilitySchema>;

export const consentSchema = z.object({
  id: z.string().min(1).max(40),
  /** PIPL art. 17 (notice), 29 (separate consent): each is its own unticked box. */
  kind: z.enum(['notice', 'separate', 'written-authorisation', 'guardian']),
  text: localizedTextSchema,
  required: z.boolean(),
  condition: conditionSchema.optional(),
});
export type Consent = z.infer<typeof consentSchema>;

export const itemSlugSchema = z.string().regex(/^[a-z][a-z0-9-]{1,60}$/);

/** 33 characters: 31 of the implementation code and 2 of the business item (GB/T 39554). */
const ITEM_CODE = /^[0-9A-HJ-NP-RTUWXY]{33}$/;

/** How this terminal serves the item: to its end, as a booking of which the rest happens elsewhere, or in words only. */
export const terminalChannelSchema = z.enum(['full', 'appointment', 'guide']);

const channelsSchema = z.strictObject({
  terminal: terminalChannelSchema,
  window: z.boolean(),
  online: z.boolean(),
  proxy: z.boolean(),
  homeVisit: z.boolean(),
  staffAssist: z.boolean(),
});

const offlineSchema = z.strictObject({
  acceptable: z.boolean(),
  /** none: needs the line all the time. draft-only: filled in without it, submitted with it. */
  mode: z.enum(['none', 'draft-only', 'store-and-forward']),
  receipt: z.enum(['none', 'draft', 'provisional']),
  /** For the department and the technician. */
  reason: z.string().max(300).optional(),
  requires: z.array(z.string().max(60)).max(10).default([]),
});

/** A one-thing chain (一件事) that the item takes part in. */
const chainMembershipSchema = z.object({
  id: z.string().regex(/^[a-z][a-z0-9-]{1,60}$/),
  order: z.int().nonnegative().max(50),
  role: z.enum(['entry', 'member']),
  /** Fields whose answers come from an earlier member. */
  reuses: z.array(fieldIdSchema).max(60),
});

export const serviceItemSchema = z.object({
  schemaVersion: z.literal(1),
  version: z.string().min(1).max(60),
  status: z.enum(['draft', 'published']).optional(),
  slug: itemSlugSchema,
  shortCode: z.string().regex(/^[A-Z]{2,4}-[A-Z]{2,6}$/),
  code: z.string().regex(ITEM_CODE),
  name: localizedTextSchema,
  /** What people call it: 低保, 准生证. */
  aliases: z.array(z.string().max(40)).max(40).default([]),
  plain: localizedTextSchema,
  /** The life event. */
  theme: localizedTextSchema.extend({ code: z.string().max(40) }),
  itemType: localizedTextSchema.extend({ code: z.string().max(4) }).optional(),
  department: localizedTextSchema.extend({ uscc: z.string().max(40) }),
  accepts: localizedTextSchema,
  /** Who keeps this guide right, and answers for it: 谁的指南谁负责. */
  owner: localizedTextSchema.extend({ phone: z.string().max(40) }),
  /** The day on which its owner last read it through. */
  updatedOn: z.iso.date(),
  /** GB/T 39046 annex A.6: 1 done on the spot, 2 with a promised limit, 9 other. */
  caseType: z.enum(['1', '2', '9']),
  timeLimits: z.object({
    legal: timeLimitSchema,
    promised: timeLimitSchema,
    /** Steps whose days add up to the promised ones. */
    stages: z
      .array(z.object({ name: localizedTextSchema, days: z.int().nonnegative().max(1000) }))
      .max(20)
      .default([]),
  }),
  eligibility: z.array(eligibilitySchema).max(30),
  channels: channelsSchema,
  /** Absent: whenever the terminal itself is. */
  opening: openingSchema.optional(),
  offline: offlineSchema,
  materials: z.array(materialSchema).min(1).max(60),
  form: z.object({ sections: z.array(sectionSchema).min(1).max(30) }),
  consents: z.array(consentSchema).min(1).max(20),
  /** `amount` in yuan; null where the note says what decides it. */
  fee: z.object({
    charged: z.boolean(),
    amount: z.number().nonnegative().nullable(),
    note: localizedTextSchema,
  }),
  result: z.object({
    name: localizedTextSchema,
    kind: z.string().max(40),
    delivery: z.array(z.string().max(40)).max(10).default([]),
  }),
  flow: z.array(localizedTextSchema).max(30),
  chains: z.array(chainMembershipSchema).max(10).default([]),
  contacts: z.object({ consult: z.string().max(40), supervise: z.string().max(40) }),
  visitsRequired: z.number().int().nonnegative().max(20).default(0),
});
export type ServiceItem = z.infer<typeof serviceItemSchema>;

/** One card on the home screen, and what finds it. */
export const itemSummarySchema = serviceItemSchema.pick({
  slug: true,
  shortCode: true,
  version: true,
  name: true,
  aliases: true,
  plain: true,
  theme: true,
  department: true,
  caseType: true,
  channels: true,
  opening: true,
});
export type ItemSummary = z.infer<typeof itemSummarySchema>;

/** What a guide shows before anything personal is asked: everything but the form. */
export const itemGuideSchema = serviceItemSchema.omit({ form: true });
export type ItemGuide = z.infer<typeof itemGuideSchema>;
