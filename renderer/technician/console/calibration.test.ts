import { expect, it } from 'vitest';
import { crossesOn, errorMm, id1Card, measuredBy } from './calibration.ts';

it('puts a cross near each corner of any panel', () => {
  const crosses = crossesOn({ widthMm: 300, heightMm: 500 });
  expect(crosses).toEqual([
    { xMm: 30, yMm: 30 },
    { xMm: 270, yMm: 30 },
    { xMm: 30, yMm: 470 },
    { xMm: 270, yMm: 470 },
  ]);
});

it('says how far beside the cross a finger was, in millimetres', () => {
  const cross = { xMm: 30, yMm: 30 };
  expect(errorMm(cross, cross)).toBe(0);
  expect(errorMm(cross, { xMm: 33, yMm: 26 })).toBe(5);
  expect(errorMm(cross, { xMm: 30, yMm: 31.26 })).toBe(1.3);
});

it('takes a panel for larger than configured when the card had to be drawn smaller, in both directions', () => {
  const configured = { widthMm: 344, heightMm: 611 };
  expect(measuredBy(id1Card.widthMm, configured)).toEqual(configured);
  expect(measuredBy(id1Card.widthMm / 2, configured)).toEqual({ widthMm: 688, heightMm: 1222 });
  expect(measuredBy(id1Card.widthMm * 2, configured)).toEqual({ widthMm: 172, heightMm: 305.5 });
});
