import { bookingsOfStation } from '../bookings/bookings.ts';
import { forTerminals } from './base.ts';

/** Of the terminal's own station, whatever it asks. */
export const stationBookings = forTerminals.bookings.ofStation.handler(async ({ context, input }) => ({
  bookings: await bookingsOfStation(context.pool, context.stationId, input),
}));
