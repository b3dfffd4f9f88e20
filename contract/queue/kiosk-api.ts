import { eventIterator, oc } from '@orpc/contract';
import { z } from 'zod';
import { itemSlugSchema } from '../item.ts';
import { languageSchema } from '../localized.ts';
import { resultOf } from '../result-schema.ts';
import { lineLetterSchema, ticketNumberSchema } from './number.ts';
import { cardForNumberSchema, kioskClassSchema, kioskLinesSchema, takenTicketSchema } from './snapshot.ts';

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
  /** Who missed the call is back, with the slip in the hand. */
  comeBack: oc.input(z.object({ number: ticketNumberSchema })).output(resultOf(ofTicket)),
};
