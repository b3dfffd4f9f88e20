import { afterEach, beforeEach, expect, it } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { resident, StationUnderTest, type TerminalInStation } from './for-tests.ts';

/** Who has booked checks in at a member's kiosk. */

let station: StationUnderTest;
let hub: TerminalInStation;
let member: TerminalInStation;

beforeEach(async () => {
  station = new StationUnderTest(new SimulatedClock());
  hub = station.terminal('01');
  member = station.terminal('02');
  await station.start();
  await station.pass(100);
});
afterEach(() => station.close());

function checkIn(at: TerminalInStation) {
  return at.do(
    {
      verb: 'check-in',
      ticketId: station.newTicketId(),
      line: 'A',
      slug: null,
      ticketClass: 'ordinary',
      instead: null,
      bookingId: '20260001',
      bookedForMs: station.clock.now(),
    },
    resident,
  );
}

const bookedAt = (at: TerminalInStation) =>
  [...at.source.day().tickets.values()]
    .filter(({ source }) => source === 'booking')
    .map(({ number, bookingId, ticketClass, state }) =>
      [number, bookingId, ticketClass, state.name].join(' '),
    );

it('is in the queue of the hub and of each member, and goes before who came without', async () => {
  await member.take('A');
  expect(await checkIn(member)).toMatchObject({ ok: true });
  await station.pass(100);
  for (const at of [hub, member, station.terminal('03')])
    expect(bookedAt(at)).toEqual(['A002 20260001 booked waiting']);
  expect(member.slips).toEqual(['A001', 'A002']);
  expect(await station.serveAll(hub)).toEqual(['A002', 'A001']);
});

it('is used up at every kiosk of the station', async () => {
  await checkIn(member);
  await station.pass(100);
  for (const at of [hub, member, station.terminal('03')])
    expect(await checkIn(at)).toMatchObject({ ok: false, fault: { code: 'queue.booking-used' } });
  expect(bookedAt(hub)).toHaveLength(1);
});

it('without the hub it has a number of the block, and is in the hub’s queue when that is back', async () => {
  member.line = 'refused';
  await station.pass(5_000);
  expect(await checkIn(member)).toMatchObject({ ok: true });
  expect(bookedAt(member)).toEqual(['A900 20260001 booked waiting']);
  expect(bookedAt(hub)).toEqual([]);
  member.line = 'whole';
  await station.pass(5_000);
  expect(bookedAt(hub)).toEqual(['A900 20260001 booked waiting']);
  expect(await checkIn(hub)).toMatchObject({ ok: false, fault: { code: 'queue.booking-used' } });
});
