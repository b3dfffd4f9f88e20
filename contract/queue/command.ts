import { z } from 'zod';
import { cancelReasons, holdReasons, transferReasons } from './choices.ts';
import { MOST_LINES } from './event.ts';
import { lineLetterSchema } from './number.ts';
import { terminalNumberSchema } from './stamp.ts';
import { staffIdSchema, targetSchema, ticketClassSchema, windowIdSchema } from './ticket.ts';

/**
 * What can be asked of the queue. A window names the ticket that it means, so that a console that shows what was a
 * moment ago does nothing to the one that is there now.
 */
const ofTicket = { ticketId: z.uuid() } as const;
const atWindow = { window: windowIdSchema, ...ofTicket } as const;
const perhapsAtWindow = { window: windowIdSchema.nullable(), ...ofTicket } as const;
const ofWindow = { window: windowIdSchema } as const;
/** The ticket that was asked of a hub that did not answer, when a terminal gives out one of its own instead. */
const insteadOf = { instead: z.uuid().nullable() } as const;
const forLine = { ...ofTicket, line: lineLetterSchema, slug: z.string().max(80).nullable() } as const;

const staffCommands = [
  z.strictObject({
    verb: z.literal('take'),
    ...forLine,
    ...insteadOf,
    ticketClass: ticketClassSchema.exclude(['booked']),
    /** As in the ticket. */
    handedAt: terminalNumberSchema.optional(),
  }),
  z.strictObject({
    verb: z.literal('check-in'),
    ...forLine,
    ...insteadOf,
    /** The class of a person who came too late to be `booked`. */
    ticketClass: ticketClassSchema.exclude(['booked']),
    bookingId: z.string().min(1).max(60),
    /** Milliseconds since 1970-01-01T00:00:00Z: when the booked time begins. */
    bookedForMs: z.int().min(0),
  }),
  z.strictObject({
    verb: z.literal('walk-in'),
    ...forLine,
    ...ofWindow,
    ticketClass: ticketClassSchema.exclude(['booked']),
  }),
  z.strictObject({ verb: z.literal('next'), ...ofWindow }),
  z.strictObject({ verb: z.literal('call'), ...atWindow }),
  z.strictObject({ verb: z.literal('recall'), ...atWindow }),
  z.strictObject({ verb: z.literal('serve'), ...atWindow }),
  z.strictObject({ verb: z.literal('finish'), ...atWindow }),
  z.strictObject({ verb: z.literal('no-show'), ...atWindow }),
  z.strictObject({ verb: z.literal('return'), ...ofTicket }),
  z.strictObject({ verb: z.literal('hold'), ...perhapsAtWindow, reason: z.enum(holdReasons) }),
  z.strictObject({ verb: z.literal('resume'), ...atWindow }),
  z.strictObject({ verb: z.literal('release'), ...ofTicket }),
  z.strictObject({
    verb: z.literal('transfer'),
    ...perhapsAtWindow,
    target: targetSchema,
    reason: z.enum(transferReasons),
  }),
  z.strictObject({ verb: z.literal('reclass'), ...ofTicket, ticketClass: ticketClassSchema }),
  z.strictObject({ verb: z.literal('cancel'), ...perhapsAtWindow, reason: z.enum(cancelReasons) }),
  z.strictObject({ verb: z.literal('undo'), ...ofWindow }),
  z.strictObject({
    verb: z.literal('open-window'),
    ...ofWindow,
    lines: z
      .array(lineLetterSchema)
      .min(1)
      .max(MOST_LINES)
      .refine((lines) => new Set(lines).size === lines.length, { error: 'expected each line once' }),
    person: staffIdSchema,
  }),
  z.strictObject({ verb: z.literal('pause-window'), ...ofWindow }),
  z.strictObject({ verb: z.literal('resume-window'), ...ofWindow }),
  z.strictObject({ verb: z.literal('close-window'), ...ofWindow }),
] as const;

/** What staff may ask for. */
export const staffCommandSchema = z.discriminatedUnion('verb', staffCommands);
export type StaffCommand = z.infer<typeof staffCommandSchema>;

export const queueCommandSchema = z.discriminatedUnion('verb', [
  ...staffCommands,
  z.strictObject({ verb: z.literal('close-day') }),
]);
export type QueueCommand = z.infer<typeof queueCommandSchema>;
export type QueueVerb = QueueCommand['verb'];
/** The command of one verb. */
export type CommandOf<V extends QueueVerb> = Extract<QueueCommand, { verb: V }>;
