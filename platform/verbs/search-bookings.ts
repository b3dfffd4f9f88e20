import { searchBookings } from '../bookings/bookings.ts';
import { mustWait, noteTry } from '../cases/progress-tries.ts';
import { noteSearch } from '../person-searches/person-searches.ts';
import { forTerminals } from './base.ts';

/** Numbers can be guessed, and a card's can be counted through: both wait, as they do for who asks how a case goes. */
export const searchForBookings = forTerminals.bookings.search.handler(async ({ context, input, errors }) => {
  const { pool, terminalId } = context;
  const nowMs = context.clock.now();
  const kind = input.by === 'card' ? 'card' : 'miss';
  if (await mustWait(pool, terminalId, kind, nowMs)) throw errors.TOO_MANY_REQUESTS();
  const bookings = await searchBookings(pool, input, nowMs);
  if (input.by === 'card' || bookings.length === 0) await noteTry(pool, terminalId, kind, null, nowMs);
  const shown = input.by === 'card' ? 'card' : 'booking-number';
  await noteSearch(pool, { terminalId, call: 'bookings.search', shown, found: bookings.length }, nowMs);
  return { bookings };
});
