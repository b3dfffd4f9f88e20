import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cohortLimits, cohortOf } from '#platform/fleet/releases/cohorts.ts';
import { judge, type Tally } from '#platform/fleet/releases/judge.ts';
import {
  moveOf,
  moves,
  releaseStates,
  type Move,
  type ReleaseState,
} from '#platform/fleet/releases/moves.ts';

const tally = fc
  .record({ size: fc.nat(1000), healthy: fc.nat(1000), bad: fc.nat(1000) })
  .filter(({ size, healthy, bad }) => healthy + bad <= size);
const percent = fc.nat(50);
const sum = (left: Tally, right: Tally): Tally => ({
  size: left.size + right.size,
  healthy: left.healthy + right.healthy,
  bad: left.bad + right.bad,
});

test('whatever the terminals report, a release goes on only when few enough of the present cohort are not well on it, and never when it is bad', () => {
  fc.assert(
    fc.property(tally, tally, fc.nat(5), fc.boolean(), percent, (current, earlier, cohort, isLast, most) => {
      const all = sum(current, earlier);
      const event = judge({ current, all, cohort, isLast }, most);
      const isBad = [current, all].some(({ size, bad }) => bad * 100 > most * size);
      expect(event === 'bad').toBe(isBad);
      if (event === 'cohort-proved' || event === 'last-proved') {
        expect((current.size - current.healthy) * 100).toBeLessThanOrEqual(most * current.size);
        expect(cohort > 0 || current.healthy > 0).toBe(true);
        expect(event === 'last-proved').toBe(isLast);
      }
    }),
  );
});

test('any reports in any order: a withdrawn release never goes on again, and a cohort is reached by one step', () => {
  const reports = fc.array(fc.record({ current: tally, all: tally }), { maxLength: 30 });
  fc.assert(
    fc.property(reports, percent, fc.integer({ min: 1, max: 5 }), (told, most, cohorts) => {
      let state: ReleaseState = 'rolling';
      let cohort = 0;
      for (const { current, all } of told) {
        const event = judge(
          { current, all: sum(all, current), cohort, isLast: cohort === cohorts - 1 },
          most,
        );
        const move: Move | null = event === null ? null : moveOf(state, event);
        if (move === null) continue;
        expect(state).not.toBe('withdrawn');
        state = move.to;
        cohort += move.cohorts;
        expect(cohort).toBeLessThan(cohorts);
      }
    }),
  );
});

test('every move is told once, and from a withdrawn release there is none', () => {
  const keys = moves.map(({ from, on }) => `${from} ${on}`);
  expect(new Set(keys).size).toBe(keys.length);
  expect(moves.filter(({ from }) => from === 'withdrawn')).toEqual([]);
  // Whatever is open can be taken back.
  for (const state of releaseStates.filter((each) => each !== 'withdrawn'))
    expect(moveOf(state, 'withdraw')?.to).toBe('withdrawn');
});

test('a terminal is in one cohort, the same whatever others there are, and a larger step holds the smaller one', () => {
  const ids = fc.array(fc.stringMatching(/^[A-Za-z0-9-]{1,40}$/), { minLength: 1, maxLength: 50 });
  const steps = fc
    .uniqueArray(fc.integer({ min: 1, max: 99 }), { maxLength: 5 })
    .map((some) => [...some.toSorted((a, b) => a - b), 100]);
  fc.assert(
    fc.property(ids, steps, (terminals, percents) => {
      const canaries = terminals.slice(0, 1);
      const plan = { canaries, percents };
      for (const id of terminals) {
        const cohort = cohortOf(plan, id);
        expect(cohort).toBeGreaterThanOrEqual(0);
        expect(cohort).toBeLessThan(cohortLimits(plan).length);
        if (!canaries.includes(id)) expect(cohort).toBe(cohortOf({ canaries: [], percents }, id) + 1);
      }
    }),
  );
});
