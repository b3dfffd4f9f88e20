import { expect, it } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { fault } from '#contract/fault.ts';
import { err, ok } from '#contract/result.ts';
import type { PlatformClient } from '../outbox/platform-client.ts';
import { watchPlatformLine } from './platform-line.ts';

const CHECK_MS = 10_000;
type Alive = Awaited<ReturnType<PlatformClient['isAlive']>>;

function watched(first: Alive) {
  const clock = new SimulatedClock();
  const platform = { alive: first, looks: 0, backs: 0 };
  const line = watchPlatformLine({
    client: {
      isAlive: () => {
        platform.looks += 1;
        return Promise.resolve(platform.alive);
      },
    },
    clock,
    checkEveryMs: CHECK_MS,
    onBack: () => (platform.backs += 1),
  });
  return { clock, platform, line };
}

it('looks only when no answer has told it for so long', async () => {
  const { clock, platform, line } = watched(ok(null));
  await clock.advance(0);
  expect(platform.looks).toBe(1);
  for (let count = 0; count < 20; count += 1) {
    await clock.advance(CHECK_MS - 1);
    line.saw('online');
  }
  expect(platform.looks).toBe(1);
  await clock.advance(CHECK_MS);
  expect(platform.looks).toBe(2);
  await clock.advance(3 * CHECK_MS);
  expect(platform.looks).toBe(5);
  line.stop();
  await clock.advance(3 * CHECK_MS);
  expect(platform.looks).toBe(5);
});

it('a line that went down without a word is seen as soon as ever it was', async () => {
  const { clock, platform, line } = watched(ok(null));
  await clock.advance(CHECK_MS / 2);
  line.saw('online');
  platform.alive = err(fault('platform.unreachable'));
  await clock.advance(CHECK_MS);
  expect(line.state()).toBe('offline');
  platform.alive = ok(null);
  await clock.advance(CHECK_MS);
  expect(line.state()).toBe('online');
  expect(platform.backs).toBe(2);
});

it('a platform that has too much to do is there; one that cannot store is not', async () => {
  const { clock, platform, line } = watched(err({ ...fault('platform.busy'), status: 429 }));
  await clock.advance(0);
  expect(line.state()).toBe('online');
  platform.alive = err({ ...fault('platform.failed'), status: 503 });
  await clock.advance(CHECK_MS);
  expect(line.state()).toBe('offline');
});

it('one thing that fails for ever does not take the platform away: it is asked, and is there', async () => {
  const { clock, platform, line } = watched(ok(null));
  await clock.advance(0);
  for (let count = 0; count < 100; count += 1) {
    line.doubt();
    line.doubt();
    await clock.advance(CHECK_MS / 2);
    expect(line.state()).toBe('online');
  }
  expect([platform.looks, platform.backs]).toEqual([101, 1]);
});

it('a request that finds nobody is how a line is known to be away, and it is looked at until it is back', async () => {
  const { clock, platform, line } = watched(ok(null));
  await clock.advance(0);
  platform.alive = err(fault('platform.unreachable'));
  line.doubt();
  await clock.advance(0);
  expect(line.state()).toBe('offline');
  for (let count = 0; count < 10; count += 1) line.doubt();
  await clock.advance(CHECK_MS - 1);
  expect(platform.looks).toBe(2);
  platform.alive = ok(null);
  await clock.advance(1);
  expect([line.state(), platform.backs]).toEqual(['online', 2]);
});
