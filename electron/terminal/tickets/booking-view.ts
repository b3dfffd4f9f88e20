import type { TellableBooking } from '#contract/booking.ts';
import { localDate, localMinute } from '#contract/form/local-date.ts';
import type { LocalizedText } from '#contract/localized.ts';
import type { BookingAtKiosk, BookingStands } from '#contract/queue/booking-at-kiosk.ts';
import type { LineLetter } from '#contract/queue/number.ts';
import type { QueueSettings } from '#contract/queue/settings.ts';
import type { KnownBooking } from '../bookings/bookings.ts';
import { MINUTE_MS } from './asked.ts';
import type { Seen } from './console-view.ts';
import type { QueueDay, Ticket } from './queue-day.ts';

export interface BookingViewPorts {
  readonly seen: () => Seen;
  readonly stationId: string;
  readonly itemName: (slug: string) => LocalizedText | null;
}

/** What no line does belongs to the first: staff transfer it from there. */
export function lineFor({ lines }: QueueSettings, slug: string | null): LineLetter {
  const own = slug === null ? undefined : lines.find(({ items }) => items.includes(slug));
  return (own ?? lines[0])?.letter ?? 'A';
}

/** The ticket that a booking was used for; one that was cancelled uses nothing up. */
export function ticketOfBooking(day: QueueDay, bookingNo: string): Ticket | null {
  const used = [...day.tickets.values()].find(
    ({ bookingId, state }) => bookingId === bookingNo && state.name !== 'cancelled',
  );
  return used ?? null;
}

/** Of this station, whatever its day. */
export function bookingHere(booking: KnownBooking, ports: BookingViewPorts): BookingAtKiosk {
  return view(booking, standsHere(booking, ports.seen()), ports);
}

/** As the platform tells it, of whichever station. */
export function bookingAnywhere(told: TellableBooking, ports: BookingViewPorts): BookingAtKiosk {
  const { bookingNo, itemSlug, state, station } = told;
  const booking = { bookingNo, itemSlug, startsAtMs: Date.parse(told.startsAt), came: state === 'came' };
  if (state === 'cancelled') return view(booking, { is: 'cancelled' }, ports);
  if (told.stationId !== ports.stationId) return view(booking, { is: 'elsewhere', station }, ports);
  return bookingHere(booking, ports);
}

/** `-early` to `+late` around the booked time, as the queue's own verb has it; behind that it gives an ordinary number. */
function standsHere(booking: KnownBooking, { day, settings, nowMs, timeZone }: Seen): BookingStands {
  const { bookingNo, startsAtMs, came } = booking;
  const ticket = ticketOfBooking(day, bookingNo);
  if (ticket !== null) return { is: 'used', ticketId: ticket.ticketId };
  if (localDate(startsAtMs, timeZone) !== localDate(nowMs, timeZone)) return { is: 'another-day' };
  // A ticket that was given up uses nothing up, though somebody came.
  if (came && !isGivenUp(day, bookingNo)) return { is: 'used', ticketId: null };
  const fromMs = startsAtMs - settings.bookingEarlyMinutes * MINUTE_MS;
  if (nowMs < fromMs) return { is: 'early', from: localMinute(fromMs, timeZone) };
  return { is: nowMs <= startsAtMs + settings.bookingLateMinutes * MINUTE_MS ? 'in-time' : 'late' };
}

function isGivenUp(day: QueueDay, bookingNo: string): boolean {
  return [...day.tickets.values()].some(({ bookingId }) => bookingId === bookingNo);
}

function view(
  { bookingNo, startsAtMs, itemSlug }: KnownBooking,
  stands: BookingStands,
  { seen, itemName }: BookingViewPorts,
): BookingAtKiosk {
  const { settings, timeZone } = seen();
  const item = itemSlug === null ? null : itemName(itemSlug);
  return {
    bookingNo,
    startsAt: localMinute(startsAtMs, timeZone),
    item,
    slug: item === null ? null : itemSlug,
    line: lineFor(settings, itemSlug),
    stands,
  };
}
