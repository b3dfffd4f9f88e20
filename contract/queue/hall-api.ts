import { z } from 'zod';
import { handedSchema } from '../handed.ts';
import { helpCallSchema, helperSchema } from '../help.ts';
import { resultOf } from '../result-schema.ts';
import { MAX_MEMBER_MESSAGE_BYTES } from './member-api.ts';
import { terminalNumberSchema } from './stamp.ts';
import { staffIdSchema } from './ticket.ts';

/**
 * What passes between the kiosks in the hall and the hub besides the queue: who calls for staff, and the forms that were
 * handed to a window. A member asks and the hub answers, as with the queue (member-api.ts); what the hub wants of a
 * member stands in the answer to a question that it holds. Each message says the whole, and does nothing when it comes
 * twice.
 */

/** Behind the hub's door, for POST, by the same admission. */
export const MEMBER_HALL_PATH = '/member/hall';

/** One reply with a form, in bytes: beside it there is room for all else that a message says. */
export const MAX_REPLY_BYTES = MAX_MEMBER_MESSAGE_BYTES - 65_536;

/** All time limits of it, in milliseconds. */
export const hallDelays = {
  /** The hub holds a member's question so long; it is also how often they hear each other. */
  attendMs: 8_000,
  /** A question and its answer, beside what the hub holds it. */
  answerMs: 3_000,
  /** Between two tries to reach a hub that does not answer. */
  againMs: 1_000,
  /** A member from which no question has come for so long does not answer. */
  silentAfterMs: 4_000,
  /** For what the hub wants of a member, until whoever waits for it is told that it does not answer. */
  errandMs: 4_000,
  /** What a member asks the hub, which may have to ask another member. */
  relayedMs: 7_000,
} as const;

/** A call as its kiosk tells it. `ageMs`: the two clocks may differ. */
const toldCallSchema = z.strictObject({
  ...helpCallSchema.pick({ callId: true, page: true, helper: true }).shape,
  ageMs: z.int().min(0),
});

/** What the hub has of it: who comes, and whether somebody at a console has said that it is over. */
const heardCallSchema = z.strictObject({
  callId: z.uuid(),
  helper: helperSchema.nullable(),
  isOver: z.boolean(),
});

const heardSchema = z.strictObject({
  /** Whether anybody who may come has a console open at the hub. */
  isHeard: z.boolean(),
  /** Null: none was told. */
  call: heardCallSchema.nullable(),
});
/** What a member's kiosk knows by the hub. */
export type Heard = z.infer<typeof heardSchema>;

/** Somebody at a window wants to see what was handed over with a ticket. */
const handedAskSchema = z.strictObject({
  ticketId: z.uuid(),
  account: staffIdSchema,
  /** Without the masks; null: only whether there is one. */
  whole: z.boolean().nullable(),
  /** Where it is asked: the two digits of that terminal. */
  from: terminalNumberSchema,
});
export type HandedAsk = z.infer<typeof handedAskSchema>;

const handedFoundSchema = z.discriminatedUnion('is', [
  /** `silentKiosk`: that at which it lies, when it does not answer. */
  z.strictObject({
    is: z.literal('looked'),
    isThere: z.boolean(),
    silentKiosk: terminalNumberSchema.nullable(),
  }),
  z.strictObject({ is: z.literal('opened'), handed: handedSchema }),
]);
export type HandedFound = z.infer<typeof handedFoundSchema>;

const errandSchema = z.strictObject({ errandId: z.uuid(), ask: handedAskSchema });
export type Errand = z.infer<typeof errandSchema>;

const replySchema = z.strictObject({ errandId: z.uuid(), found: resultOf(handedFoundSchema) });
export type Reply = z.infer<typeof replySchema>;

const attendSchema = z.strictObject({
  kind: z.literal('attend'),
  /** The sender. */
  terminal: terminalNumberSchema,
  /** One run of its program, and how often it has asked in that: a question that was overtaken says nothing new. */
  run: z.uuid(),
  turn: z.int().min(0),
  /** Null: nobody calls there. */
  call: toldCallSchema.nullable(),
  /** To the errand of the answer before; null: there was none. */
  reply: replySchema.nullable(),
  /** What it was told last: the hub holds the question until there is something else. Null: answered at once. */
  heard: heardSchema.nullable(),
});
export type Attend = z.infer<typeof attendSchema>;

export const hallRequestSchema = z.discriminatedUnion('kind', [
  attendSchema,
  /** At the member's own console somebody serves a ticket whose form lies elsewhere. */
  z.strictObject({ kind: z.literal('handed'), terminal: terminalNumberSchema, ask: handedAskSchema }),
]);
export type HallRequest = z.infer<typeof hallRequestSchema>;

export const hallAnswerSchema = z.discriminatedUnion('is', [
  z.strictObject({
    is: z.literal('attended'),
    heard: heardSchema,
    /** What the hub wants of the kiosk; what else it wants stands in the next answer. Null: nothing. */
    errand: errandSchema.nullable(),
  }),
  z.strictObject({ is: z.literal('asked'), found: resultOf(handedFoundSchema) }),
  /** The terminal at that address is not the hub. */
  z.strictObject({ is: z.literal('no-hub') }),
]);
export type HallAnswer = z.infer<typeof hallAnswerSchema>;
export type Attended = Extract<HallAnswer, { is: 'attended' }>;
