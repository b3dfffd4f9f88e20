import { createHash, createHmac } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { BookingState, TellableBooking } from '#contract/booking.ts';
import { fault } from '#contract/fault.ts';
import { err, ok } from '#contract/result.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { expectValue } from '../../../tests/support/expect-value.ts';
import { newDataDir, removeDataDir } from '../../../tests/support/terminal-under-test.ts';
import { openStore, type Store } from '../store/store.ts';
import { createBookings, type Bookings } from './bookings.ts';

const ZHANG = '999901194503120014';
const LI = '999901198808060022';
const HOUR_MS = 3_600_000;
const tagKey = new Uint8Array(32).fill(7);

let dataDir: string;
let store: Store;
let clock: SimulatedClock;
let bookings: Bookings;
let told: TellableBooking[];
let outcomes: string[];
let isLineDown: boolean;
let asked: { from: string; until: string } | null;

beforeEach(() => {
  dataDir = newDataDir();
  store = expectValue(openStore(dataDir));
  clock = new SimulatedClock();
  told = [];
  outcomes = [];
  isLineDown = false;
  asked = null;
  bookings = createBookings({
    stationId: '999901001',
    timeZone: 'Asia/Shanghai',
    tagKey,
    store,
    clock,
    log: () => undefined,
    client: {
      stationBookings: (query) => {
        asked = query;
        return answer(told);
      },
      searchBookings: () => answer(told),
      settleBooking: async ({ bookingNo, outcome }) => {
        const taken = await answer(null);
        if (taken.ok) outcomes.push(`${bookingNo} ${outcome}`);
        return taken;
      },
    },
  });
});
afterEach(() => {
  bookings.close();
  store.close();
  removeDataDir(dataDir);
});

function answer<T>(value: T) {
  return Promise.resolve(isLineDown ? err(fault('platform.unreachable')) : ok(value));
}

function booked(
  bookingNo: string,
  inHours: number,
  number = ZHANG,
  state: BookingState = 'booked',
): TellableBooking {
  return {
    bookingNo,
    stationId: '999901001',
    station: { zh: '和平社区站', en: 'Heping Station' },
    startsAt: new Date(clock.now() + inHours * HOUR_MS).toISOString(),
    itemSlug: 'elderly-allowance',
    state,
    personTag: createHmac('sha256', tagKey).update(number).digest('hex'),
  };
}

const numbers = (person: string) => bookings.ofPerson(person).map(({ bookingNo }) => bookingNo);

it('today and tomorrow are fetched by local days, and found with the line down', async () => {
  told = [booked('20260001', 1), booked('20260002', 2, LI)];
  await bookings.refresh();
  isLineDown = true;
  await bookings.refresh();
  expect(numbers(ZHANG)).toEqual(['20260001']);
  expect(numbers(LI)).toEqual(['20260002']);
  expect(bookings.byNumber('20260002')).toMatchObject({ itemSlug: 'elderly-allowance', came: false });
  expect(bookings.byNumber('20260003')).toBeNull();
  const { from, until } = asked ?? { from: '', until: '' };
  expect(from.slice(11)).toBe('16:00:00.000Z');
  expect(Date.parse(until) - Date.parse(from)).toBe(48 * HOUR_MS);
});

it('neither a number nor its plain hash is on the disk', async () => {
  told = [booked('20260001', 1)];
  await bookings.refresh();
  const plainHash = createHash('sha256').update(ZHANG).digest('hex');
  const files = readdirSync(dataDir).filter((name) => name.startsWith('terminal.db'));
  expect(files.length).toBeGreaterThan(0);
  for (const name of files) {
    const bytes = readFileSync(join(dataDir, name));
    for (const text of [ZHANG, plainHash, Buffer.from(tagKey).toString('base64url')]) {
      expect(bytes.includes(text), `${text} in ${name}`).toBe(false);
    }
  }
});

it('one that was moved or cancelled is so after the next answer, and who came has come', async () => {
  told = [booked('20260001', 1), booked('20260002', 2), booked('20260003', 3)];
  await bookings.refresh();
  store.transaction(() => {
    bookings.noteCame('20260003');
  });
  told = [booked('20260001', 5), booked('20260002', 2, ZHANG, 'cancelled')];
  await bookings.refresh();
  expect(numbers(ZHANG)).toEqual(['20260003', '20260001']);
  expect(bookings.byNumber('20260003')?.came).toBe(true);
});

it('that somebody came is told once the line is there, and only once', async () => {
  told = [booked('20260001', 1)];
  await bookings.refresh();
  store.transaction(() => {
    bookings.noteCame('20260001');
  });
  isLineDown = true;
  await bookings.send();
  expect(outcomes).toEqual([]);
  isLineDown = false;
  await bookings.send();
  await bookings.refresh();
  expect(outcomes).toEqual(['20260001 came']);
  expect(bookings.byNumber('20260001')?.came).toBe(true);
});

it('that nobody came is told on the next day, and the row is gone with it', async () => {
  told = [booked('20260001', 1)];
  await bookings.refresh();
  await bookings.send();
  expect(outcomes).toEqual([]);
  await clock.advance(30 * HOUR_MS);
  told = [];
  await bookings.refresh();
  expect(outcomes).toEqual(['20260001 missed']);
  expect(bookings.byNumber('20260001')).toBeNull();
});

it('what a search finds of this station and these days is known from then on, and nothing else', async () => {
  told = [
    booked('20260001', 1),
    booked('20260002', 90),
    { ...booked('20260003', 1), stationId: '999901002' },
  ];
  const found = await bookings.search({ by: 'card', personNumber: ZHANG });
  expect(found.ok && found.value).toHaveLength(3);
  expect(numbers(ZHANG)).toEqual(['20260001']);
  isLineDown = true;
  expect(await bookings.search({ by: 'number', bookingNo: '20260009' })).toMatchObject({ ok: false });
});
