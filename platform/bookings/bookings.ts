import { createHmac } from 'node:crypto';
import type pg from 'pg';
import { z } from 'zod';
import {
  bookingStateSchema,
  MAX_FOUND_BOOKINGS,
  MAX_STATION_BOOKINGS,
  type Booking,
  type BookingOutcome,
  type BookingSearch,
  type StationBookingsQuery,
  type TellableBooking,
} from '#contract/booking.ts';

const DAY_MS = 86_400_000;
/** As long as the queue's own days are kept (docs/queue.md, `keepDays`). */
const KEPT_FOR_MS = 92 * DAY_MS;
/** Whoever comes a day late is still told that it was yesterday. */
const FOUND_BACK_MS = 2 * DAY_MS;

const rowsSchema = z.array(
  z.object({
    booking_no: z.string(),
    station_id: z.string(),
    station_zh: z.string(),
    station_en: z.string(),
    starts_at: z.date(),
    item_slug: z.string().nullable(),
    person_number: z.string(),
    state: bookingStateSchema,
  }),
);

/** False: it is over, and is not changed any more. */
export async function keepBooking(
  pool: pg.Pool,
  bookingNo: string,
  { stationId, station, startsAt, itemSlug, personNumber }: Booking,
  nowMs: number,
): Promise<boolean> {
  await pool.query('DELETE FROM booking WHERE starts_at < $1', [new Date(nowMs - KEPT_FOR_MS)]);
  const { rowCount } = await pool.query(
    `INSERT INTO booking AS b (booking_no, station_id, station_zh, station_en, starts_at, item_slug, person_number, state)
     VALUES ($1, $2, $3, $4, $5, $6, $7, 'booked')
     ON CONFLICT (booking_no) DO UPDATE SET station_id = $2, station_zh = $3, station_en = $4, starts_at = $5,
       item_slug = $6, person_number = $7, state = 'booked'
     WHERE b.state IN ('booked', 'cancelled')`,
    [bookingNo, stationId, station.zh, station.en, startsAt, itemSlug, personNumber],
  );
  return rowCount === 1;
}

/** False: there is none that could still be cancelled. */
export async function cancelBooking(pool: pg.Pool, bookingNo: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    `UPDATE booking SET state = 'cancelled' WHERE booking_no = $1 AND state IN ('booked', 'cancelled')`,
    [bookingNo],
  );
  return rowCount === 1;
}

export async function bookingsOfStation(
  pool: pg.Pool,
  stationId: string,
  { tagKey, from, until }: StationBookingsQuery,
): Promise<TellableBooking[]> {
  const { rows } = await pool.query(
    `SELECT * FROM booking WHERE station_id = $1 AND starts_at >= $2 AND starts_at < $3
     ORDER BY starts_at, booking_no LIMIT $4`,
    [stationId, from, until, MAX_STATION_BOOKINGS],
  );
  return tellable(rows, tagKey);
}

/** Of any station, the next one first. */
export async function searchBookings(
  pool: pg.Pool,
  search: BookingSearch,
  nowMs: number,
): Promise<TellableBooking[]> {
  const column = search.by === 'card' ? 'person_number' : 'booking_no';
  const { rows } = await pool.query(
    `SELECT * FROM booking WHERE ${column} = $1 AND starts_at >= $2 ORDER BY starts_at, booking_no LIMIT $3`,
    [
      search.by === 'card' ? search.personNumber : search.bookingNo,
      new Date(nowMs - FOUND_BACK_MS),
      MAX_FOUND_BOOKINGS,
    ],
  );
  return tellable(rows, search.tagKey);
}

/**
 * Once somebody has come, nobody says otherwise: a terminal that was away all day knows only that nobody came to it. Nor is one
 * missed that was moved to a day which is still to come: the terminal may not have heard of that.
 * False: no such booking of this station.
 */
export async function settleBooking(
  pool: pg.Pool,
  stationId: string,
  { bookingNo, outcome }: BookingOutcome,
  nowMs: number,
): Promise<boolean> {
  const { rowCount } = await pool.query(
    `UPDATE booking SET state = CASE
       WHEN $3 = 'came' THEN 'came'
       WHEN state = 'booked' AND starts_at < $4 THEN 'missed'
       ELSE state END
     WHERE booking_no = $1 AND station_id = $2`,
    [bookingNo, stationId, outcome, new Date(nowMs)],
  );
  return rowCount === 1;
}

function tellable(rows: unknown, tagKey: string): TellableBooking[] {
  const key = Buffer.from(tagKey, 'base64url');
  return rowsSchema.parse(rows).map((row) => ({
    bookingNo: row.booking_no,
    stationId: row.station_id,
    station: { zh: row.station_zh, en: row.station_en },
    startsAt: row.starts_at.toISOString(),
    itemSlug: row.item_slug,
    state: row.state,
    personTag: createHmac('sha256', key).update(row.person_number).digest('hex'),
  }));
}
