import { describe, expect, it } from 'vitest';
import type { TellableBooking } from '#contract/booking.ts';
import { bookingAnywhere, bookingHere, lineFor } from './booking-view.ts';
import { MINUTE_MS, queueForTests, settingsForTests, ticketIdOf, type QueueUnderTest } from './for-tests.ts';

const DAY_MS = 1440 * MINUTE_MS;

function portsOf(queue: QueueUnderTest) {
  const { settings } = queue;
  return {
    seen: () => ({ day: queue.day(), settings, nowMs: queue.nowMs(), timeZone: 'Asia/Shanghai' }),
    stationId: '999901001',
    itemName: (slug: string) => (slug === 'known' ? { zh: '高龄津贴', en: 'Allowance' } : null),
  };
}

function stands(queue: QueueUnderTest, inMs: number, came = false): string {
  const booking = { bookingNo: '20260001', startsAtMs: queue.nowMs() + inMs, itemSlug: null, came };
  return bookingHere(booking, portsOf(queue)).stands.is;
}

function checkIn(queue: QueueUnderTest, count: number, startsAtMs: number) {
  return queue.ask({
    verb: 'check-in',
    ticketId: ticketIdOf(count),
    line: 'A',
    slug: null,
    ticketClass: 'ordinary',
    instead: null,
    bookingId: '20260001',
    bookedForMs: startsAtMs,
  });
}

describe('a booking at the kiosk', () => {
  it.each([
    [16, 'early'],
    [15, 'in-time'],
    [-10, 'in-time'],
    [-11, 'late'],
  ])('%i minutes before its time is %s', (minutes, is) => {
    expect(stands(queueForTests(), minutes * MINUTE_MS)).toBe(is);
  });

  it('agrees with the verb about who is in time', () => {
    for (const minutes of [16, 15, 0, -10, -11]) {
      const queue = queueForTests();
      const said = stands(queue, minutes * MINUTE_MS);
      const done = checkIn(queue, 1, queue.nowMs() + minutes * MINUTE_MS);
      const ticketClass = queue.day().tickets.get(ticketIdOf(1))?.ticketClass;
      const does = !done.ok ? 'early' : ticketClass === 'booked' ? 'in-time' : 'late';
      expect(does).toBe(said);
    }
  });

  it('says from when it may check in, by the station’s clock', () => {
    const queue = queueForTests();
    const booking = {
      bookingNo: '20260001',
      startsAtMs: queue.nowMs() + 60 * MINUTE_MS,
      itemSlug: 'known',
      came: false,
    };
    expect(bookingHere(booking, portsOf(queue))).toMatchObject({
      startsAt: '2026-11-21T10:00',
      item: { zh: '高龄津贴' },
      stands: { is: 'early', from: '2026-11-21T09:45' },
    });
  });

  it('is of another day, or of another station, or cancelled', () => {
    const queue = queueForTests();
    const told: TellableBooking = {
      bookingNo: '20260001',
      stationId: '999901002',
      station: { zh: '光明站', en: 'Guangming' },
      startsAt: new Date(queue.nowMs()).toISOString(),
      itemSlug: null,
      state: 'booked',
      personTag: '0'.repeat(64),
    };
    const is = (change: Partial<TellableBooking>) =>
      bookingAnywhere({ ...told, ...change }, portsOf(queue)).stands;
    expect(is({})).toEqual({ is: 'elsewhere', station: told.station });
    expect(is({ stationId: '999901001' })).toEqual({ is: 'in-time' });
    expect(is({ state: 'cancelled' })).toEqual({ is: 'cancelled' });
    expect(stands(queue, DAY_MS)).toBe('another-day');
    expect(stands(queue, -DAY_MS)).toBe('another-day');
  });

  it('that was used shows its ticket; given up, it can be used again', () => {
    const queue = queueForTests();
    const startsAtMs = queue.nowMs();
    checkIn(queue, 1, startsAtMs);
    const booking = { bookingNo: '20260001', startsAtMs, itemSlug: null, came: true };
    expect(bookingHere(booking, portsOf(queue)).stands).toEqual({ is: 'used', ticketId: ticketIdOf(1) });
    queue.must({ verb: 'cancel', ticketId: ticketIdOf(1), window: null, reason: 'left' });
    expect(bookingHere(booking, portsOf(queue)).stands).toEqual({ is: 'in-time' });
  });

  it('that was used where this terminal does not see it has no ticket to show', () => {
    expect(stands(queueForTests(), 0, true)).toBe('used');
  });

  it('goes to the line of its item, and what no line does to the first', () => {
    const name = { zh: '综合', en: 'General' };
    const lines = ['A', 'B', 'C'].map((letter) => ({ letter, name, items: letter === 'B' ? ['known'] : [] }));
    const named = settingsForTests({ lines });
    expect(lineFor(named, 'known')).toBe('B');
    expect(lineFor(named, 'other')).toBe('A');
    expect(lineFor(named, null)).toBe('A');
  });
});
