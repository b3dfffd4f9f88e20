import { describe, expect, it } from 'vitest';
import { verdictOf, type Figure } from './figure.ts';
import { spreadOf } from './statistics.ts';

const figure: Figure = {
  name: 'a figure',
  unit: 'ms',
  ours: 5,
  spread: spreadOf([5]),
  beside: { name: 'limit', value: 10 },
  goal: { is: 'at most', ratio: 0.5 },
};

describe('the verdict on a figure', () => {
  it('is met exactly at its goal', () => {
    expect(verdictOf(figure)).toEqual({ ratio: 0.5, met: true });
    expect(verdictOf({ ...figure, goal: { is: 'at least', ratio: 0.5 } })).toEqual({ ratio: 0.5, met: true });
  });

  it('is not met on the wrong side of it', () => {
    expect(verdictOf({ ...figure, ours: 5.1 }).met).toBe(false);
    expect(verdictOf({ ...figure, ours: 4.9, goal: { is: 'at least', ratio: 0.5 } }).met).toBe(false);
  });

  it('is none without a goal, and no ratio without something beside it', () => {
    expect(verdictOf({ ...figure, goal: null })).toEqual({ ratio: 0.5, met: null });
    expect(verdictOf({ ...figure, beside: null })).toEqual({ ratio: null, met: null });
  });
});
