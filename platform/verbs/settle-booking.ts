import { settleBooking } from '../bookings/bookings.ts';
import { forTerminals } from './base.ts';

/** The same word again changes nothing. */
export const settleABooking = forTerminals.bookings.settle.handler(async ({ context, input, errors }) => {
  const isKnown = await settleBooking(context.pool, context.stationId, input, context.clock.now());
  if (!isKnown) throw errors.NOT_FOUND();
  return { bookingNo: input.bookingNo };
});
