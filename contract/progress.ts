import { z } from 'zod';
import { afterwardsSchema } from './afterwards.ts';
import { applicationIdSchema, caseStatusSchema, receiptNoSchema } from './application.ts';
import { caseVerbs, specialReasons } from './case-choices.ts';
import { chainIdSchema } from './chain.ts';
import { faultSchema } from './fault.ts';
import { localizedTextSchema } from './localized.ts';
import { pageIdSchema } from './page-id.ts';
import { queryCodeSchema } from './query-code.ts';

/**
 * How a case goes, as the one it belongs to sees it: states of GB/T 39046, what happens next and until when, what
 * must be corrected (补正), the result. Who shows the card sees all of it; who shows the slip sees no words that an
 * officer wrote about the applicant.
 */

export const caseNoSchema = z.string().min(1).max(50);

/** Of a written notice (告知书, 通知书), printed on it and found by it. */
export const noticeNoSchema = z.string().min(1).max(60);

/** What an officer writes to the applicant: note ≤ 200 characters on the real form, and an English one is longer. */
export const noticeTextSchema = z.object({
  zh: z.string().trim().min(1).max(300),
  en: z.string().trim().min(1).max(600),
});
export type NoticeText = z.infer<typeof noticeTextSchema>;

/** What is wrong: an answer, by the page that asks for it, or a paper of the item. */
export const correctionTargetSchema = z.discriminatedUnion('of', [
  z.object({ of: z.literal('page'), pageId: pageIdSchema }),
  z.object({ of: z.literal('paper'), materialId: z.string().min(1).max(40) }),
]);
export type CorrectionTarget = z.infer<typeof correctionTargetSchema>;

/** Everything that must be corrected stands in one notice (行政许可法 art. 32). */
export const MAX_CORRECTION_ENTRIES = 60;
export const correctionEntrySchema = z.object({
  target: correctionTargetSchema,
  /** What the page or the paper is called. */
  name: localizedTextSchema,
  reason: noticeTextSchema,
});
export type CorrectionEntry = z.infer<typeof correctionEntrySchema>;

export const correctionNoticeSchema = z.object({
  noticeNo: noticeNoSchema,
  at: z.iso.datetime(),
  /** The last day of the station's calendar on which it can be corrected. */
  dueOn: z.iso.date(),
  entries: z.array(correctionEntrySchema).min(1).max(MAX_CORRECTION_ENTRIES),
});
export type CorrectionNotice = z.infer<typeof correctionNoticeSchema>;

/** 1 granted or confirmed, 2 refused with reasons, 3 passed on, 4 withdrawn by the applicant, 5 returned as overdue. */
export const closeOutcomeSchema = z.enum(['1', '2', '3', '4', '5']);

export const caseResultSchema = z.object({
  noticeNo: noticeNoSchema,
  at: z.iso.datetime(),
  outcome: closeOutcomeSchema,
  text: noticeTextSchema,
  /** Of a certificate or decision that came out of it. */
  documentNo: z.string().max(60).nullable(),
});
export type CaseResult = z.infer<typeof caseResultSchema>;

export const caseEventSchema = z.object({
  at: z.iso.datetime(),
  status: caseStatusSchema,
  /** Of the written notice that went with it. */
  noticeNo: noticeNoSchema.nullable(),
  /** What happened, where the state alone does not say it; absent: the state is all that is to be said. */
  what: z.enum(caseVerbs).optional(),
  /** The unit that it was handed over to. */
  handedTo: localizedTextSchema.optional(),
});

/**
 * What is to come. `tell`: the office says whether it accepts, or what is missing. `decide`: it decides. `correct`: the
 * applicant corrects. `wait`: others of its chain must be closed before the office looks at it. `resume`: a special procedure
 * ends, and the days go on with what remained. `none`: nothing more.
 */
export const nextEventSchema = z.object({
  what: z.enum(['tell', 'decide', 'correct', 'wait', 'resume', 'none']),
  /** At the latest on this day; null: no day is set. */
  by: z.iso.date().nullable(),
  /** Working days from today until then; below zero when it is over. */
  workdaysLeft: z.int().nullable(),
});

/** The one-thing chain (一件事) in which a case came, together with others. */
export const caseInChainSchema = z.object({
  id: chainIdSchema,
  name: localizedTextSchema,
  /** The same in all that were submitted together. */
  chainApplicationId: applicationIdSchema,
  order: z.int().nonnegative().max(50),
  /** Those of them, by name, that must be closed before the office looks at this one. */
  waitsFor: z.array(localizedTextSchema).max(20),
  /** Those that it needs and that have not come to the platform: waited for some working days, and then no more. Absent: none. */
  notCome: z.array(localizedTextSchema).max(20).optional(),
});
export type CaseInChain = z.infer<typeof caseInChainSchema>;

export const caseProgressSchema = z.object({
  caseNo: caseNoSchema,
  receiptNo: receiptNoSchema,
  itemName: localizedTextSchema,
  office: localizedTextSchema,
  /** Whom to call about it. */
  phone: z.string().max(40),
  status: caseStatusSchema,
  receivedAt: z.iso.datetime(),
  events: z.array(caseEventSchema).max(60),
  next: nextEventSchema,
  /** In a special procedure (特别程序), whose days are not counted; absent: in none. */
  special: z
    .object({
      reason: z.enum(specialReasons),
      /** The day on which the office expects to go on; null: it cannot say. */
      expectedBy: z.iso.date().nullable(),
    })
    .optional(),
  /** Absent: an application by itself. */
  chain: caseInChainSchema.optional(),
  /** The reply to it, and whether it can be rated; absent: the platform says neither. */
  afterwards: afterwardsSchema.optional(),
  /** Null for who has not shown the card. */
  detail: z
    .object({
      /** While it can be corrected. */
      correction: correctionNoticeSchema.nullable(),
      /** Why it was not accepted, or was returned. */
      refusal: noticeTextSchema.nullable(),
      result: caseResultSchema.nullable(),
    })
    .nullable(),
});
export type CaseProgress = z.infer<typeof caseProgressSchema>;

/** The newest of one person; with more, a window can help. */
export const MAX_CASES_SHOWN = 20;

/** The number of a document of identity, as the card said it. In a body and over TLS: addresses end up in logs. */
export const personNumberSchema = z.string().regex(/^[A-Za-z0-9]{8,18}$/);

export const progressQuerySchema = z.discriminatedUnion('by', [
  z.object({ by: z.literal('number'), receiptNo: receiptNoSchema, queryCode: queryCodeSchema }),
  z.object({ by: z.literal('card'), personNumber: personNumberSchema }),
]);
export type ProgressQuery = z.infer<typeof progressQuerySchema>;

/** An application that this terminal knows about and the platform has not been asked for, or does not know. */
export const stationKnowsSchema = z.object({
  receiptNo: receiptNoSchema,
  itemName: localizedTextSchema,
  receivedAt: z.iso.datetime(),
  /** Null: it has not gone from here yet. */
  sent: z.object({ caseNo: z.string().max(50), at: z.iso.datetime() }).nullable(),
  /** The platform did not take it: staff are dealing with it. */
  isParked: z.boolean(),
  chain: caseInChainSchema.optional(),
});
export type StationKnows = z.infer<typeof stationKnowsSchema>;

export const progressEntrySchema = z.discriminatedUnion('known', [
  z.object({ known: z.literal('platform'), case: caseProgressSchema }),
  z.object({ known: z.literal('station'), application: stationKnowsSchema }),
]);
export type ProgressEntry = z.infer<typeof progressEntrySchema>;

/** Whether it can be corrected at this moment. `no`: nothing is to be corrected, or the card was not shown. */
export const canCorrectSchema = z.enum(['yes', 'needs-card', 'offline', 'no']);
export type CanCorrect = z.infer<typeof canCorrectSchema>;

/** What a screen shows of somebody who asks how a case goes. */
export const progressPageSchema = z.discriminatedUnion('at', [
  /** How to ask; a slip that is held to the scanner is read here already. */
  z.object({
    at: z.literal('ways'),
    canScan: z.boolean(),
    isAsking: z.boolean(),
    fault: faultSchema.optional(),
  }),
  z.object({
    at: z.literal('card'),
    reader: z.enum(['looking', 'retry', 'unavailable']),
    isAsking: z.boolean(),
    fault: faultSchema.optional(),
  }),
  z.object({ at: z.literal('number'), isAsking: z.boolean(), fault: faultSchema.optional() }),
  z.object({
    at: z.literal('list'),
    byCard: z.boolean(),
    /** Why the platform said nothing; absent: it did. */
    platformFault: faultSchema.optional(),
    entries: z.array(progressEntrySchema).max(MAX_CASES_SHOWN * 2),
  }),
  /** All that was submitted together, each with its own state and days, and one notice of what is to be corrected. */
  z.object({
    at: z.literal('chain'),
    byCard: z.boolean(),
    platformFault: faultSchema.optional(),
    name: localizedTextSchema,
    /** In the order of their steps; `index` is the place that `open` takes. */
    members: z
      .array(z.object({ index: z.int().nonnegative().max(100), entry: progressEntrySchema }))
      .min(1)
      .max(MAX_CASES_SHOWN * 2),
    canCorrect: canCorrectSchema,
    /** The forms are being fetched. */
    isAsking: z.boolean(),
    fault: faultSchema.optional(),
  }),
  z.object({
    at: z.literal('case'),
    byCard: z.boolean(),
    platformFault: faultSchema.optional(),
    entry: progressEntrySchema,
    canCorrect: canCorrectSchema,
    /** The form is being fetched. */
    isAsking: z.boolean(),
    fault: faultSchema.optional(),
  }),
]);
export type ProgressPage = z.infer<typeof progressPageSchema>;
