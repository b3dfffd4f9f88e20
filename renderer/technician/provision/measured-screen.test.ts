import { expect, test } from 'vitest';
import { measuredScreen } from './measured-screen.ts';

test('a 21.5-inch panel is measured by a card, standing and lying', () => {
  expect(measuredScreen({ width: 1080, height: 1920 }, { width: 345, height: 218 })).toMatchObject({
    widthMm: 268,
    heightMm: 475,
  });
  expect(measuredScreen({ width: 1920, height: 1080 }, { width: 345, height: 218 })).toMatchObject({
    widthMm: 476,
    heightMm: 267,
  });
});

test('pixels are square when both sliders fit the card, and not when one is off', () => {
  expect(measuredScreen({ width: 1080, height: 1920 }, { width: 345, height: 218 }).ratio).toBeCloseTo(1, 1);
  expect(measuredScreen({ width: 1080, height: 1920 }, { width: 345, height: 160 }).ratio).toBeLessThan(0.8);
});
