import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { bookingNoSchema } from '../booking.ts';
import { itemSlugSchema } from '../item.ts';
import { languageSchema } from '../localized.ts';
import { resultOf } from '../result-schema.ts';
import { bookingsAtKioskSchema, cardForBookingSchema } from './booking-at-kiosk.ts';
import { lineLetterSchema, ticketNumberSchema } from './number.ts';
import {
  cardForNumberSchema,
  kioskClassSchema,
  kioskLinesSchema,
  scannedForQueueSchema,
  takenTicketSchema,
} from './snapshot.ts';

const done = resultOf(z.null());
const ofTicket = z.object({ ticketId: z.uuid() });

/** What whoever stands at the kiosk may ask of the queue. Nothing of a person is asked for, and nothing is kept. */
export const kioskQueueContract = {
  /** Fault: `queue.not-here`. */
  lines: oc.output(resultOf(kioskLinesSchema)),
  /** The reader looks for a card for as long as somebody listens; only whether its holder goes first comes of it. */
  watchCard: oc.output(eventIterator(cardForNumberSchema)),
  /** `ticketId` is made at the touch: the same touch twice is one ticket. Its slip is queued with it. */
  take: oc
    .input(
      z.object({
        ticketId: z.uuid(),
        line: lineLetterSchema,
        slug: itemSlugSchema.nullable(),
        ticketClass: kioskClassSchema,
        language: languageSchema,
      }),
    )
    .output(done),
  /** The ticket as it goes on: its place, its slip. Null: there is none of this name today. */
  watchTaken: oc.input(ofTicket).output(eventIterator(takenTicketSchema.nullable())),
  /** The slip again, marked 补打. */
  reprint: oc.input(ofTicket.extend({ language: languageSchema })).output(done),
  /** The answer to "did the slip come out?" after an unknown end. */
  settle: oc.input(ofTicket.extend({ cameOut: z.boolean() })).output(done),
  /** Not needed any more, or never in anybody's hand. */
  giveUp: oc.input(ofTicket.extend({ reason: z.enum(['left', 'never-printed']) })).output(done),
  /** The scanner takes slips for as long as somebody listens. */
  watchScan: oc.output(eventIterator(scannedForQueueSchema)),
  /**
   * Who missed the call is back, with the slip in the hand; `day`: of a slip that was scanned. Whose ticket is
   * waiting or called all the same gets it as it stands, and nothing happens to it.
   */
  comeBack: oc
    .input(z.object({ number: ticketNumberSchema, day: z.iso.date().nullable() }))
    .output(resultOf(ofTicket)),
  /**
   * From the middle of a form to the window: a number for its item, and with `consent` what is filled in so far. The visit
   * is over then. Faults: `visit.wrong-step`, those of `take`.
   */
  toWindow: oc
    .input(ofTicket.extend({ consent: z.boolean(), language: languageSchema }))
    .output(resultOf(ofTicket)),
  /** The reader looks for a card whose bookings are found, for as long as somebody listens. */
  watchBookingCard: oc.output(eventIterator(cardForBookingSchema)),
  /** Faults: `queue.booking-unknown`, `queue.booking-needs-line`. */
  findBooking: oc
    .input(z.object({ bookingNo: bookingNoSchema }))
    .output(resultOf(z.object({ bookings: bookingsAtKioskSchema }))),
  /** `goesFirst` as the card said it. Checked in twice, it is the same ticket. Faults: those of `check-in`. */
  checkIn: oc
    .input(ofTicket.extend({ bookingNo: bookingNoSchema, goesFirst: z.boolean(), language: languageSchema }))
    .output(resultOf(ofTicket)),
};
