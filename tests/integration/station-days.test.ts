import { createRouterClient } from '@orpc/server';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { StaffCommand } from '#contract/queue/command.ts';
import { stationDaySchema } from '#contract/station-day.ts';
import { router } from '#terminal/api/router.ts';
import { systemClock } from '#terminal/system-ports.ts';
import { expectValue } from '../support/expect-value.ts';
import { startScriptedPlatform, type ScriptedPlatform } from '../support/scripted-platform.ts';
import { asStaff } from '../support/signed-in.ts';
import {
  newDataDir,
  removeDataDir,
  startTerminalUnderTest,
  untilReady,
  zhang,
  type TerminalUnderTest,
} from '../support/terminal-under-test.ts';

/** A whole day at a terminal, and what leaves it on the next. */

const DAY = '2026-11-20';
const NEXT_DAY = '2026-11-21';
const THIRD_DAY = '2026-11-22';
const tenOn = (day: string): number => Date.parse(`${day}T10:00:00+08:00`);
const BOOKING = '20268731';
const STAFF = 'zhang-jianguo-01';
let platform: ScriptedPlatform;
let dataDir: string;
let under: TerminalUnderTest | null;

beforeEach(async () => {
  platform = await startScriptedPlatform();
  dataDir = newDataDir();
  under = null;
});
afterEach(async () => {
  await under?.close();
  await platform.close();
  removeDataDir(dataDir);
});

/** A terminal whose machine shows ten in the morning of this day, and goes on from there. */
async function startOn(day: string, station = '001'): Promise<TerminalUnderTest> {
  const beganMs = systemClock.monotonicMs();
  const started = startTerminalUnderTest({
    dataDir,
    platformUrl: platform.url,
    hasScanner: true,
    clock: { ...systemClock, now: () => tenOn(day) + Math.floor(systemClock.monotonicMs() - beganMs) },
    bend: (config) => ({
      ...config,
      terminal: { ...config.terminal, station },
      queue: config.queue && { ...config.queue, betweenCallsSeconds: 0, hours: [] },
    }),
  });
  under = started;
  await untilReady(started);
  return started;
}

async function must<T>(answer: Promise<{ ok: true; value: T } | { ok: false; fault: { code: string } }>) {
  return expectValue(await answer);
}

/** One person takes a number, so that there is something to tell of the day. */
async function takeOne({ terminal }: TerminalUnderTest): Promise<void> {
  const { queue } = createRouterClient(router, { context: terminal.kiosk });
  const ticketId = crypto.randomUUID();
  await must(queue.take({ ticketId, line: 'A', slug: null, ticketClass: 'ordinary', language: 'zh' }));
}

const daysTold = () => platform.stationDays.map(({ day }) => day);

/** Six people who take numbers, one of them with a booking, and a window that serves them all. */
async function serveSix(terminal: TerminalUnderTest): Promise<string[]> {
  const { queue: kiosk } = createRouterClient(router, { context: terminal.terminal.kiosk });
  const { queue: window } = createRouterClient(router, { context: asStaff(terminal.terminal, STAFF) }).staff;
  const order = (command: StaffCommand) => must(window.do(command));
  await expect.poll(() => kiosk.findBooking({ bookingNo: BOOKING })).toMatchObject({ ok: true });
  const ids = Array.from({ length: 5 }, () => crypto.randomUUID());
  for (const ticketId of ids)
    await must(kiosk.take({ ticketId, line: 'A', slug: null, ticketClass: 'care', language: 'zh' }));
  const booked = await must(
    kiosk.checkIn({ ticketId: crypto.randomUUID(), bookingNo: BOOKING, goesFirst: false, language: 'zh' }),
  );
  await order({ verb: 'open-window', window: '1', lines: ['A', 'C'], person: STAFF });
  const planted: string[] = [];
  for (let person = 0; person < 6; person += 1) {
    const events = await order({ verb: 'next', window: '1' });
    const called = events.find((event) => event.type === 'called');
    if (called?.type !== 'called') throw new Error('nobody was called');
    await order({ verb: 'finish', window: '1', ticketId: called.ticketId });
    const ticket = terminal.terminal.kiosk.queue?.station.seen().day.tickets.get(called.ticketId);
    planted.push(called.ticketId, ticket?.number ?? '');
  }
  expect(planted).toContain(booked.ticketId);
  return planted;
}

it('a day is told when it is over, in counts: no number, name, account or booking of it leaves the station', async () => {
  platform.bookings = [
    {
      bookingNo: BOOKING,
      stationId: '999901001',
      station: { zh: '和平社区站', en: 'Heping Station' },
      startsAt: new Date(tenOn(DAY)).toISOString(),
      itemSlug: 'elderly-allowance',
      personNumber: zhang.number,
      state: 'booked',
    },
  ];
  const before = await startOn(DAY);
  const planted = await serveSix(before);
  expect(platform.stationDays).toEqual([]);
  await before.close();

  const after = await startOn(NEXT_DAY);
  await expect.poll(() => platform.stationDays, { timeout: 10_000 }).toHaveLength(1);
  const [told] = platform.stationDays;
  if (told === undefined) throw new Error('nothing was told');
  expect(told.day).toBe(DAY);
  const report = stationDaySchema.parse(JSON.parse(told.body));
  expect(report.windows).toEqual([{ window: '1', served: 6 }]);
  expect(report.rows.reduce((sum, row) => sum + row.taken, 0)).toBe(6);
  // Five in one line may be told with their times, and the one of the other line may not.
  expect(report.rows.map(({ line, services }) => [line, services === null])).toEqual([
    ['A', false],
    ['C', true],
  ]);
  for (const text of [
    ...planted,
    BOOKING,
    STAFF,
    zhang.name,
    zhang.number,
    'care',
    'booked',
    'elderly-allowance',
  ])
    expect(told.body, text).not.toContain(text);

  await takeOne(after);
  await after.close();
  const again = await startOn(THIRD_DAY);
  // The oldest goes first: told again, the first day would stand before this one.
  await expect.poll(daysTold, { timeout: 10_000 }).toContain(NEXT_DAY);
  expect(daysTold()).toEqual([DAY, NEXT_DAY]);
  const { terminal } = createRouterClient(router, { context: asStaff(again.terminal, STAFF) }).staff;
  for await (const { stationDays } of await terminal.watch()) {
    if (stationDays?.waiting !== 0) continue;
    expect(stationDays).toEqual({ waiting: 0, refused: [] });
    break;
  }
});

it('a hub that is taken to another station with its folder tells there what happened there, and nothing else', async () => {
  const before = await startOn(DAY);
  await takeOne(before);
  await before.close();

  const moved = await startOn(NEXT_DAY, '002');
  await takeOne(moved);
  expect(moved.log).toContainEqual(
    expect.objectContaining({ event: 'station-day.other-station', detail: '1 days of 999901001' }),
  );
  await moved.close();

  await startOn(THIRD_DAY, '002');
  await expect.poll(daysTold, { timeout: 10_000 }).toContain(NEXT_DAY);
  expect(daysTold()).toEqual([NEXT_DAY]);
});
