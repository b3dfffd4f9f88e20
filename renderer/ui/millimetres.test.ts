import { expect, it } from 'vitest';
import { pxPerMm } from './millimetres.ts';

const panel = { widthMm: 268, heightMm: 476 };

it('a millimetre of a 21.5-inch panel is four pixels, however it hangs', () => {
  expect(pxPerMm(panel, 1080, 1920)).toBeCloseTo(4.03, 2);
  expect(pxPerMm(panel, 1920, 1080)).toBeCloseTo(4.03, 2);
});

it('a page that does not fill the panel is measured by its tighter side', () => {
  expect(pxPerMm(panel, 540, 1920)).toBeCloseTo(540 / 268, 5);
});
