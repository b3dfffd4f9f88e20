import type { Booking } from '#contract/booking.ts';
import type { Clock } from '#contract/ports.ts';

const MINUTE_MS = 60_000;
const ANSWER_WITHIN_MS = 5000;

/** Told as a district's booking service tells them; of synthetic people. */
export interface DemoBooking extends Booking {
  readonly bookingNo: string;
}

/** In time, too early, too late, tomorrow, and at another station: what there is to see at the kiosk. */
export function demoBookings(stationId: string, nowMs: number): readonly DemoBooking[] {
  const station = { zh: '示例街道和平社区便民服务站', en: 'Heping Community Service Station' };
  const zhang = '999901194503120014';
  const li = '999901198808060022';
  const wang = '999901199002140036';
  const at = (inMinutes: number): string => new Date(nowMs + inMinutes * MINUTE_MS).toISOString();
  return [
    {
      bookingNo: '20260001',
      stationId,
      station,
      startsAt: at(5),
      itemSlug: 'elderly-allowance',
      personNumber: zhang,
    },
    {
      bookingNo: '20260002',
      stationId,
      station,
      startsAt: at(120),
      itemSlug: 'residence-permit',
      personNumber: li,
    },
    {
      bookingNo: '20260003',
      stationId,
      station,
      startsAt: at(-60),
      itemSlug: 'consultation',
      personNumber: wang,
    },
    { bookingNo: '20260004', stationId, station, startsAt: at(1440), itemSlug: null, personNumber: wang },
    {
      bookingNo: '20260005',
      stationId: '999901002',
      station: { zh: '示例街道光明社区便民服务站', en: 'Guangming Community Service Station' },
      startsAt: at(30),
      itemSlug: 'senior-card',
      personNumber: li,
    },
  ];
}

/** One that was used at an earlier start stays used. A platform that does not answer costs the demo its bookings only. */
export async function tellDemoBookings(
  platform: { readonly url: string; readonly deskToken: string },
  stationId: string,
  clock: Pick<Clock, 'now'>,
): Promise<void> {
  for (const { bookingNo, ...booking } of demoBookings(stationId, clock.now())) {
    await fetch(`${platform.url}/v1/bookings/${bookingNo}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${platform.deskToken}`, 'content-type': 'application/json' },
      body: JSON.stringify(booking),
      signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
    }).catch(() => undefined);
  }
}
