import { afterAll, beforeAll, expect, it } from 'vitest';
import { startQueueStation, type QueueStation } from '../support/queue-station.ts';
import { judgeBooks, playStation } from '../support/station-day.ts';

/** The short form of `npm run prove -- station`. */

let station: QueueStation;
beforeAll(async () => {
  station = await startQueueStation({ members: 2, windows: 3 });
});
afterAll(() => station.close());

it('after kills and cuts the books of hub, members, windows and kiosks agree', async () => {
  const played = await playStation(station, {
    seed: 6,
    tickets: 60,
    windows: 3,
    boards: 1,
    misfortuneEveryMs: 800,
    touchEveryMs: 100,
  });
  expect(judgeBooks(station, played)).toEqual([]);
  expect(played.kills + played.cuts).toBeGreaterThan(0);
});
