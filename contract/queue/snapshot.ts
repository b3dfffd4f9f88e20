import { z } from 'zod';
import { bookingNoSchema } from '../booking.ts';
import { faultSchema } from '../fault.ts';
import { localizedTextSchema } from '../localized.ts';
import { itemSlugSchema } from '../item.ts';
import { printStateSchema } from '../visit.ts';
import { classesAtKiosk, ticketStates, ticketVerbs, windowVerbs } from './choices.ts';
import { lineLetterSchema, ticketNumberSchema } from './number.ts';
import {
  newTicketSchema,
  staffIdSchema,
  targetSchema,
  ticketClassSchema,
  waitRangeSchema,
  windowIdSchema,
} from './ticket.ts';

/**
 * What screens see of the queue: the whole of it each time, with a revision; the newest wins. A screen decides
 * nothing: what may be done to a ticket or at a window stands beside it.
 */

const count = z.int().min(0);
/** Milliseconds since 1970-01-01T00:00:00Z, in the time of the station. */
const atMs = z.int().min(0);
/** `2026-11-23T09:00`, in the station's local time. */
const localMinute = z.iso.datetime({ local: true });

/** Whether a line gives numbers now. */
export const givingSchema = z.discriminatedUnion('is', [
  /** `until`: the end of these hours; null: no hours are set. */
  z.object({ is: z.literal('open'), until: localMinute.nullable() }),
  /** Outside its hours, or the last number of these hours was given. `opens`: null: the calendar does not say. */
  z.object({ is: z.literal('closed'), opens: localMinute.nullable() }),
]);
export type Giving = z.infer<typeof givingSchema>;

export const lineNowSchema = z.object({
  letter: lineLetterSchema,
  name: localizedTextSchema,
  /** Items of the catalogue whose business this line does. */
  items: z.array(itemSlugSchema),
  waiting: count,
  /** What somebody without priority would be told now; null: it cannot be estimated. */
  wait: waitRangeSchema.nullable(),
  /** Windows that serve it now, without those that pause. */
  openWindows: count,
  giving: givingSchema,
});
export type LineNow = z.infer<typeof lineNowSchema>;

export const ticketVerbSchema = z.enum(ticketVerbs);
export type TicketVerb = z.infer<typeof ticketVerbSchema>;
export const windowVerbSchema = z.enum(windowVerbs);
export type WindowVerb = z.infer<typeof windowVerbSchema>;

export const consoleTicketSchema = newTicketSchema
  .pick({
    ticketId: true,
    number: true,
    line: true,
    slug: true,
    source: true,
    /** Mark: given out while the hub was lost. */
    local: true,
    told: true,
  })
  .extend({
    ticketClass: ticketClassSchema,
    arrivedMs: atMs,
    firstCallMs: atMs.nullable(),
    state: z.enum(ticketStates),
    /** Of this state. */
    sinceMs: atMs,
    /** Where it is called or served, or from where it was put aside. */
    window: windowIdSchema.nullable(),
    /** Of the present call: the first one and those after it; 0 when it is not called. */
    calls: count,
    misses: count,
    /** Where it was sent; null: whoever serves its line. */
    target: targetSchema.nullable(),
    /** Somebody who came back, and lets others go first for now. */
    letsOthersPass: z.boolean(),
    /** What its state allows, before anything else is asked. */
    verbs: z.array(ticketVerbSchema),
    /** From when on `recall` and `no-show` are taken; null when neither is. */
    againFromMs: atMs.nullable(),
  });
export type ConsoleTicket = z.infer<typeof consoleTicketSchema>;

export const consoleWindowSchema = z.object({
  window: windowIdSchema,
  state: z.enum(['open', 'paused', 'closed']),
  /** Those that it serves, or usually does while it is closed. */
  lines: z.array(lineLetterSchema),
  person: staffIdSchema.nullable(),
  /** Who is called or served there. */
  ticketId: z.uuid().nullable(),
  verbs: z.array(windowVerbSchema),
  /** Until when its last step may be taken back; null: there is nothing to take back. */
  undoUntilMs: atMs.nullable(),
  /** Of those whom it may call, who would be called by `next` now. */
  nextTicketId: z.uuid().nullable(),
});
export type ConsoleWindow = z.infer<typeof consoleWindowSchema>;

/** Tickets that are over are in a snapshot only while they are among the last so many. */
export const MOST_OVER = 40;

/** What a console sees. Nothing of a person: numbers, lines, classes, times. */
export const queueSnapshotSchema = z.object({
  revision: count,
  /** The local business day, `2026-11-22`. */
  day: z.iso.date(),
  /** The time of the station when this was made: a console's own clock may differ. */
  nowMs: atMs,
  lines: z.array(lineNowSchema),
  /** In the order of their names. */
  windows: z.array(consoleWindowSchema),
  /** Everybody who is not over, in the order in which they would be called if all windows served all lines. */
  tickets: z.array(consoleTicketSchema),
  /** The last ones that are over, the newest first. */
  over: z.array(consoleTicketSchema).max(MOST_OVER),
  /** Tickets that no window which is open or pauses may call: one must be opened for them. */
  unserved: z.array(z.uuid()),
  /**
   * Numbers of which nothing is known any more: the store was restored from an older copy. Somebody may hold
   * such a slip, and is served as a walk-in.
   */
  lostNumbers: z.array(z.object({ from: ticketNumberSchema, to: ticketNumberSchema })),
});
export type QueueSnapshot = z.infer<typeof queueSnapshotSchema>;

/** Calls that the board holds. */
export const MOST_CALLS_ON_BOARD = 12;

export const boardCallSchema = z.object({
  number: ticketNumberSchema,
  window: windowIdSchema,
  /** Of this call; a call again has a time of its own. Number and time together are one call. */
  calledMs: atMs,
  /** Nobody has said yet that the person came. */
  isStillCalled: z.boolean(),
});
export type BoardCall = z.infer<typeof boardCallSchema>;

/** What everybody in the hall sees: numbers and windows only. */
export const boardSnapshotSchema = z.object({
  revision: count,
  nowMs: atMs,
  station: localizedTextSchema,
  timeZone: z.string().max(60),
  /** The panel in millimetres and how far away it is read, from provisioning. */
  screen: z.object({
    widthMm: z.number().positive(),
    heightMm: z.number().positive(),
    readFromMetres: z.number().positive(),
  }),
  /** The last calls, the newest first. */
  calls: z.array(boardCallSchema).max(MOST_CALLS_ON_BOARD),
  lines: z.array(
    lineNowSchema.pick({
      letter: true,
      name: true,
      waiting: true,
      wait: true,
      openWindows: true,
      giving: true,
    }),
  ),
  notices: z.array(localizedTextSchema),
});
export type BoardSnapshot = z.infer<typeof boardSnapshotSchema>;

/** Lines as the kiosk shows them. */
export const kioskLinesSchema = z.object({ lines: z.array(lineNowSchema) });

export const kioskClassSchema = z.enum(classesAtKiosk);
export type KioskClass = z.infer<typeof kioskClassSchema>;

/** A ticket for whoever has just taken it. */
export const takenTicketSchema = z.object({
  revision: count,
  ticketId: z.uuid(),
  number: ticketNumberSchema,
  line: localizedTextSchema,
  ticketClass: ticketClassSchema,
  state: z.enum(ticketStates),
  window: windowIdSchema.nullable(),
  /** People who would be called before, now. */
  ahead: count,
  /** What the slip says; null: it cannot be estimated. */
  told: waitRangeSchema.nullable(),
  /** What to bring for the item, when it is known. */
  bring: z.array(localizedTextSchema),
  /** Of the slip; null: there is none, and the number is on the screen only. */
  print: printStateSchema.nullable(),
});
export type TakenTicket = z.infer<typeof takenTicketSchema>;

/** What the reader finds while somebody asks for a number. Nothing of the card but whether its holder goes first. */
export const cardForNumberSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('looking') }),
  /** No reader, or it is lost: one answers by touch. */
  z.object({ state: z.literal('no-reader') }),
  z.object({ state: z.literal('unreadable') }),
  z.object({ state: z.literal('read'), goesFirst: z.boolean() }),
]);
export type CardForNumber = z.infer<typeof cardForNumberSchema>;

/**
 * What the scanner finds while somebody is back after a missed call, or checks in. `nth` counts what was scanned, so
 * that the same slip a second time is something new.
 */
export const scannedForQueueSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('looking') }),
  /** No scanner, or it is lost: one types. */
  z.object({ state: z.literal('no-scanner') }),
  z.object({ state: z.literal('refused'), nth: count, fault: faultSchema }),
  z.object({ state: z.literal('booking'), nth: count, bookingNo: bookingNoSchema }),
  z.object({ state: z.literal('slip'), nth: count, day: z.iso.date(), number: ticketNumberSchema }),
]);
export type ScannedForQueue = z.infer<typeof scannedForQueueSchema>;
