import { expect, test } from 'vitest';
import { withoutBoxes } from './glyphless.ts';
import { maskName } from './masks.ts';

test('a character that no font has is told by its code, and the others stay', () => {
  expect(withoutBoxes('张\u{30EDE}')).toBe('张〔U+30EDE〕');
  expect(withoutBoxes('𠮷㛃犇')).toBe('𠮷㛃犇');
});

test('one of private use, as an old chip may hold, is no empty box either', () => {
  expect(withoutBoxes('\uE1A3明')).toBe('〔U+E1A3〕明');
});

test('a mask shows what it leaves open', () => {
  expect(maskName('张某\u{30EDE}')).toBe('张*〔U+30EDE〕');
  expect(maskName('\u{30EDE}')).toBe('*');
});
