import { fault } from '#contract/fault.ts';
import { err, ok } from '#contract/result.ts';
import { forKioskQueue } from '../context.ts';

export const queueFindBooking = forKioskQueue.findBooking.handler(async ({ context: { queue }, input }) => {
  if (queue === null) return err(fault('queue.not-here'));
  const found = await queue.checkIn.find({ by: 'number', bookingNo: input.bookingNo });
  return found.ok ? ok({ bookings: [...found.value] }) : found;
});
