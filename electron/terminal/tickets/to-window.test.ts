import { expect, it, vi } from 'vitest';
import { err, ok } from '#contract/result.ts';
import { fault } from '#contract/fault.ts';
import { createCheckInAtKiosk } from './check-in-at-kiosk.ts';
import { queueForTests, NINE_MS, ticketIdOf } from './for-tests.ts';
import type { KioskQueue } from './kiosk-queue.ts';
import { createToWindow } from './to-window.ts';

const handed = { slug: 'elderly-allowance', rows: [] } as never; // nothing looks into it here

function atKiosk(meanwhile: () => void = () => undefined) {
  const queue = queueForTests();
  const seen = () => ({
    day: queue.day(),
    settings: queue.settings,
    nowMs: NINE_MS,
    timeZone: 'Asia/Shanghai',
  });
  const visit = { visitId: 'one' };
  const keep = vi.fn();
  const end = vi.fn(() => ok(null));
  const commands: Parameters<KioskQueue['give']>[0][] = [];
  const toWindow = createToWindow({
    queue: { seen, settings: queue.settings },
    give: (command, _language, also) => {
      commands.push(command);
      also?.(ticketIdOf(1));
      meanwhile();
      return Promise.resolve(ok({ ticketId: ticketIdOf(1) }) as never);
    },
    handed: { keep },
    visits: {
      forWindow: () => ({ slug: 'elderly-allowance', age: 81, handed }),
      snapshot: () => visit as never,
      end,
    },
    own: '02',
  });
  return {
    visit,
    keep,
    end,
    seen,
    commands,
    go: (consent: boolean) => toWindow({ ticketId: ticketIdOf(1), consent, language: 'zh' }),
  };
}

it('the form that goes along is kept here, its ticket says where, and the visit is over', async () => {
  const { keep, end, go, commands } = atKiosk();
  expect((await go(true)).ok).toBe(true);
  expect(keep).toHaveBeenCalledWith(ticketIdOf(1), handed);
  expect(commands).toMatchObject([{ handedAt: '02' }]);
  expect(end).toHaveBeenCalledWith('left');
});

it('without consent nothing is kept, and the ticket says nothing of it', async () => {
  const { keep, go, commands } = atKiosk();
  expect((await go(false)).ok).toBe(true);
  expect(keep).not.toHaveBeenCalled();
  expect(commands[0]).not.toHaveProperty('handedAt');
});

it('whoever began a visit while the hub was slow to answer goes on with it', async () => {
  const kiosk = atKiosk(() => {
    kiosk.visit.visitId = 'somebody else’s';
  });
  expect((await kiosk.go(true)).ok).toBe(true);
  expect(kiosk.end).not.toHaveBeenCalled();
});

const booking = { bookingNo: '20261122', startsAtMs: NINE_MS, itemSlug: null, came: true };

function checkInPorts(searched: ReturnType<typeof err>) {
  const { seen } = atKiosk();
  return {
    queue: { seen, settings: seen().settings },
    give: () => Promise.reject(new Error('a booking that is used gives nothing')),
    bookings: {
      byNumber: (bookingNo: string) => (bookingNo === booking.bookingNo ? booking : null),
      ofPerson: () => [],
      search: () => Promise.resolve(searched),
    } as never,
    stationId: '999901001',
    itemName: () => null,
  };
}

it('a booking that another kiosk has given a ticket for gives no second one', async () => {
  const checkIn = createCheckInAtKiosk(checkInPorts(err(fault('platform.busy'))));
  const asked = { ticketId: ticketIdOf(9), bookingNo: '20261122', goesFirst: false, language: 'zh' } as const;
  expect(await checkIn.checkIn(asked)).toMatchObject({ ok: false, fault: { code: 'queue.booking-used' } });
});

it('a platform that has been asked too often is not called a line that is down, nor one that is busy', async () => {
  const find = (why: object) =>
    createCheckInAtKiosk(checkInPorts(err(why))).find({ by: 'number', bookingNo: '20261199' });
  const busy = fault('platform.busy');
  expect(await find({ ...busy, triesTooMuch: true })).toMatchObject({ fault: { code: 'progress.too-many' } });
  expect(await find(busy)).toMatchObject({ fault: { code: 'progress.busy' } });
  expect(await find(fault('platform.unreachable'))).toMatchObject({
    fault: { code: 'queue.booking-needs-line' },
  });
});
