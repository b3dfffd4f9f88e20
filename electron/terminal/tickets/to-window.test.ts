import { expect, it, vi } from 'vitest';
import { err, ok } from '#contract/result.ts';
import { fault } from '#contract/fault.ts';
import { createCheckInAtKiosk } from './check-in-at-kiosk.ts';
import { queueForTests, NINE_MS, ticketIdOf } from './for-tests.ts';
import { createToWindow } from './to-window.ts';

const handed = { slug: 'elderly-allowance', rows: [] } as never; // nothing looks into it here

function atKiosk(handsOver: boolean, meanwhile: () => void = () => undefined) {
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
  const toWindow = createToWindow({
    queue: { seen, settings: queue.settings },
    give: (_command, _language, also) => {
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
    handsOver,
  });
  return {
    visit,
    keep,
    end,
    seen,
    go: () => toWindow({ ticketId: ticketIdOf(1), consent: true, language: 'zh' }),
  };
}

it('a hub keeps the form that goes along, and the visit is over', async () => {
  const { keep, end, go } = atKiosk(true);
  expect((await go()).ok).toBe(true);
  expect(keep).toHaveBeenCalledWith(ticketIdOf(1), handed);
  expect(end).toHaveBeenCalledWith('left');
});

it('a member keeps no form that no window could open, whatever is asked of it', async () => {
  const { keep, go } = atKiosk(false);
  expect((await go()).ok).toBe(true);
  expect(keep).not.toHaveBeenCalled();
});

it('whoever began a visit while the hub was slow to answer goes on with it', async () => {
  const kiosk = atKiosk(true, () => {
    kiosk.visit.visitId = 'somebody else’s';
  });
  expect((await kiosk.go()).ok).toBe(true);
  expect(kiosk.end).not.toHaveBeenCalled();
});

const booking = { bookingNo: '20261122', startsAtMs: NINE_MS, itemSlug: null, came: true };

function checkInPorts(searched: ReturnType<typeof err>) {
  const { seen } = atKiosk(true);
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

it('a platform that has been asked too often is not called a line that is down', async () => {
  const find = (code: 'platform.busy' | 'platform.unreachable') =>
    createCheckInAtKiosk(checkInPorts(err(fault(code)))).find({ by: 'number', bookingNo: '20261199' });
  expect(await find('platform.busy')).toMatchObject({ fault: { code: 'platform.busy' } });
  expect(await find('platform.unreachable')).toMatchObject({ fault: { code: 'queue.booking-needs-line' } });
});
