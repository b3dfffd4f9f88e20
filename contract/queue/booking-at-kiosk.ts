import { z } from 'zod';
import { bookingNoSchema } from '../booking.ts';
import { faultSchema } from '../fault.ts';
import { itemSlugSchema } from '../item.ts';
import { localizedTextSchema } from '../localized.ts';
import { lineLetterSchema } from './number.ts';

/** `2026-11-23T09:00`, in the station's local time. */
const localMinute = z.iso.datetime({ local: true });

/** What may be done with a booking at this kiosk now. */
export const bookingStandsSchema = z.discriminatedUnion('is', [
  /** In time: it goes first among the ordinary ones. */
  z.object({ is: z.literal('in-time') }),
  /** Too late for that: it gives an ordinary number. */
  z.object({ is: z.literal('late') }),
  z.object({ is: z.literal('early'), from: localMinute }),
  /** Checked in already; `ticketId`: null when that was somewhere that this terminal does not see. */
  z.object({ is: z.literal('used'), ticketId: z.uuid().nullable() }),
  z.object({ is: z.literal('another-day') }),
  z.object({ is: z.literal('elsewhere'), station: localizedTextSchema }),
  z.object({ is: z.literal('cancelled') }),
]);
export type BookingStands = z.infer<typeof bookingStandsSchema>;

/** A booking as whoever booked it sees it. Of nobody by name. */
export const bookingAtKioskSchema = z.object({
  bookingNo: bookingNoSchema,
  startsAt: localMinute,
  /** Null: for no item in particular, or for one that this terminal does not know. */
  item: localizedTextSchema.nullable(),
  slug: itemSlugSchema.nullable(),
  /** The line that does its business here. */
  line: lineLetterSchema,
  stands: bookingStandsSchema,
});
export type BookingAtKiosk = z.infer<typeof bookingAtKioskSchema>;

export const MOST_BOOKINGS_SHOWN = 20;
export const bookingsAtKioskSchema = z.array(bookingAtKioskSchema).min(1).max(MOST_BOOKINGS_SHOWN);

/**
 * What the reader finds while somebody checks in. Of the card nothing but its bookings, and whether its holder goes
 * first anyway. `nth` counts the cards that were read.
 */
export const cardForBookingSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('looking') }),
  /** No reader, or it is lost: one types the number. */
  z.object({ state: z.literal('no-reader') }),
  z.object({ state: z.literal('asking') }),
  z.object({ state: z.literal('refused'), nth: z.int().min(0), fault: faultSchema }),
  z.object({
    state: z.literal('found'),
    nth: z.int().min(0),
    goesFirst: z.boolean(),
    bookings: bookingsAtKioskSchema,
  }),
]);
export type CardForBooking = z.infer<typeof cardForBookingSchema>;
