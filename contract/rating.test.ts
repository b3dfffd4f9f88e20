import { describe, expect, it } from 'vitest';
import {
  levelOfCode,
  ratingLevels,
  ratingReasons,
  reasonsOf,
  satisfactionCode,
  satisfactionStars,
} from './rating-scale.ts';
import { ratingSchema } from './rating.ts';

describe('the five levels', () => {
  it('are counted from the best by GB/T 39046, and from the worst by the stars', () => {
    expect(ratingLevels.map((level) => [level, satisfactionCode(level), satisfactionStars(level)])).toEqual([
      ['very-satisfied', 1, 5],
      ['satisfied', 2, 4],
      ['fairly-satisfied', 3, 3],
      ['dissatisfied', 4, 2],
      ['very-dissatisfied', 5, 1],
    ]);
  });

  it('are found again by their code, and by no other', () => {
    for (const level of ratingLevels) expect(levelOfCode(satisfactionCode(level))).toBe(level);
    expect([0, 6, -1, 1.5].map(levelOfCode)).toEqual([null, null, null, null]);
  });

  it('are asked why at the two bad ones alone, by reasons that begin with their stars', () => {
    for (const level of ratingLevels) {
      expect(reasonsOf(level).every((reason) => reason.startsWith(String(satisfactionStars(level))))).toBe(
        true,
      );
    }
    expect(ratingLevels.filter((level) => reasonsOf(level).length > 0)).toEqual(Object.keys(ratingReasons));
  });
});

describe('a rating', () => {
  const good = { level: 'dissatisfied', reasons: ['207', '214'], words: '等了很久' };
  const isTaken = (change: object) => ratingSchema.safeParse({ ...good, ...change }).success;

  it('needs neither reasons nor words, at no level', () => {
    for (const level of ratingLevels) expect(isTaken({ level, reasons: [], words: null })).toBe(true);
  });

  it.each([
    ['a reason of another level', { level: 'very-dissatisfied' }],
    ['a reason for a good level', { level: 'satisfied', reasons: ['207'] }],
    ['a reason twice', { reasons: ['207', '207'] }],
    ['a reason of no list', { reasons: ['999'] }],
    ['no level', { level: undefined }],
    ['a sixth level', { level: 'furious' }],
    ['words that are none', { words: '  ' }],
    ['half a character', { words: '\ud842' }],
    ['U+0000', { words: 'a\0b' }],
    ['who it was', { name: '张建国' }],
  ])('is refused with %s', (_what, change) => {
    expect(isTaken(change)).toBe(false);
  });

  it('has room for 200 characters, counted as a person counts', () => {
    expect(isTaken({ words: '𠮷'.repeat(200) })).toBe(true);
    expect(isTaken({ words: '好'.repeat(201) })).toBe(false);
  });
});
