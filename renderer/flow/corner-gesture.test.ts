import { describe, expect, it } from 'vitest';
import { cornerGesture, createCornerGesture } from './corner-gesture.ts';

const WIDTH_MM = 380;
const left = { xMm: 10, fromBottomMm: 10 };
const right = { xMm: WIDTH_MM - 10, fromBottomMm: 10 };
const middle = { xMm: WIDTH_MM / 2, fromBottomMm: 10 };
const above = { xMm: 10, fromBottomMm: cornerGesture.cornerMm + 1 };

/** Whether each of these touches, so many milliseconds apart, was the last of the gesture. */
function played(touches: readonly (typeof left)[], apartMs: number): boolean[] {
  const gesture = createCornerGesture();
  return touches.map((touch, index) => gesture.touched(touch, WIDTH_MM, index * apartMs));
}

describe('five touches in turn in the two lower corners', () => {
  it('are taken with the last one, and only once', () => {
    expect(played([left, right, left, right, left, right, left], 500)).toEqual([
      ...Array<boolean>(4).fill(false),
      true,
      false,
      false,
    ]);
  });

  it('are nothing in one corner, from the right, with one elsewhere, or above the corner', () => {
    for (const touches of [
      [left, left, left, left, left, left],
      [right, left, right, left, right],
      [left, right, middle, right, left],
      [left, right, above, right, left],
      [above, right, above, right, above],
    ])
      expect(played(touches, 300)).not.toContain(true);
  });

  it('are nothing when they take longer than four seconds, and the slow first ones do not spoil what follows', () => {
    expect(played([left, right, left, right, left], 1_001)).not.toContain(true);
    const gesture = createCornerGesture();
    const at = (touch: typeof left, atMs: number): boolean => gesture.touched(touch, WIDTH_MM, atMs);
    expect([at(left, 0), at(right, 3_000)]).toEqual([false, false]);
    expect([at(left, 9_000), at(right, 9_300), at(left, 9_600), at(right, 9_900)]).not.toContain(true);
    expect(at(left, 10_200)).toBe(true);
  });

  it('begin anew with a touch in the left corner after a wrong one', () => {
    expect(played([left, right, middle, left, right, left, right, left], 300).at(-1)).toBe(true);
    expect(played([left, left, right, left, right, left], 300).at(-1)).toBe(true);
  });
});
