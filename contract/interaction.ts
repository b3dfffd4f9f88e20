import { z } from 'zod';
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
export const replyRequestSchema = replySchema.omit({ repliedAt: true }).extend({ replyId: z.uuid() });
export type ReplyRequest = z.infer<typeof replyRequestSchema>;

export const refusalReasonSchema = z.enum(refusalReasons);
export type RefusalReason = z.infer<typeof refusalReasonSchema>;

export const caseNumberSchema = z.string().regex(/^[A-Za-z0-9-]{1,50}$/);

/** 不满意，请重新答复. */
export const replyRefusalSchema = z.object({
  /** The idempotency key. */
  refusalId: z.uuid(),
  caseNo: caseNumberSchema,
  reason: refusalReasonSchema,
  refusedAt: z.iso.datetime(),
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
