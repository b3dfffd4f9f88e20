import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRouterClient, type RouterClient } from '@orpc/server';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bookingCode } from '#contract/booking.ts';
import { router, type TerminalRouter } from '#terminal/api/router.ts';
import {
  startScriptedPlatform,
  type ScriptedBooking,
  type ScriptedPlatform,
} from '../support/scripted-platform.ts';
import {
  newDataDir,
  removeDataDir,
  startTerminalUnderTest,
  untilReady,
  zhang,
  type TerminalUnderTest,
} from '../support/terminal-under-test.ts';

/** Who has booked at the platform stands at the kiosk. */

const LI = '999901198808060022';
const MINUTE_MS = 60_000;
let platform: ScriptedPlatform;
let dataDir: string;
let under: TerminalUnderTest;
let kiosk: RouterClient<TerminalRouter>['queue'];

beforeEach(async () => {
  platform = await startScriptedPlatform();
  dataDir = newDataDir();
});
afterEach(async () => {
  await under.close();
  await platform.close();
  removeDataDir(dataDir);
});

async function start(): Promise<void> {
  under = startTerminalUnderTest({ dataDir, platformUrl: platform.url, hasScanner: true });
  ({ queue: kiosk } = createRouterClient(router, { context: under.terminal.kiosk }));
  await untilReady(under);
}

function booked(bookingNo: string, change: Partial<ScriptedBooking> = {}): ScriptedBooking {
  return {
    bookingNo,
    stationId: '999901001',
    station: { zh: '和平社区站', en: 'Heping Station' },
    startsAt: new Date(Date.now()).toISOString(),
    itemSlug: 'elderly-allowance',
    personNumber: LI,
    state: 'booked',
    ...change,
  };
}

const checkIn = (bookingNo: string, goesFirst = false) =>
  kiosk.checkIn({ ticketId: crypto.randomUUID(), bookingNo, goesFirst, language: 'zh' });

async function ticketOf(answer: ReturnType<typeof checkIn>) {
  const done = await answer;
  if (!done.ok) throw new Error(done.fault.code);
  for await (const ticket of await kiosk.watchTaken(done.value)) if (ticket !== null) return ticket;
  throw new Error('no ticket');
}

it('with the line down the number gives a booked ticket with its slip, and twice the same; the platform learns it later', async () => {
  platform.bookings = [booked('20260001')];
  await start();
  await expect.poll(() => kiosk.findBooking({ bookingNo: '20260001' })).toMatchObject({ ok: true });
  platform.down = true;
  const ticket = await ticketOf(checkIn('20260001'));
  expect(ticket).toMatchObject({ number: 'C001', ticketClass: 'booked' });
  expect(await ticketOf(checkIn('20260001'))).toMatchObject({ ticketId: ticket.ticketId });
  await expect.poll(() => under.host.printed).toHaveLength(1);
  expect(JSON.stringify(under.host.printed[0]?.document)).toContain('预约已签到');
  expect(await kiosk.findBooking({ bookingNo: '20260001' })).toMatchObject({
    value: { bookings: [{ stands: { is: 'used', ticketId: ticket.ticketId } }] },
  });
  expect(await kiosk.findBooking({ bookingNo: '20260009' })).toMatchObject({
    fault: { code: 'queue.booking-needs-line' },
  });
  expect(platform.outcomes).toEqual([]);
  await under.close();
  platform.down = false;
  await start();
  await expect.poll(() => platform.outcomes, { timeout: 10_000 }).toEqual(['20260001 came']);
});

it('the card finds its booking, goes first by age, and neither its number nor its name is kept', async () => {
  platform.bookings = [booked('20260001', { personNumber: zhang.number })];
  await start();
  for await (const now of await kiosk.watchBookingCard()) {
    if (now.state === 'looking') under.host.placeCard(zhang);
    if (now.state !== 'found') continue;
    expect(now).toMatchObject({ goesFirst: true, bookings: [{ stands: { is: 'in-time' } }] });
    break;
  }
  await expect.poll(() => under.host.watching).toBe(false);
  expect(await ticketOf(checkIn('20260001', true))).toMatchObject({ ticketClass: 'care' });
  for (const name of readdirSync(dataDir).filter((file) => file.startsWith('terminal.db'))) {
    const bytes = readFileSync(join(dataDir, name));
    expect(bytes.includes(zhang.number)).toBe(false);
    expect(bytes.includes(zhang.name)).toBe(false);
  }
});

it('too early, too late, another day, another station, cancelled, and unknown are each said, by number and by code', async () => {
  const inMinutes = (minutes: number) => ({
    startsAt: new Date(Date.now() + minutes * MINUTE_MS).toISOString(),
  });
  platform.bookings = [
    booked('20260001', { state: 'cancelled' }),
    booked('20260002', { stationId: '999901002', station: { zh: '光明站', en: 'Guangming' } }),
    booked('20260003', inMinutes(3 * 1440)),
  ];
  await start();
  const is = async (bookingNo: string) => {
    const found = await kiosk.findBooking({ bookingNo });
    return found.ok ? found.value.bookings.map(({ stands }) => stands.is).join() : found.fault.code;
  };
  expect(await is('20260001')).toBe('cancelled');
  expect(await is('20260002')).toBe('elsewhere');
  expect(await is('20260003')).toBe('another-day');
  expect(await is('20260009')).toBe('queue.booking-unknown');
  expect(await checkIn('20260003')).toMatchObject({ ok: false, fault: { code: 'queue.booking-unknown' } });
  expect(await checkIn('20260009')).toMatchObject({ ok: false, fault: { code: 'queue.booking-unknown' } });

  const scans = await kiosk.watchScan();
  await scans.next();
  under.host.showCode(bookingCode('20260003'));
  expect((await scans.next()).value).toMatchObject({ state: 'booking', bookingNo: '20260003' });
  await scans.return?.();
});
