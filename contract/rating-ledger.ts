import { z } from 'zod';
import { wordsSchema } from './interaction.ts';
import { itemSlugSchema } from './item.ts';
import { localizedTextSchema } from './localized.ts';
import { ratingSchema } from './rating.ts';

/**
 * 差评台账: of a bad rating (4 and 5 of GB/T 39046 annex A.8, where 1 is the best) one entry, which is looked into, put right or
 * explained, told to the resident where he left a number to call, and closed, all within five working days. It names nobody, no
 * case and no hour, as those who are rated do not learn who rated (GB/T 39735).
 */

/** Working days from the day on which the platform has the rating until it is closed. */
export const LEDGER_WORKDAYS = 5;
/** Of a call that nobody takes: after so many, on two days at least, it is over. */
export const MOST_CALLS = 3;
const MOST_WORDS = 500;
/** Of an entry as it is told; the newest. */
export const MOST_LEDGER_EVENTS = 60;

export const ledgerNoSchema = z.string().regex(/^CP\d{16}$/);
export const callBackNoSchema = z.string().regex(/^HF\d{16}$/);

export const ledgerStates = ['open', 'verified', 'answered', 'closed'] as const;
export type LedgerState = (typeof ledgerStates)[number];
export const ledgerStateSchema = z.enum(ledgerStates);

/** What an officer found, or what he did; no names. */
export const ledgerWordsSchema = wordsSchema(MOST_WORDS);

/** 核实: whether it is as the resident says. */
export const verificationSchema = z.strictObject({ isFounded: z.boolean(), words: ledgerWordsSchema });
export type Verification = z.infer<typeof verificationSchema>;

/** Put right (整改), or explained (解释) with the article that forbids what was asked for: nothing is explained by habit. */
export const remedySchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('put-right'), words: ledgerWordsSchema }),
  z.strictObject({ kind: z.literal('explained'), words: ledgerWordsSchema, legalGround: wordsSchema(200) }),
]);
export type Remedy = z.infer<typeof remedySchema>;

export const ledgerEventSchema = z.object({
  at: z.iso.datetime(),
  act: z.enum(['case-shown', 'verified', 'put-right', 'explained', 'closed']),
  isFounded: z.boolean().nullable(),
  words: z.string().nullable(),
  legalGround: z.string().nullable(),
});

export const ledgerEntrySchema = z.object({
  entryNo: ledgerNoSchema,
  itemSlug: itemSlugSchema,
  /** Of the item; null: it is not published any more. */
  department: localizedTextSchema.nullable(),
  satisfactionCode: z.int().min(4).max(5),
  ...ratingSchema.shape,
  ratedOn: z.iso.date(),
  openedOn: z.iso.date(),
  /** The last day on which it is closed in time. */
  dueOn: z.iso.date(),
  state: ledgerStateSchema,
  isOverdue: z.boolean(),
  /** `none`: no number to call was left. */
  callBack: z.enum(['none', 'open', 'closed']),
  events: z.array(ledgerEventSchema).max(MOST_LEDGER_EVENTS),
});
export type LedgerEntry = z.infer<typeof ledgerEntrySchema>;

export const MOST_LISTED = 500;
const limitSchema = z.coerce.number().int().min(1).max(MOST_LISTED).optional();

/** `open`: all that are not closed; those that are due first come first. Of the closed ones the newest does. */
export const ledgerQuerySchema = z.object({
  which: z.enum(['open', 'overdue', 'closed']).optional(),
  limit: limitSchema,
});

export const callBackReasons = ['bad-rating', 'refused-reply'] as const;
export const callBackSchema = z.object({
  callBackNo: callBackNoSchema,
  /** For who calls: the number to call stands in the case. */
  caseNo: z.string().max(50),
  because: z.enum(callBackReasons),
  dueOn: z.iso.date(),
  isOverdue: z.boolean(),
  outcome: z.enum(['reached', 'not-reached']).nullable(),
  calls: z
    .array(z.object({ at: z.iso.datetime(), wasReached: z.boolean(), said: z.string().nullable() }))
    .max(MOST_CALLS * 20),
});
export type CallBack = z.infer<typeof callBackSchema>;

export const callBackQuerySchema = z.object({
  which: z.enum(['open', 'overdue', 'closed']).optional(),
  limit: limitSchema,
});

/** 回访: what was said, or that nobody took the call. */
export const callSchema = z.discriminatedUnion('wasReached', [
  z.strictObject({ wasReached: z.literal(true), said: ledgerWordsSchema }),
  z.strictObject({ wasReached: z.literal(false) }),
]);
export type Call = z.infer<typeof callSchema>;
