import { z } from 'zod';
import { cancelReasons, holdReasons, transferReasons } from './choices.ts';
import { lineLetterSchema } from './number.ts';
import { stampSchema } from './stamp.ts';
import { newTicketSchema, staffIdSchema, targetSchema, ticketClassSchema, windowIdSchema } from './ticket.ts';

/**
 * What has happened in the queue. The hub's log holds events in the order in which the hub learned of them; the
 * queue is what they add up to (electron/terminal/tickets/fold.ts), and nothing else is stored of it. An event says all
 * that follows from it, so that a rule that is changed at noon changes nothing of the morning.
 */
const ofTicket = { stamp: stampSchema, ticketId: z.uuid() } as const;
const atWindow = { ...ofTicket, window: windowIdSchema } as const;
/** Null: from no window, but from the list. */
const perhapsAtWindow = { ...ofTicket, window: windowIdSchema.nullable() } as const;
const ofWindow = { stamp: stampSchema, window: windowIdSchema } as const;

export const MOST_LINES = 24;

export const queueEventSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('taken'), stamp: stampSchema, ticket: newTicketSchema }),
  /** `by-number`: out of its order, by a person's decision. */
  z.strictObject({ type: z.literal('called'), ...atWindow, how: z.enum(['next', 'by-number', 'walk-in']) }),
  z.strictObject({ type: z.literal('recalled'), ...atWindow }),
  z.strictObject({ type: z.literal('served'), ...atWindow }),
  z.strictObject({ type: z.literal('finished'), ...atWindow }),
  /** `isLast`: as often as a ticket may be; it is void. */
  z.strictObject({ type: z.literal('missed'), ...atWindow, isLast: z.boolean() }),
  /** `behind`: so many calls of its line go first. */
  z.strictObject({ type: z.literal('returned'), ...ofTicket, behind: z.int().min(0).max(20) }),
  z.strictObject({ type: z.literal('held'), ...perhapsAtWindow, reason: z.enum(holdReasons) }),
  z.strictObject({ type: z.literal('resumed'), ...atWindow }),
  z.strictObject({ type: z.literal('released'), ...ofTicket }),
  z.strictObject({
    type: z.literal('transferred'),
    ...perhapsAtWindow,
    target: targetSchema,
    reason: z.enum(transferReasons),
  }),
  z.strictObject({ type: z.literal('reclassed'), ...ofTicket, ticketClass: ticketClassSchema }),
  z.strictObject({ type: z.literal('cancelled'), ...perhapsAtWindow, reason: z.enum(cancelReasons) }),
  /** The ticket is again what it was before the window's last verb. */
  z.strictObject({ type: z.literal('undone'), ...atWindow }),
  z.strictObject({
    type: z.literal('window-opened'),
    ...ofWindow,
    lines: z.array(lineLetterSchema).min(1).max(MOST_LINES),
    person: staffIdSchema,
  }),
  z.strictObject({ type: z.literal('window-paused'), ...ofWindow }),
  z.strictObject({ type: z.literal('window-resumed'), ...ofWindow }),
  z.strictObject({ type: z.literal('window-closed'), ...ofWindow }),
  /** What was not settled by the end of the day expires with it. */
  z.strictObject({ type: z.literal('day-closed'), stamp: stampSchema }),
]);
export type QueueEvent = z.infer<typeof queueEventSchema>;
export type QueueEventType = QueueEvent['type'];
