import { describe, expect, it } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { watchIdle, type IdleState } from './idle-watch.ts';
import { newest } from './newest.ts';

describe('snapshots', () => {
  it('that arrive late do not overwrite a newer one', () => {
    const late = { revision: 4 };
    const present = { revision: 5 };
    expect(newest(present, late)).toBe(present);
    expect(newest(null, late)).toBe(late);
    expect(newest(present, { revision: 6 })).toEqual({ revision: 6 });
  });
});

describe('an idle screen', () => {
  const times = { warnAfterSeconds: 90, graceSeconds: 30 };

  it('warns, gives half a minute second by second, and only then is gone', async () => {
    const clock = new SimulatedClock();
    const said: IdleState[] = [];
    watchIdle(clock, times, (state) => said.push(state));
    await clock.advance(89_999);
    expect(said).toEqual([{ state: 'active' }]);
    await clock.advance(1);
    expect(said.at(-1)).toEqual({ state: 'warning', secondsLeft: 30 });
    await clock.advance(29_999);
    expect(said.at(-1)).toEqual({ state: 'warning', secondsLeft: 1 });
    await clock.advance(1);
    expect(said.at(-1)).toEqual({ state: 'gone' });
    await clock.advance(1_000_000);
    expect(said.filter((entry) => entry.state === 'gone')).toHaveLength(1);
  });

  it('starts anew at each touch, in the warning too', async () => {
    const clock = new SimulatedClock();
    const said: IdleState[] = [];
    const watch = watchIdle(clock, times, (state) => said.push(state));
    await clock.advance(95_000);
    watch.touched();
    expect(said.at(-1)).toEqual({ state: 'active' });
    await clock.advance(89_000);
    expect(said.at(-1)).toEqual({ state: 'active' });
    watch.stop();
    await clock.advance(1_000_000);
    expect(said.at(-1)).toEqual({ state: 'active' });
  });
});
