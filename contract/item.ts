import { z } from 'zod';
import { calendarSchema, openingSchema } from './calendar.ts';
import { interactionKindSchema } from './interaction.ts';
import { conditionSchema, fieldIdSchema, optionSchema, sectionSchema } from './item-field.ts';
import { localizedTextSchema } from './localized.ts';

/**
 * A service item (事项) as departments publish it, after GB/T 39046-2020 table 4: the catalogue norm. Keys that
 * only inform are let through and dropped where a newer norm has more of them; where an unknown key would change
 * what is asked, shown or promised (the form, conditions, eligibility, consents), it is refused.
 */

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
  /** The e-certificate (电子证照) that takes its place. */
  eCert: z.string().max(60).optional(),
});
export type Material = z.infer<typeof materialSchema>;

/** `param.dibaoStandard`: a number of the district, published with the item. */
const amountSchema = z.union([z.number(), z.string().regex(/^param\.[a-z][A-Za-z0-9]{0,39}$/)]);

export const eligibilityCheckSchema = z.union([
  z.strictObject({
    /** An ID number, or a date of birth. */
    field: fieldIdSchema,
    rule: z.enum(['ageAtLeast', 'ageAtMost', 'ageBelow']),
    /** Full years (周岁). */
    value: z.number().nonnegative().max(150),
    /** The date whose day counts; absent: today. */
    on: fieldIdSchema.optional(),
  }),
  z.strictObject({
    rule: z.literal('perHeadBelow'),
    /** An amount of money, divided by the people of a group. */
    total: fieldIdSchema,
    people: fieldIdSchema,
    value: amountSchema,
  }),
  /** The applicant was read off a card or a code: nobody types another person's number. */
  z.strictObject({ rule: z.literal('identityRead') }),
]);
export type EligibilityCheck = z.infer<typeof eligibilityCheckSchema>;

export const eligibilitySchema = z.strictObject({
  id: z.string().min(1).max(40),
  text: localizedTextSchema,
  /** `block` ends the application with the reason; `ask-staff` and `warn` tell the resident and go on. */
  onFail: z.enum(['block', 'ask-staff', 'warn']),
  /** Absent: nobody but a clerk can check it. */
  check: eligibilityCheckSchema.optional(),
});
export type Eligibility = z.infer<typeof eligibilitySchema>;

export const consentSchema = z.strictObject({
  id: z.string().min(1).max(40),
  /** PIPL art. 17 (notice), 29 (separate consent): each is its own unticked box. */
  kind: z.enum(['notice', 'separate', 'written-authorisation', 'guardian']),
  text: localizedTextSchema,
  required: z.boolean(),
  condition: conditionSchema.optional(),
  /** Who signs beside the applicant, for the clerk who collects the signatures. */
  signBy: z.string().max(100).optional(),
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
  /** It is said and answered, not applied for and decided on. Absent: an application. */
  interaction: interactionKindSchema.optional(),
  /** `none`: nobody is asked who it is, by card or in writing. Absent: card, code or name and number. */
  identity: z.enum(['none']).optional(),
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
  /** Empty: nothing has to be brought. */
  materials: z.array(materialSchema).max(60),
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
  /** The code lists that `optionsFrom` names: they travel with the item, so that it is whole without the line. */
  lists: z.record(fieldIdSchema, z.array(optionSchema).min(1).max(500)).default({}),
  /** The days that a field's `calendar` names. */
  calendars: z.record(z.string().regex(/^[a-z][a-z-]{0,59}$/), calendarSchema).default({}),
  /** Numbers that differ between districts. */
  parameters: z.record(fieldIdSchema, z.number()).default({}),
  contacts: z.object({ consult: z.string().max(40), supervise: z.string().max(40) }),
  visitsRequired: z.number().int().nonnegative().max(20).default(0),
});
export type ServiceItem = z.infer<typeof serviceItemSchema>;

/** One card on the home screen. What finds it stays at the terminal. */
export const itemSummarySchema = serviceItemSchema.pick({
  slug: true,
  version: true,
  name: true,
  plain: true,
  theme: true,
  department: true,
  caseType: true,
  interaction: true,
});
export type ItemSummary = z.infer<typeof itemSummarySchema>;

/** What a guide shows before anything personal is asked: everything but the form and what belongs to it. */
export const itemGuideSchema = serviceItemSchema.omit({
  form: true,
  lists: true,
  calendars: true,
  parameters: true,
});
export type ItemGuide = z.infer<typeof itemGuideSchema>;
