import { expect, it } from 'vitest';
import { SimulatedClock } from '../runtime/simulated-clock.ts';
import { openFourDisplays } from './four-on-a-line.ts';

it('four displays on one line at 9600 baud show a call within a second', async () => {
  const clock = new SimulatedClock();
  const opening = openFourDisplays(clock, 9_600);
  await clock.advance(3_000);
  const four = await opening;
  for (const ticket of ['A012', 'B345', 'A013']) {
    const called = four.call(ticket);
    const bytesBefore = four.wireBytes;
    await clock.advance(2_000);
    const tookMs = await called;
    expect(tookMs).toBeLessThan(1_000);
    // Not faster than the bits of what was sent, so that the figure means something.
    expect(tookMs).toBeGreaterThan(((four.wireBytes - bytesBefore) * 10_000) / 9_600 / 2);
  }
  await four.close();
  expect(clock.pendingTimers).toBe(0);
});
