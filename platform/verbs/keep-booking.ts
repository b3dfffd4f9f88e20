import { keepBooking } from '../bookings/bookings.ts';
import { forDesk } from './base.ts';

export const keepABooking = forDesk.bookings.keep.handler(async ({ context, input, errors }) => {
  const { bookingNo, ...booking } = input;
  if (!(await keepBooking(context.pool, bookingNo, booking, context.clock.now())))
    throw errors.BOOKING_OVER();
  return { bookingNo };
});
