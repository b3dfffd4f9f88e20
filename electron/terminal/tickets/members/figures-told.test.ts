import { afterEach, beforeEach, expect, it } from 'vitest';
import { addDays, localDate } from '#contract/form/local-date.ts';
import type { StationDay } from '#contract/station-day.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { stationDayOf } from '../station-day.ts';
import { StationUnderTest, type TerminalInStation } from './for-tests.ts';

/** Which terminal of a station tells the platform what the queue was like, and in which term. */

const DAY_MS = 86_400_000;
let station: StationUnderTest;
let hub: TerminalInStation;
let heir: TerminalInStation;
beforeEach(async () => {
  station = new StationUnderTest(new SimulatedClock());
  hub = station.terminal('01');
  heir = station.terminal('02');
  await station.start();
});
afterEach(() => station.close());

const today = () => station.terminal('03').source.day().date;
const termOf = ({ source }: TerminalInStation, day: string) => source.termOf(day);
function reportOf({ source }: TerminalInStation, day: string): StationDay | null {
  const term = source.termOf(day);
  return term === null ? null : stationDayOf(source.events(day), 'Asia/Shanghai', term);
}

async function replaceHub(by = heir): Promise<void> {
  await by.kill();
  by.takeOver();
  by.start();
  await station.pass(3_000);
}

it('the hub tells, and no member', async () => {
  await hub.take('A');
  await station.pass(100);
  expect([termOf(hub, today()), termOf(heir, today())]).toEqual([1, null]);
});

it('a member that was made the hub tells, the days of the hub before in its term and in the same words', async () => {
  await hub.take('A');
  await heir.take('B');
  const first = today();
  await station.pass(DAY_MS);
  await hub.take('A');
  await station.pass(100);
  const ofHub = reportOf(hub, first);
  expect(ofHub).toMatchObject({ term: 1, events: 2 });
  await hub.kill();
  await replaceHub();
  expect(reportOf(heir, first)).toEqual(ofHub);
  expect(termOf(heir, addDays(first, 1))).toBe(2);
});

it('a hub that comes back and hears that it was replaced tells nothing more, and its half of the day is in the heir’s', async () => {
  await hub.take('A');
  await station.pass(100);
  heir.line = 'refused';
  await hub.take('A');
  await hub.kill();
  await replaceHub();
  heir.line = 'whole';
  await heir.take('A');
  hub.start();
  await station.pass(120_000);
  expect(termOf(hub, today())).toBeNull();
  expect(reportOf(heir, today())).toMatchObject({ term: 2, rows: [{ taken: 3 }] });
});

it('what a member gave out without the hub is in the day when it was told, and the report is the fuller one', async () => {
  await hub.take('A');
  await station.pass(100);
  const before = reportOf(hub, today());
  heir.line = 'refused';
  await heir.take('A');
  heir.line = 'whole';
  await station.pass(60_000);
  const after = reportOf(hub, today());
  expect(after?.rows[0]?.taken).toBe(2);
  expect(after?.events).toBeGreaterThan(before?.events ?? 0);
});

it('a third hub, which mirrored little of a day, does not push out what the first one told of it', async () => {
  const third = station.terminal('03');
  await hub.take('A');
  await hub.take('A');
  await station.pass(100);
  third.line = 'cut';
  for (let person = 2; person < 7; person += 1) await hub.take('A');
  await station.pass(100);
  const first = today();
  const told = reportOf(hub, first);
  expect(told).toMatchObject({ term: 1, events: 7 });
  await station.pass(DAY_MS);
  await hub.kill();
  await replaceHub();
  third.line = 'whole';
  await third.kill();
  third.hubIs = '02';
  third.start();
  const second = station.clock.now();
  await heir.take('A');
  await station.pass(DAY_MS);
  await heir.kill();
  await replaceHub(third);
  expect(reportOf(third, first)).toMatchObject({ term: 1, events: 2 });
  expect(termOf(third, localDate(second, 'Asia/Shanghai'))).toBe(1);
  expect(termOf(third, today())).toBe(3);
});

it('an heir whose machine is a day behind takes over on the station’s day, and not on one of the hub before', async () => {
  heir.wrongByMs = -DAY_MS;
  await heir.restart();
  await hub.take('A');
  const first = today();
  await station.pass(DAY_MS);
  await hub.kill();
  await replaceHub();
  expect(termOf(heir, first)).toBe(1);
  expect(termOf(heir, addDays(first, 1))).toBe(2);
});
