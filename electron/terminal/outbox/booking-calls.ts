import { z } from 'zod';
import {
  bookingOutcomeSchema,
  MAX_FOUND_BOOKINGS,
  MAX_STATION_BOOKINGS,
  tellableBookingSchema,
  type BookingOutcome,
  type BookingSearch,
  type StationBookingsQuery,
  type TellableBooking,
} from '#contract/booking.ts';
import type { Result } from '#contract/result.ts';
import { ok } from '#contract/result.ts';
import type { Call, Understand } from './attachment-calls.ts';
import type { CallLimits, PlatformFault } from './platform-client.ts';

/** What is booked, and what became of it (contract/platform-api.ts, `bookings`). */
export interface BookingCalls {
  stationBookings(query: StationBookingsQuery): Promise<Result<readonly TellableBooking[], PlatformFault>>;
  searchBookings(search: BookingSearch): Promise<Result<readonly TellableBooking[], PlatformFault>>;
  /** The same word again changes nothing. */
  settleBooking(outcome: BookingOutcome): Promise<Result<null, PlatformFault>>;
}

const small: CallLimits = { maxAnswerBytes: 32_768, givenUpBy: [] };
/** Some 500 bytes each. */
const large: CallLimits = { maxAnswerBytes: 1_048_576, givenUpBy: [] };
const ofStationSchema = z.object({ bookings: z.array(tellableBookingSchema).max(MAX_STATION_BOOKINGS) });
const foundSchema = z.object({ bookings: z.array(tellableBookingSchema).max(MAX_FOUND_BOOKINGS) });

export function createBookingCalls(call: Call, understand: Understand): BookingCalls {
  return {
    stationBookings: async (query) => {
      const answer = await call('POST', '/v1/bookings/of-station', JSON.stringify(query), large);
      const understood = understand(answer, ofStationSchema);
      return understood.ok ? ok(understood.value.bookings) : understood;
    },
    searchBookings: async (search) => {
      const answer = await call('POST', '/v1/bookings/search', JSON.stringify(search), small);
      const understood = understand(answer, foundSchema);
      return understood.ok ? ok(understood.value.bookings) : understood;
    },
    settleBooking: async (outcome) => {
      const answer = await call('POST', '/v1/bookings/outcomes', JSON.stringify(outcome), small);
      const understood = understand(answer, bookingOutcomeSchema.pick({ bookingNo: true }));
      return understood.ok ? ok(null) : understood;
    },
  };
}
