import { expect, it } from 'vitest';
import type { Opening } from '../calendar.ts';
import { openingState } from './calendar-days.ts';

/** The national holidays of October 2026 with the Saturday that is worked for them. */
const office: Opening = {
  weekdays: [1, 2, 3, 4, 5],
  closedOn: ['2026-10-01', '2026-10-02', '2026-10-05', '2026-10-06', '2026-10-07'],
  openOn: ['2026-10-10'],
  from: '09:00',
  to: '17:00',
};

it.each([
  ['a Friday at noon', '2026-11-20', '12:00', { state: 'open' }],
  ['the first minute', '2026-11-20', '09:00', { state: 'open' }],
  ['before it opens', '2026-11-20', '08:59', { state: 'closed', opens: '2026-11-20T09:00' }],
  ['the minute it closes', '2026-11-20', '17:00', { state: 'closed', opens: '2026-11-23T09:00' }],
  ['a Saturday', '2026-11-21', '10:00', { state: 'closed', opens: '2026-11-23T09:00' }],
  ['the eve of the holidays', '2026-09-30', '18:00', { state: 'closed', opens: '2026-10-08T09:00' }],
  ['a Saturday that is worked', '2026-10-10', '10:00', { state: 'open' }],
])('%s', (_when, date, time, state) => {
  expect(openingState(office, `${date}T${time}`)).toEqual(state);
});

it('an office that opens no more says nothing of when', () => {
  const gone: Opening = { ...office, weekdays: [1], closedOn: mondaysFrom('2026-11-23', 12) };
  expect(openingState(gone, '2026-11-21T10:00')).toEqual({ state: 'closed', opens: null });
});

function mondaysFrom(first: string, count: number): string[] {
  return Array.from({ length: count }, (_none, week) =>
    new Date(Date.parse(first) + week * 604_800_000).toISOString().slice(0, 10),
  );
}
