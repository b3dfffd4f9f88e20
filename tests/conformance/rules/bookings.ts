import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { tellableBookingSchema, type BookingOutcome, type TellableBooking } from '#contract/booking.ts';
import { hasStatus, holds, read, refuses, same } from '../check.ts';
import type { Answer, Terminal } from '../client.ts';
import type { Person } from '../maker.ts';
import { rule, type Theme } from '../rule.ts';
import type { Trial } from '../trial.ts';
import { untilRefused } from './progress.ts';

const HOUR_MS = 3_600_000;
const foundSchema = z.object({ bookings: z.array(tellableBookingSchema) });
const KEY = Buffer.alloc(32, 7);
const tagKey = KEY.toString('base64url');

interface Booked {
  readonly bookingNo: string;
  readonly person: Person;
}

function keep(t: Trial, { bookingNo, person }: Booked, inMs: number): Promise<Answer> {
  const body = {
    stationId: t.first.stationId,
    station: { zh: '评测站', en: 'Station of the suite' },
    startsAt: t.maker.iso(inMs),
    itemSlug: t.cast.item.item.slug,
    personNumber: person.number,
  };
  return t.client.call({ method: 'PUT', path: `/v1/bookings/${bookingNo}`, by: 'desk', body });
}

async function booked(t: Trial, inMs = HOUR_MS): Promise<Booked> {
  const made = { bookingNo: t.maker.digits(18), person: t.maker.person() };
  hasStatus(await keep(t, made, inMs), 200);
  return made;
}

const cancel = (t: Trial, { bookingNo }: Booked): Promise<Answer> =>
  t.client.call({ method: 'DELETE', path: `/v1/bookings/${bookingNo}`, by: 'desk' });

const ofStation = (t: Trial, by: Terminal, hours = 24): Promise<Answer> =>
  t.post('/v1/bookings/of-station', by, {
    tagKey,
    from: t.maker.iso(-HOUR_MS),
    until: t.maker.iso(hours * HOUR_MS),
  });

const find = async (t: Trial, search: object): Promise<readonly TellableBooking[]> =>
  read(await t.post('/v1/bookings/search', t.asker(), { tagKey, ...search }), foundSchema).bookings;

const byNumber = (t: Trial, { bookingNo }: Booked) => find(t, { by: 'number', bookingNo });
const stateOf = async (t: Trial, made: Booked) => (await byNumber(t, made))[0]?.state;

const settle = (
  t: Trial,
  { bookingNo }: Booked,
  outcome: BookingOutcome['outcome'],
  by: Terminal = t.first,
): Promise<Answer> => t.post('/v1/bookings/outcomes', by, { bookingNo, outcome });

export const bookingRules: Theme = {
  letter: 'B',
  title: 'Bookings (预约)',
  when: 'prepared',
  rules: [
    rule('B-01', 'A terminal learns the bookings of its own station, and of no other one', async (t) => {
      const { bookingNo } = await booked(t);
      const numbersFor = async (by: Terminal) =>
        read(await ofStation(t, by), foundSchema).bookings.map((each) => each.bookingNo);
      holds((await numbersFor(t.first)).includes(bookingNo), 'the booking at its station', bookingNo);
      holds(!(await numbersFor(t.cast.other)).includes(bookingNo), 'none at another station', bookingNo);
    }),
    rule(
      'B-02',
      'Whose it is, is told by a tag under the terminal’s own key (HMAC-SHA-256), never by a number',
      async (t) => {
        const { bookingNo, person } = await booked(t);
        const answer = await ofStation(t, t.first);
        const found = read(answer, foundSchema).bookings.find((each) => each.bookingNo === bookingNo);
        same(found?.personTag, createHmac('sha256', KEY).update(person.number).digest('hex'), 'the tag');
        holds(!answer.text.includes(person.number), 'no number of a person', answer.text);
      },
    ),
    rule('B-03', 'By its number or by a card, it is found at every station', async (t) => {
      const { bookingNo, person } = await booked(t);
      for (const search of [
        { by: 'number', bookingNo },
        { by: 'card', personNumber: person.number },
      ])
        same(
          (await find(t, search)).map((each) => each.bookingNo),
          [bookingNo],
          'bookings',
        );
      same(
        await find(t, { by: 'card', personNumber: t.maker.person().number }),
        [],
        'bookings of another card',
      );
    }),
    rule('B-04', 'Told again, a booking is what was told last', async (t) => {
      const made = await booked(t);
      const before = (await byNumber(t, made))[0]?.startsAt ?? '';
      hasStatus(await keep(t, made, 2 * HOUR_MS), 200);
      const [found, ...more] = await byNumber(t, made);
      same(more, [], 'more bookings');
      holds((found?.startsAt ?? '') > before, `a start later than ${before}`, found?.startsAt);
    }),
    rule(
      'B-05',
      'A booking that was cancelled is shown as cancelled; one that is not there is NOT_FOUND',
      async (t) => {
        const made = await booked(t);
        hasStatus(await cancel(t, made), 200);
        same(await stateOf(t, made), 'cancelled', 'state');
        refuses(await cancel(t, { ...made, bookingNo: t.maker.digits(19) }), 404, 'NOT_FOUND');
      },
    ),
    rule('B-06', '“Came” is final, whatever is said after it: BOOKING_OVER (409)', async (t) => {
      const made = await booked(t);
      for (const outcome of ['came', 'came', 'missed'] as const)
        hasStatus(await settle(t, made, outcome), 200);
      same(await stateOf(t, made), 'came', 'state');
      refuses(await keep(t, made, 2 * HOUR_MS), 409, 'BOOKING_OVER');
      refuses(await cancel(t, made), 404, 'NOT_FOUND');
    }),
    rule('B-07', 'Missed is only what has begun; who comes late has come', async (t) => {
      const [later, begun] = [await booked(t), await booked(t, -HOUR_MS)];
      for (const made of [later, begun]) hasStatus(await settle(t, made, 'missed'), 200);
      same(await stateOf(t, later), 'booked', 'state of one that is to come');
      same(await stateOf(t, begun), 'missed', 'state of one that has begun');
      hasStatus(await settle(t, begun, 'came'), 200);
      same(await stateOf(t, begun), 'came', 'state');
    }),
    rule('B-08', 'Only a terminal of its station says what became of it', async (t) => {
      const made = await booked(t);
      refuses(await settle(t, made, 'came', t.cast.other), 404, 'NOT_FOUND');
      same(await stateOf(t, made), 'booked', 'state');
    }),
    rule('B-09', 'A terminal asks for a few days, and no more', async (t) => {
      refuses(await ofStation(t, t.first, 24 * 30), 400, 'BAD_REQUEST');
    }),
    rule('B-10', 'Who guesses the numbers of bookings must wait: TOO_MANY_REQUESTS (429)', (t) =>
      untilRefused(t, (by) =>
        t.post('/v1/bookings/search', by, { by: 'number', tagKey, bookingNo: t.maker.digits(16) }),
      ),
    ),
  ],
};
