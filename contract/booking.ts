import { z } from 'zod';
import { givenInstantSchema } from './calendar-time.ts';
import { sha256Schema } from './application.ts';
import { itemSlugSchema } from './item.ts';
import { localizedTextSchema } from './localized.ts';
import { personNumberSchema } from './progress.ts';

/**
 * What people book online, and check in with at the station (预约). The district's own booking service keeps its rules
 * (how far ahead, how many a day) and tells the platform; a terminal learns what its queue needs, and nobody's name.
 */

/** Digits only: it is typed on a keypad by somebody who reads it off a telephone. */
export const bookingNoSchema = z.string().regex(/^\d{8,20}$/, 'expected 8 to 20 digits');
export type BookingNo = z.infer<typeof bookingNoSchema>;

const stationIdSchema = z.string().min(1).max(40);

/** As the booking service tells it; told again, it is this from then on. */
export const bookingSchema = z.object({
  stationId: stationIdSchema,
  /** Its name, for whoever asks at another one. */
  station: localizedTextSchema,
  startsAt: givenInstantSchema,
  /** The item that it is for; null: it was booked for none in particular. */
  itemSlug: itemSlugSchema.nullable(),
  personNumber: personNumberSchema,
});
export type Booking = z.infer<typeof bookingSchema>;

/** `came` is final, whatever is said before or after it: several terminals of a station tell what each of them saw. */
export const bookingStateSchema = z.enum(['booked', 'came', 'missed', 'cancelled']);
export type BookingState = z.infer<typeof bookingStateSchema>;

/**
 * The terminal's own key for this one purpose, base64url of 32 bytes. By it the platform makes `personTag`, so that a
 * terminal finds the holder of a card and keeps no number; whoever has its database alone cannot try all numbers.
 */
export const tagKeySchema = z.string().regex(/^[A-Za-z0-9_-]{43}$/);

export const tellableBookingSchema = bookingSchema.omit({ personNumber: true }).extend({
  bookingNo: bookingNoSchema,
  state: bookingStateSchema,
  /** Lower-case hex of HMAC-SHA-256 (RFC 2104) by the terminal's key over the number on the card. */
  personTag: sha256Schema,
});
export type TellableBooking = z.infer<typeof tellableBookingSchema>;

/** Of one station in so many days: more than its windows serve. */
export const MAX_STATION_BOOKINGS = 2000;
export const MAX_FOUND_BOOKINGS = 20;
const MOST_DAYS_AT_ONCE = 4;
const DAY_MS = 86_400_000;

/** From `from` until before `until`; a few days at most. */
export const stationBookingsQuerySchema = z
  .object({ tagKey: tagKeySchema, from: givenInstantSchema, until: givenInstantSchema })
  .refine(({ from, until }) => Date.parse(until) - Date.parse(from) <= MOST_DAYS_AT_ONCE * DAY_MS, {
    error: 'expected a few days',
  });
export type StationBookingsQuery = z.infer<typeof stationBookingsQuerySchema>;

/** Of any station: whoever stands at the wrong one is told so. */
export const bookingSearchSchema = z.discriminatedUnion('by', [
  z.object({ by: z.literal('number'), tagKey: tagKeySchema, bookingNo: bookingNoSchema }),
  z.object({ by: z.literal('card'), tagKey: tagKeySchema, personNumber: personNumberSchema }),
]);
export type BookingSearch = z.infer<typeof bookingSearchSchema>;

/** All that the platform learns of a visit that was booked. */
export const bookingOutcomeSchema = z.object({
  bookingNo: bookingNoSchema,
  outcome: z.enum(['came', 'missed']),
});
export type BookingOutcome = z.infer<typeof bookingOutcomeSchema>;

const MARK = 'YZB1';

/** What the QR code of a booking holds, on a telephone or on paper. */
export function bookingCode(bookingNo: BookingNo): string {
  return `${MARK}|${bookingNo}`;
}

/** Null for a code that is of no booking. A district whose codes hold the number alone is understood too. */
export function readBookingCode(content: string): BookingNo | null {
  const parts = /^(?:YZB1\|)?(\d{8,20})$/.exec(content.trim());
  return parts?.[1] ?? null;
}
