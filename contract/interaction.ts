import { z } from 'zod';
import { givenInstantSchema } from './calendar-time.ts';
import { interactionKinds, refusalReasons } from './choices.ts';
import { isStorable } from './storable.ts';

/**
 * What is said to the offices instead of applied for is an item like any other (item.ts, `interaction`); its case is answered by a reply, which the
 * resident may refuse once and may rate (rating.ts).
 */
export const interactionKindSchema = z.enum(interactionKinds);
export type InteractionKind = z.infer<typeof interactionKindSchema>;

/** Words of one's own: `most` code points, as a person counts. */
export function wordsSchema(most: number) {
  return z
    .string()
    .max(most * 2)
    .refine((text) => text.trim() !== '' && Array.from(text).length <= most, { error: 'empty or too long' })
    .refine(isStorable, { error: 'holds U+0000 or half a surrogate pair' });
}

const MAX_UNIT = 60;
const MAX_REPLY = 1000;

/** What an office answered. It says who answers: a reply of nobody cannot be asked after. */
export const replySchema = z.object({
  unit: wordsSchema(MAX_UNIT),
  text: wordsSchema(MAX_REPLY),
  repliedAt: z.iso.datetime(),
});
export type Reply = z.infer<typeof replySchema>;

/** What the desk sends: the same `replyId` again changes nothing. */
export const replyRequestSchema = replySchema.omit({ repliedAt: true }).extend({
  replyId: z.uuid(),
  /** Why these words, which were refused before, stand all the same: noted, and counted in the evaluation. */
  insistBecause: wordsSchema(200).optional(),
});
export type ReplyRequest = z.infer<typeof replyRequestSchema>;

/** What is missing in a reply that was judged before it was stored (docs/decisions/0044). */
export const replyRules = [
  'names-no-unit',
  'other-unit',
  'no-way-to-reach',
  'names-no-matter',
  'empty',
  'repeats',
] as const;
export type ReplyRule = (typeof replyRules)[number];

export const replyFindingSchema = z.object({
  rule: z.enum(replyRules),
  /** Of the case whose reply it repeats. */
  caseNo: z.string().max(50).optional(),
});
export type ReplyFinding = z.infer<typeof replyFindingSchema>;

export const refusalReasonSchema = z.enum(refusalReasons);
export type RefusalReason = z.infer<typeof refusalReasonSchema>;

export const caseNumberSchema = z.string().regex(/^[A-Za-z0-9-]{1,50}$/);

/** 不满意，请重新答复. */
export const replyRefusalSchema = z.object({
  /** The idempotency key. */
  refusalId: z.uuid(),
  caseNo: caseNumberSchema,
  reason: refusalReasonSchema,
  refusedAt: givenInstantSchema,
});
export type ReplyRefusal = z.infer<typeof replyRefusalSchema>;

/**
 * Where a matter stands. `dueOn`: the last day, a workday, on which a reply is in time. A refused reply opens it
 * again, once: the second reply stands, and who is still not content says so in the rating or to the supervisors.
 */
export const interactionStateSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('waiting'), dueOn: z.iso.date() }),
  z.object({ state: z.literal('replied'), reply: replySchema, mayRefuse: z.boolean() }),
  z.object({
    state: z.literal('reopened'),
    refused: replySchema,
    reason: refusalReasonSchema,
    dueOn: z.iso.date(),
  }),
]);
export type InteractionState = z.infer<typeof interactionStateSchema>;

/** 首问负责: a matter that has gone to so many units is not sent to another one. */
export const MOST_DISPATCHES = 3;

/** 转办. The same `dispatchId` again changes nothing. */
export const matterDispatchSchema = z.strictObject({
  dispatchId: z.uuid(),
  unit: wordsSchema(MAX_UNIT),
});
export type MatterDispatch = z.infer<typeof matterDispatchSchema>;

/**
 * How a matter goes at the office, each step with the last day on which it is in time: accepted and then dispatched within one
 * working day each, replied to within the days of its item (a complaint: five).
 */
export const courseSchema = z.object({
  caseNo: caseNumberSchema,
  receivedOn: z.iso.date(),
  accept: z.object({ by: z.iso.date(), on: z.iso.date().nullable() }),
  /** `by` is null until it is accepted. */
  dispatch: z.object({
    by: z.iso.date().nullable(),
    to: z.array(z.object({ unit: z.string(), on: z.iso.date() })).max(MOST_DISPATCHES),
  }),
  /** `by`: of the reply that is waited for; null: of none. */
  reply: z.object({
    by: z.iso.date().nullable(),
    given: z
      .array(
        z.object({
          unit: z.string(),
          on: z.iso.date(),
          /** Why it stands although the check had refused it; null: it was not refused. */
          insistedBecause: z.string().nullable(),
        }),
      )
      .max(2),
  }),
});
export type Course = z.infer<typeof courseSchema>;
