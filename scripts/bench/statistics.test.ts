import { describe, expect, it } from 'vitest';
import { interleaved, quantile, spreadOf } from './statistics.ts';

describe('a spread', () => {
  it('has the middle sample as its median', () => {
    expect(spreadOf([9, 1, 5])).toEqual({ median: 5, lowest: 1, highest: 9, samples: 3 });
  });

  it('has the mean of the two middle samples when their number is even', () => {
    expect(spreadOf([10, 1, 2, 4]).median).toBe(3);
  });

  it('sorts numbers as numbers', () => {
    expect(spreadOf([10, 9, 100]).median).toBe(10);
  });

  it('leaves the samples in their order', () => {
    const samples = [3, 1, 2];
    spreadOf(samples);
    expect(samples).toEqual([3, 1, 2]);
  });

  it('of nothing is a defect of the group', () => {
    expect(() => spreadOf([])).toThrow('nothing was measured');
  });
});

describe('interleaved repetitions', () => {
  it('take the sides in turn, and throw the warm-ups away', async () => {
    const calls: string[] = [];
    let count = 0;
    const side = (name: string) => () => {
      calls.push(name);
      count += 1;
      return count;
    };
    const samples = await interleaved([side('a'), side('b')], { warmUps: 1, repetitions: 2 });
    expect(calls).toEqual(['a', 'b', 'a', 'b', 'a', 'b']);
    expect(samples).toEqual([
      [3, 5],
      [4, 6],
    ]);
  });

  it('wait for one side before the next begins', async () => {
    let running = 0;
    const side = async () => {
      running += 1;
      await Promise.resolve();
      const together = running;
      running -= 1;
      return together;
    };
    const samples = await interleaved([side, side], { warmUps: 0, repetitions: 3 });
    expect(samples).toEqual([
      [1, 1, 1],
      [1, 1, 1],
    ]);
  });
});

it('a quantile is a sample, of however few', () => {
  const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);
  expect(quantile(hundred, 0.99)).toBe(99);
  expect(quantile(hundred, 0.5)).toBe(50);
  expect(quantile([7], 0.99)).toBe(7);
  expect(() => quantile([], 0.5)).toThrow();
});
