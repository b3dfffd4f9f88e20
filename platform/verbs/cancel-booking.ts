import { cancelBooking } from '../bookings/bookings.ts';
import { forDesk } from './base.ts';

export const cancelABooking = forDesk.bookings.cancel.handler(async ({ context, input, errors }) => {
  if (!(await cancelBooking(context.pool, input.bookingNo))) throw errors.NOT_FOUND();
  return { bookingNo: input.bookingNo };
});
