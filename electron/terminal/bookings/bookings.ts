import { createHmac } from 'node:crypto';
import type { BookingNo, BookingOutcome, TellableBooking } from '#contract/booking.ts';
import { addDays, localDate, type LocalDate } from '#contract/form/local-date.ts';
import type { Clock } from '#contract/ports.ts';
import { ok, type Result } from '#contract/result.ts';
import type { Log } from '../log.ts';
import type { BookingCalls } from '../outbox/booking-calls.ts';
import type { PlatformFault } from '../outbox/platform-client.ts';
import { createSendRounds, isRejected } from '../outbox/send-rounds.ts';
import type { Store } from '../store/store.ts';

/**
 * What is booked at this station today and tomorrow: the platform's, kept so that people check in with the line down.
 * No name and no number: whose it is, is found by the tag that the card gives too.
 */
export interface Bookings {
  /** Fetches today's and tomorrow's, and sends what waits. */
  refresh(): Promise<void>;
  byNumber(bookingNo: BookingNo): KnownBooking | null;
  ofPerson(personNumber: string): readonly KnownBooking[];
  /** Asks the platform, at whichever station it is. Those of this station and these days are known from then on. */
  search(by: SearchBy): Promise<Result<readonly TellableBooking[], PlatformFault>>;
  /** Inside a transaction: somebody came. The platform is told by the next `send`. */
  noteCame(bookingNo: BookingNo): void;
  send(): Promise<void>;
  close(): void;
}

export interface KnownBooking {
  readonly bookingNo: BookingNo;
  readonly startsAtMs: number;
  readonly itemSlug: string | null;
  /** At this terminal, or told by the platform. */
  readonly came: boolean;
}

export type SearchBy =
  | { readonly by: 'number'; readonly bookingNo: BookingNo }
  | { readonly by: 'card'; readonly personNumber: string };

export interface BookingsPorts {
  readonly stationId: string;
  readonly timeZone: string;
  /** 32 bytes, for this purpose alone. */
  readonly tagKey: Uint8Array;
  readonly store: Store;
  readonly client: BookingCalls;
  readonly clock: Clock;
  readonly log: Log;
}

const DAYS = 2;

export function createBookings(ports: BookingsPorts): Bookings {
  const { store, client, clock, log, timeZone, stationId } = ports;
  const tagKey = Buffer.from(ports.tagKey).toString('base64url');
  let isClosed = false;

  const today = (): LocalDate => localDate(clock.now(), timeZone);

  /** In milliseconds; the local day may have any length. */
  function period(): { readonly fromMs: number; readonly untilMs: number } {
    const day = today();
    return { fromMs: startOf(day, timeZone), untilMs: startOf(addDays(day, DAYS), timeZone) };
  }

  async function refresh(): Promise<void> {
    const { fromMs, untilMs } = period();
    const query = { tagKey, from: new Date(fromMs).toISOString(), until: new Date(untilMs).toISOString() };
    const answer = await client.stationBookings(query);
    if (isClosed) return;
    if (answer.ok) {
      const written = store.transaction(() => {
        // Moved and cancelled ones are not among them any more; who has come has come.
        store
          .sql('DELETE FROM booking WHERE starts_at_ms >= ? AND starts_at_ms < ? AND came = 0')
          .run(fromMs, untilMs);
        store.sql('DELETE FROM booking WHERE starts_at_ms < ? AND came = 1 AND told = 1').run(fromMs);
        for (const booking of answer.value) write(booking);
        return null;
      });
      if (!written.ok) log({ level: 'error', event: 'bookings.not-written', code: written.fault.code });
    } else log({ level: 'warn', event: 'bookings.not-refreshed', code: answer.fault.code });
    await send();
  }

  /** Told by the platform; a visit that this terminal knows of stays one. */
  function write({ bookingNo, startsAt, itemSlug, personTag, state }: TellableBooking): void {
    if (state === 'cancelled') return;
    const came = state === 'came' ? 1 : 0;
    store
      .sql(
        `INSERT INTO booking (booking_no, starts_at_ms, item_slug, person_tag, came, told) VALUES (?, ?, ?, ?, ?, ?)
         ON CONFLICT (booking_no) DO UPDATE SET starts_at_ms = excluded.starts_at_ms, item_slug = excluded.item_slug,
           person_tag = excluded.person_tag, came = max(came, excluded.came), told = max(told, excluded.told)`,
      )
      .run(bookingNo, Date.parse(startsAt), itemSlug, personTag, came, came);
  }

  const columns = 'booking_no, starts_at_ms, item_slug, came';
  function known(row: Record<string, unknown>): KnownBooking {
    const slug = row['item_slug'];
    return {
      bookingNo: String(row['booking_no']),
      startsAtMs: Number(row['starts_at_ms']),
      itemSlug: typeof slug === 'string' ? slug : null,
      came: row['came'] === 1,
    };
  }

  const tagOf = (personNumber: string): string =>
    createHmac('sha256', ports.tagKey).update(personNumber).digest('hex');

  async function search(by: SearchBy): Promise<Result<readonly TellableBooking[], PlatformFault>> {
    const answer = await client.searchBookings({ ...by, tagKey });
    if (!answer.ok || isClosed) return answer;
    const { fromMs, untilMs } = period();
    const here = answer.value.filter(({ stationId: at, startsAt }) => {
      const startsAtMs = Date.parse(startsAt);
      return at === stationId && startsAtMs >= fromMs && startsAtMs < untilMs;
    });
    const written = store.transaction(() => {
      here.forEach(write);
      return null;
    });
    return written.ok ? ok(answer.value) : written;
  }

  /** The oldest of which the platform does not know what became. On its own day somebody may still come. */
  function oldest(): BookingOutcome | null {
    const row = store
      .sql(
        `SELECT booking_no, came FROM booking WHERE told = 0 AND (came = 1 OR starts_at_ms < ?)
         ORDER BY starts_at_ms, booking_no LIMIT 1`,
      )
      .get(period().fromMs);
    return row
      ? { bookingNo: String(row['booking_no']), outcome: row['came'] === 1 ? 'came' : 'missed' }
      : null;
  }

  const { send, close } = createSendRounds<BookingOutcome>({
    isForGood: isRejected,
    oldest,
    send: (outcome) => client.settleBooking(outcome),
    remove: ({ bookingNo, outcome }, refused) => {
      if (refused) log({ level: 'warn', event: 'booking.outcome-refused', code: refused.code });
      return store.transaction(() => {
        // Of who came it is remembered for the day: a second check-in gets the same ticket.
        if (outcome === 'came') store.sql('UPDATE booking SET told = 1 WHERE booking_no = ?').run(bookingNo);
        else store.sql('DELETE FROM booking WHERE booking_no = ?').run(bookingNo);
        return null;
      }).ok;
    },
  });

  return {
    refresh,
    byNumber: (bookingNo) => {
      const row = store.sql(`SELECT ${columns} FROM booking WHERE booking_no = ?`).get(bookingNo);
      return row ? known(row) : null;
    },
    ofPerson: (personNumber) =>
      store
        .sql(`SELECT ${columns} FROM booking WHERE person_tag = ? ORDER BY starts_at_ms, booking_no`)
        .all(tagOf(personNumber))
        .map(known),
    search,
    noteCame: (bookingNo) => {
      store.sql('UPDATE booking SET came = 1 WHERE booking_no = ?').run(bookingNo);
    },
    send,
    close: () => {
      isClosed = true;
      close();
    },
  };
}

const HOUR_MS = 3_600_000;

/** The first quarter of an hour that is of this local day: no zone begins its days at another minute. */
function startOf(day: LocalDate, timeZone: string): number {
  const guessMs = Date.parse(`${day}T00:00:00Z`) - 15 * HOUR_MS;
  for (let step = 0; step < 120; step += 1) {
    const atMs = guessMs + step * (HOUR_MS / 4);
    if (localDate(atMs, timeZone) === day) return atMs;
  }
  return Date.parse(`${day}T00:00:00Z`);
}
