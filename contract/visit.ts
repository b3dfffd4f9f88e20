import { z } from 'zod';
import { leafAnswerSchema } from './answers.ts';
import { receiptNoSchema } from './application.ts';
import { chainIdSchema } from './chain.ts';
import { faultSchema } from './fault.ts';
import { consentSchema, itemSummarySchema } from './item.ts';
import { optionSchema } from './item-field.ts';
import { languageSchema, localizedTextSchema } from './localized.ts';
import { pageIdSchema } from './page-id.ts';
import { MAX_CORRECTION_ENTRIES, noticeTextSchema, progressPageSchema } from './progress.ts';
import { queryCodeSchema } from './query-code.ts';
import { paperPageSchema, reviewPaperSchema } from './paper.ts';

/**
 * What the resident's screen sees of a visit. The visit itself (card, answers) lives in the terminal's
 * memory; a screen that reloads gets the same snapshot again. Values that a mask covers leave the
 * terminal only as masks.
 */

export const problemCodes = [
  'required',
  'pattern',
  'too-long',
  'id-length',
  'id-characters',
  'id-birthday',
  'id-check',
  'id-same-person',
  'id-not-a-man',
  'id-not-a-woman',
  'date-invalid',
  'date-too-early',
  'date-too-late',
  'date-closed',
  'month-invalid',
  'time-invalid',
  'number-invalid',
  'money-invalid',
  'number-too-small',
  'number-too-large',
  'choice-unknown',
  'address-incomplete',
  'group-too-few',
  'group-too-many',
  // Odd, not wrong: asked about once, accepted when the resident says that it is right.
  'odd-name-differs',
  'odd-account-number',
  'odd-many-entries',
] as const;
export const problemSchema = z.object({
  code: z.enum(problemCodes),
  /** True for `odd-…`: may be confirmed. */
  odd: z.boolean(),
  /** What the sentence names: a smallest or largest value, a length. */
  limit: z.string().max(40).optional(),
});
export type Problem = z.infer<typeof problemSchema>;

const progressSchema = z.object({ step: z.number().int().positive(), of: z.number().int().positive() });

/** The question of a page with all bounds resolved (dates are YYYY-MM-DD). */
export const questionSchema = z.object({
  type: z.enum([
    'text',
    'textarea',
    'name',
    'idcard',
    'phone',
    'bankcard',
    'select',
    'radio',
    'multiselect',
    'date',
    'datetime',
    'month',
    'number',
    'money',
    'address',
    'signature',
  ]),
  label: localizedTextSchema,
  required: z.boolean(),
  options: z.array(optionSchema).optional(),
  min: z.string().max(20).optional(),
  max: z.string().max(20).optional(),
  maxLength: z.number().int().positive().optional(),
});
export type Question = z.infer<typeof questionSchema>;

export const questionPageSchema = z.object({
  pageId: pageIdSchema,
  section: localizedTextSchema,
  /** 1-based number of the person in a repeated group. */
  entry: z.number().int().positive().optional(),
  question: questionSchema,
  /** The present answer where it may be shown again; masked ones come as `masked` and are typed anew. */
  value: leafAnswerSchema.optional(),
  masked: z.string().max(200).optional(),
  /** On an address page: the card's address (house numbers masked), to be taken with one touch. */
  cardAddress: z.string().max(200).optional(),
  /** Why the office wants this one corrected (补正). */
  correction: noticeTextSchema.optional(),
  /** On a signature page: it was signed, and then something changed that the signature was put under. */
  signatureTakenBack: z.literal(true).optional(),
  progress: progressSchema,
  /** True when it was reached by 修改 from the check page, to which it returns. */
  changing: z.boolean(),
});
export type QuestionPage = z.infer<typeof questionPageSchema>;

export const groupPageSchema = z.object({
  pageId: pageIdSchema,
  section: localizedTextSchema,
  label: localizedTextSchema,
  required: z.boolean(),
  entries: z.array(z.object({ title: z.string().max(120), detail: z.string().max(200) })),
  canAdd: z.boolean(),
  correction: noticeTextSchema.optional(),
  progress: progressSchema,
  changing: z.boolean(),
});
export type GroupPage = z.infer<typeof groupPageSchema>;

export const reviewRowSchema = z.object({
  pageId: pageIdSchema,
  section: localizedTextSchema,
  label: localizedTextSchema,
  /** Masked where the field has a mask; empty when nothing was answered. */
  display: z.object({ zh: z.string(), en: z.string() }),
  /** `earlier`: answered before in this visit, and not asked again. */
  source: z.enum(['card', 'code', 'typed', 'earlier', 'computed', 'empty']),
  /** The answer is a signature, which the page says in its own words. */
  signed: z.boolean(),
  canChange: z.boolean(),
  /** Of a chain: the item that asks for it. */
  of: localizedTextSchema.optional(),
});
export type ReviewRow = z.infer<typeof reviewRowSchema>;

export const maskedPersonSchema = z.object({
  name: z.string().max(120),
  number: z.string().max(18),
  sex: z.enum(['0', '1', '2', '9']),
  age: z.number().int().min(0).max(130),
});
export type MaskedPerson = z.infer<typeof maskedPersonSchema>;

export const codeOfferSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('ready') }),
  /** The platform is being asked whose it is. */
  z.object({ state: z.literal('resolving') }),
  /** The last code gave nobody; the scanner goes on looking. */
  z.object({ state: z.literal('refused'), fault: faultSchema }),
  /** The scanner is lost, or the line to the platform is cut: only the card helps. */
  z.object({ state: z.literal('unavailable'), fault: faultSchema }),
]);
export type CodeOffer = z.infer<typeof codeOfferSchema>;

export const printStateSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('queued') }),
  z.object({ state: z.literal('printing') }),
  z.object({ state: z.literal('printed') }),
  z.object({ state: z.literal('failed'), fault: faultSchema }),
  /** Nobody knows: the screen asks whether the slip came out, and a reprint is marked 补打. */
  z.object({ state: z.literal('unknown'), fault: faultSchema }),
]);
export type PrintState = z.infer<typeof printStateSchema>;

export const forwardingSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('waiting') }),
  z.object({ state: z.literal('sending') }),
  z.object({ state: z.literal('acknowledged'), caseNo: z.string().max(50) }),
  /** Rejected or in conflict: it belongs to staff now. */
  z.object({ state: z.literal('parked') }),
]);
export type Forwarding = z.infer<typeof forwardingSchema>;

/** One application of a chain: received, accepted and timed by itself. */
export const receivedPartSchema = z.object({
  receiptNo: receiptNoSchema,
  queryCode: queryCodeSchema,
  name: localizedTextSchema,
  forwarding: forwardingSchema,
});
export type ReceivedPart = z.infer<typeof receivedPartSchema>;

export const receivedSchema = z.object({
  receiptNo: receiptNoSchema,
  queryCode: queryCodeSchema,
  /** What the QR code on screen and slip holds; no personal value. */
  qr: z.string().max(100),
  receivedAt: z.iso.datetime(),
  item: itemSummarySchema,
  forwarding: forwardingSchema,
  print: printStateSchema,
  isCopy: z.boolean(),
  /** Of a chain: all that was received, the first of them under the number above, and what the platform starts. */
  chain: z
    .object({
      parts: z.array(receivedPartSchema).min(1).max(30),
      started: z.array(localizedTextSchema).max(30),
    })
    .optional(),
});
export type Received = z.infer<typeof receivedSchema>;

export const lostItemSchema = z.object({
  name: localizedTextSchema,
  reasons: z.array(localizedTextSchema).min(1),
});
export type LostItem = z.infer<typeof lostItemSchema>;

/** It was ended by an answer, and "back" leads to where it is given otherwise. */
const canPutRightSchema = z.literal(true).optional();

export const visitStepSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('consent'),
    consents: z.array(consentSchema),
    /** By their ids, before the way led back to this page. */
    given: z.array(z.string()),
  }),
  z.object({
    kind: z.literal('card'),
    /** `retry`: the last try failed (`fault` says why) and the reader goes on looking. */
    reader: z.enum(['looking', 'retry', 'read', 'unavailable']),
    fault: faultSchema.optional(),
    person: maskedPersonSchema.optional(),
    /** What `person` is known by. */
    source: z.enum(['card', 'code']).optional(),
    /** Whether a code may be shown in place of the card; absent at a terminal without a scanner. */
    code: codeOfferSchema.optional(),
  }),
  z.object({ kind: z.literal('question'), page: questionPageSchema }),
  z.object({ kind: z.literal('group'), page: groupPageSchema }),
  z.object({ kind: z.literal('paper'), page: paperPageSchema }),
  z.object({
    kind: z.literal('review'),
    rows: z.array(reviewRowSchema),
    problems: z.number().int(),
    /** What the answers call for, and how it is handed in: told all at once, before anything is submitted. */
    papers: z.array(reviewPaperSchema).max(60),
    /** Of a correction (补正): what the notice names and no page asks for. */
    corrections: z
      .array(z.object({ name: localizedTextSchema, reason: noticeTextSchema }))
      .max(MAX_CORRECTION_ENTRIES)
      .optional(),
    /** The first digits of what the signature is bound to; absent when nobody has signed. */
    signedCode: z.string().max(20).optional(),
    /** Conditions that staff must look at; the application goes on. */
    remarks: z.array(localizedTextSchema).max(30),
    /** It cannot be submitted now, and can be kept as a draft. */
    asDraft: z.literal(true).optional(),
  }),
  z.object({
    kind: z.literal('blocked'),
    reasons: z.array(localizedTextSchema).min(1),
    canPutRight: canPutRightSchema,
  }),
  /** Items of a chain that fall out of it, each with its reasons; the rest goes on. */
  z.object({
    kind: z.literal('lost'),
    lost: z.array(lostItemSchema).min(1),
    canPutRight: canPutRightSchema,
  }),
  z.object({ kind: z.literal('received'), received: receivedSchema }),
  /** A draft of this item is here, of whom the card names: it is gone on with, or dropped. */
  z.object({
    kind: z.literal('resume'),
    savedAt: z.iso.datetime(),
    until: z.iso.datetime(),
    /** Whether it can be submitted now. */
    canSubmit: z.boolean(),
  }),
  /** Kept, and not submitted. `until`: then it is erased. */
  z.object({ kind: z.literal('drafted'), until: z.iso.datetime(), print: printStateSchema }),
  /** Another item is being chosen; `name`, masked, of whom it will be for. */
  z.object({ kind: z.literal('choosing'), name: z.string().max(120) }),
  /** Somebody asks how a case goes. `print`: of the slip about it, once one was asked for. */
  z.object({ kind: z.literal('progress'), page: progressPageSchema, print: printStateSchema.optional() }),
]);
export type VisitStep = z.infer<typeof visitStepSchema>;

export const visitSnapshotSchema = z.object({
  visitId: z.uuid(),
  /** Grows with every change, so that a late delta never overwrites a newer one. */
  revision: z.number().int().nonnegative(),
  language: languageSchema,
  /**
   * Of a chain: its name, with the theme and the office of its first item; on a question, the item that asks it. Null
   * while somebody only asks how a case goes.
   */
  item: itemSummarySchema.nullable(),
  /** The chain that is being filled in. */
  chainId: chainIdSchema.optional(),
  step: visitStepSchema,
  canGoBack: z.boolean(),
  /** An item of this visit was received: another one can be chosen, for the same applicant. */
  hasReceived: z.boolean(),
  /** A card was read in this visit: one that is left on the reader is this resident's own. */
  hasReadCard: z.boolean(),
});
export type VisitSnapshot = z.infer<typeof visitSnapshotSchema>;

/**
 * `useCard` on an address page: the card's own address, which the screen never holds unmasked. `keep`: the
 * answer stays as it is, where the screen has only its mask.
 */
export const answerValueSchema = z.union([
  leafAnswerSchema,
  z.object({ useCard: z.literal(true) }),
  z.object({ keep: z.literal(true) }),
]);
export type AnswerValue = z.infer<typeof answerValueSchema>;
