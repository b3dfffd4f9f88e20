import { ID_1_CARD_MM } from '#contract/provisioning.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/** The whole panel in whole millimetres, when a card of ID-1 size is so many pixels on it; `ratio`: a pixel's width to its height. */
export function measuredScreen(
  pagePx: Size,
  cardPx: Size,
): { readonly widthMm: number; readonly heightMm: number; readonly ratio: number } {
  const mmPerPx = { x: ID_1_CARD_MM.width / cardPx.width, y: ID_1_CARD_MM.height / cardPx.height };
  return {
    widthMm: Math.round(pagePx.width * mmPerPx.x),
    heightMm: Math.round(pagePx.height * mmPerPx.y),
    ratio: mmPerPx.x / mmPerPx.y,
  };
}
