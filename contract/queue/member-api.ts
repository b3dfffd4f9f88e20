import { z } from 'zod';
import { resultOf } from '../result-schema.ts';
import { staffCommandSchema } from './command.ts';
import { queueEventSchema } from './event.ts';
import { terminalNumberSchema } from './stamp.ts';
import { newTicketSchema, staffIdSchema } from './ticket.ts';

/**
 * What a member asks of its hub, through the hub's door: one message there, one back, each by itself. Whatever is asked,
 * the answer brings what the hub's log has behind the place up to which the member has it, so that nothing is ever
 * missed and nothing is told by two ways. Asked again after an answer was lost, each does nothing a second time.
 */

/** Behind the hub's door, for POST; the admission stands in `authorization: Bearer`. No browser brings that along. */
export const MEMBER_PATH = '/member';
/** Also for POST, of a terminal that was not let in yet. */
export const MEMBER_KNOCK_PATH = '/member/knock';

/** Of a terminal that was not let in: anybody in the station's network can send one. */
export const MAX_KNOCK_BYTES = 1_024;
/** One message, either way, in bytes. */
export const MAX_MEMBER_MESSAGE_BYTES = 524_288;
/** An event has some 450 bytes at most. */
export const MOST_EVENTS_A_MESSAGE = 500;

/** All time limits between member and hub, in milliseconds. */
export const memberDelays = {
  /** The hub holds a question for what is new, at most so long. It is also how often they hear each other. */
  followMs: 8_000,
  /** A question and its answer, beside what the hub holds it. */
  answerMs: 3_000,
} as const;

/** A place in the hub's log of a day: so many events, and what they are. Two logs of one digest are the same log. */
export const logPlaceSchema = z.strictObject({
  day: z.iso.date(),
  events: z.int().min(0),
  digest: z.string().regex(/^[A-Za-z0-9_-]{22}$/),
});
export type LogPlace = z.infer<typeof logPlaceSchema>;

/** Who is the hub, since when: of two, the one of the later term is. */
export const termSchema = z.strictObject({ term: z.int().min(0), hub: terminalNumberSchema });
export type Term = z.infer<typeof termSchema>;

/** Where a terminal's door is. */
export const hubAddressSchema = z.strictObject({
  host: z.string().min(1).max(253),
  port: z.int().min(1).max(65_535),
});
export type HubAddress = z.infer<typeof hubAddressSchema>;

const events = z.array(queueEventSchema).max(MOST_EVENTS_A_MESSAGE);

export const memberAskSchema = z.discriminatedUnion('kind', [
  /** What is new; held until something is, and not longer than `waitMs`. */
  z.strictObject({ kind: z.literal('follow'), waitMs: z.int().min(0).max(memberDelays.followMs) }),
  /** What whoever stands at the member asks for. */
  z.strictObject({
    kind: z.literal('do'),
    command: staffCommandSchema,
    role: z.enum(['resident', 'staff']),
    account: staffIdSchema.nullable(),
  }),
  /** What the member gave out while it could not ask, in that order. */
  z.strictObject({
    kind: z.literal('tell'),
    day: z.iso.date(),
    /** The station's time when it last heard the hub; null: it does not know. */
    heardMs: z.int().min(0).nullable(),
    tickets: z.array(newTicketSchema).max(MOST_EVENTS_A_MESSAGE),
  }),
  /** What the member has of a log that is not the hub's: of the hub before, or of the hub's own before a restore. */
  z.strictObject({ kind: z.literal('offer'), day: z.iso.date(), events }),
  /** The sender is the hub since the message's term; whoever was it before answers with its own log, and is it no more. */
  z.strictObject({ kind: z.literal('replaced'), at: hubAddressSchema.nullable() }),
]);
export type MemberAsk = z.infer<typeof memberAskSchema>;

export const memberRequestSchema = z.strictObject({
  /** The sender. */
  terminal: terminalNumberSchema,
  /** The newest term that it knows. */
  known: termSchema,
  /** Of what hub and members must have the same of: lines, blocks, time zone. */
  agreed: z.string().max(64),
  place: logPlaceSchema,
  ask: memberAskSchema,
});
export type MemberRequest = z.infer<typeof memberRequestSchema>;

export const memberAnswerSchema = z.strictObject({
  known: termSchema,
  /** The station's time when this was sent, and how long the question was held before, in milliseconds. */
  nowMs: z.int().min(0),
  heldMs: z.int().min(0),
  /** The present business day of the hub. */
  day: z.iso.date(),
  log: z.discriminatedUnion('is', [
    /** The member's place is one of this log: what comes behind it. `more`: and something more behind these. */
    z.strictObject({
      is: z.literal('ahead'),
      of: z.iso.date(),
      from: z.int().min(0),
      events,
      more: z.boolean(),
    }),
    /** It is none. */
    z.strictObject({ is: z.literal('another') }),
  ]),
  /** What was done, or the fault that refused it; of `follow` nothing. */
  done: resultOf(events),
});
export type MemberAnswer = z.infer<typeof memberAnswerSchema>;

export const knockRequestSchema = z.strictObject({
  terminal: terminalNumberSchema,
  /** Of a knock before; null: none. */
  token: z.string().max(64).nullable(),
});

/** Six digits for the technician, until he has let it in; then its admission, once. */
export const knockAnswerSchema = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('waiting'), token: z.string().max(64), code: z.string().regex(/^\d{6}$/) }),
  z.strictObject({ is: z.literal('admitted'), admission: z.string().max(64) }),
]);
