import { z } from 'zod';
import { ticketClasses, type ticketStates } from './choices.ts';
import { lineLetterSchema, ticketNumberSchema } from './number.ts';
import { stampSchema, terminalNumberSchema } from './stamp.ts';

export const ticketClassSchema = z.enum(ticketClasses);
export type TicketClass = z.infer<typeof ticketClassSchema>;

/** What is written over a window: `3`. */
export const windowIdSchema = z.string().regex(/^[A-Z0-9-]{1,8}$/);
export type WindowId = z.infer<typeof windowIdSchema>;

/** The account of somebody who works at a window; not a name. */
export const staffIdSchema = z.string().regex(/^[A-Za-z0-9-]{1,40}$/);

/** Where a ticket was sent; a line, one window, or one person wherever he or she sits. */
export const targetSchema = z.discriminatedUnion('to', [
  z.strictObject({ to: z.literal('line'), line: lineLetterSchema }),
  z.strictObject({ to: z.literal('window'), window: windowIdSchema }),
  z.strictObject({ to: z.literal('person'), person: staffIdSchema }),
]);
export type Target = z.infer<typeof targetSchema>;

/** A wait as it was told to a resident, in minutes, in steps of five: "10 to 20 minutes". */
export const waitRangeSchema = z.strictObject({ fromMinutes: z.int().min(0), toMinutes: z.int().min(5) });
export type WaitRange = z.infer<typeof waitRangeSchema>;

/** What a ticket is from its printing on. No name, no number of a person: a slip lies on the floor of the hall. */
export const newTicketSchema = z.strictObject({
  /** Made at the touch that asked for it, so that the same touch twice is one ticket. */
  ticketId: z.uuid(),
  number: ticketNumberSchema,
  line: lineLetterSchema,
  /** The item that it is for, when that is known. */
  slug: z.string().max(80).nullable(),
  ticketClass: ticketClassSchema,
  source: z.enum(['kiosk', 'booking', 'walk-in']),
  /** The platform's reference of the booking; of nobody by itself. */
  bookingId: z.string().min(1).max(60).nullable(),
  /** The place in the line. */
  arrived: stampSchema,
  /** Issued from a terminal's own block while the hub was lost: marked on the slip and on the console. */
  local: z.boolean(),
  /** What the slip said; null: it said that the wait cannot be estimated. */
  told: waitRangeSchema.nullable(),
  /** A ticket that was asked of the hub, whose answer did not come, and that nobody holds. */
  instead: z.uuid().nullable(),
  /** The terminal at which a form was handed over with it (contract/handed.ts). Absent: none was. */
  handedAt: terminalNumberSchema.optional(),
});
export type NewTicket = z.infer<typeof newTicketSchema>;

export type TicketStateName = (typeof ticketStates)[number];
