import fc from 'fast-check';
import { expect, test } from 'vitest';
import { caseStatusSchema, type CaseStatus } from '#contract/application.ts';
import { canGo, transitions } from './transitions.ts';

const states = caseStatusSchema.options;

test('every state has its row, and every step leads to a state', () => {
  expect(Object.keys(transitions).sort()).toEqual([...states].sort());
  for (const reached of Object.values(transitions).flat()) expect(states).toContain(reached);
});

test('what is refused, returned, withdrawn or delivered never moves again', () => {
  for (const end of ['07', '13', '14', '15'] as const) {
    for (const state of states) expect(canGo(end, state)).toBe(false);
  }
});

test('nothing is decided before it was accepted, and no state leads to itself', () => {
  for (const state of states) expect(canGo(state, state)).toBe(false);
  for (const early of ['01', '02', '06'] as const) expect(canGo(early, '10')).toBe(false);
});

test('whatever is tried, in whatever order, a case passes only through the table', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...states), { maxLength: 60 }), (wishes) => {
      let state: CaseStatus = '01';
      const path: CaseStatus[] = [state];
      for (const wish of wishes) {
        if (!canGo(state, wish)) continue;
        state = wish;
        path.push(state);
      }
      for (const [index, to] of path.slice(1).entries()) {
        const from = path[index] ?? '01';
        expect(transitions[from]).toContain(to);
      }
      // Closed only behind acceptance.
      if (path.includes('10')) expect(path.slice(0, path.indexOf('10'))).toContain('05');
    }),
  );
});
