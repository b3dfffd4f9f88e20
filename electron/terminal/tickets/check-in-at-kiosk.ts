import type { BookingNo } from '#contract/booking.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { Language, LocalizedText } from '#contract/localized.ts';
import { MOST_BOOKINGS_SHOWN, type BookingAtKiosk } from '#contract/queue/booking-at-kiosk.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { Bookings, SearchBy } from '../bookings/bookings.ts';
import { whyBusy } from '../visits/progress/ask-platform.ts';
import { bookingAnywhere, bookingHere, lineFor, ticketOfBooking } from './booking-view.ts';
import type { KioskQueue } from './kiosk-queue.ts';
import type { StationQueue } from './station-queue.ts';

/** Who has booked checks in: by the booking's number, or by the card that it was booked with. */
export interface CheckInAtKiosk {
  /** At least one. Faults: `queue.booking-unknown`, `queue.booking-none` (of a card), `queue.booking-needs-line`. */
  find(by: SearchBy): Promise<Result<readonly BookingAtKiosk[], Fault>>;
  /**
   * The ticket; checked in twice it is the same one. Faults: those of `check-in`, `queue.booking-unknown`,
   * `queue.booking-used` when another terminal gave the ticket.
   */
  checkIn(asked: CheckInAsked): Promise<Result<{ ticketId: string }, Fault>>;
}

export interface CheckInAsked {
  readonly ticketId: string;
  readonly bookingNo: BookingNo;
  /** The card said that its holder goes first, booked or not. */
  readonly goesFirst: boolean;
  readonly language: Language;
}

export interface CheckInPorts {
  readonly queue: Pick<StationQueue, 'seen' | 'settings'>;
  readonly give: KioskQueue['give'];
  readonly bookings: Bookings;
  readonly stationId: string;
  readonly itemName: (slug: string) => LocalizedText | null;
}

export function createCheckInAtKiosk(ports: CheckInPorts): CheckInAtKiosk {
  const { queue, bookings } = ports;
  const viewPorts = { ...ports, seen: queue.seen };

  /** Those that can be used today before those that cannot. */
  function inOrder(found: readonly BookingAtKiosk[]): readonly BookingAtKiosk[] {
    const isOfToday = ({ stands }: BookingAtKiosk): number =>
      ['in-time', 'late', 'early', 'used'].includes(stands.is) ? 0 : 1;
    return found.toSorted((a, b) => isOfToday(a) - isOfToday(b)).slice(0, MOST_BOOKINGS_SHOWN);
  }

  function knownHere(by: SearchBy): readonly BookingAtKiosk[] {
    const one = by.by === 'number' ? bookings.byNumber(by.bookingNo) : null;
    const known = by.by === 'card' ? bookings.ofPerson(by.personNumber) : one === null ? [] : [one];
    return known.map((booking) => bookingHere(booking, viewPorts));
  }

  return {
    find: async (by) => {
      const here = knownHere(by);
      // Who may check in now is not kept waiting for what else there is.
      if (here.some(({ stands }) => stands.is !== 'another-day')) return ok(inOrder(here));
      const answer = await bookings.search(by);
      if (!answer.ok)
        return here.length > 0
          ? ok(inOrder(here))
          : err(
              answer.fault.code === 'platform.busy'
                ? fault(whyBusy(answer.fault), answer.fault.detail)
                : fault('queue.booking-needs-line', answer.fault.code),
            );
      const found = answer.value.map((told) => bookingAnywhere(told, viewPorts));
      if (found.length > 0) return ok(inOrder(found));
      return err(fault(by.by === 'card' ? 'queue.booking-none' : 'queue.booking-unknown'));
    },
    checkIn: async ({ ticketId, bookingNo, goesFirst, language }) => {
      const booking = bookings.byNumber(bookingNo);
      if (booking === null) return err(fault('queue.booking-unknown'));
      const { stands, slug } = bookingHere(booking, viewPorts);
      if (stands.is === 'another-day') return err(fault('queue.booking-unknown'));
      const used = ticketOfBooking(queue.seen().day, bookingNo);
      if (used !== null) return ok({ ticketId: used.ticketId });
      if (stands.is === 'used') return err(fault('queue.booking-used'));
      const given = await ports.give(
        {
          verb: 'check-in',
          ticketId,
          line: lineFor(queue.settings, booking.itemSlug),
          slug,
          ticketClass: goesFirst ? 'care' : 'ordinary',
          instead: null,
          bookingId: bookingNo,
          bookedForMs: booking.startsAtMs,
        },
        language,
        () => {
          bookings.noteCame(bookingNo);
        },
      );
      if (!given.ok) return given;
      void bookings.send();
      return ok({ ticketId });
    },
  };
}
