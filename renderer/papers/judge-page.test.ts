import { describe, expect, it } from 'vitest';
import { judgeLimits, judgePage, sharpness } from './judge-page.ts';
import { grayOf, type GrayPicture, type Picture, type Quad } from './picture.ts';
import { a4, card, printedPage } from './synthetic/page.ts';
import { photograph, type Scene } from './synthetic/photograph.ts';

/** A sheet that lies across and fills the frame: cut out already, 3.4 pixels a millimetre. */
const across = printedPage({ ...a4, widthMm: a4.heightMm, heightMm: a4.widthMm }, 3);
const LONG = 1000;

function pictureOf(page: GrayPicture, change: Partial<Scene>, longPx: number): Picture {
  const [width, height] = [longPx, Math.round((longPx * page.height) / page.width)];
  const quad: Quad = [
    { x: 0, y: 0 },
    { x: width, y: 0 },
    { x: width, y: height },
    { x: 0, y: height },
  ];
  return photograph(page, {
    width,
    height,
    quad,
    table: [0, 0, 0],
    grain: 0,
    gradient: 0.2,
    light: 0.85,
    blurPx: 0,
    noise: 3,
    glare: null,
    seed: 5,
    ...change,
  });
}

const judged = (change: Partial<Scene>) => judgePage(pictureOf(across, change, LONG), LONG);
const sharpnessOf = (change: Partial<Scene>) => sharpness(grayOf(pictureOf(across, change, LONG)));

describe('a page', () => {
  it('that is sharp and well lit raises no doubt, nor one with the blur that every lens has', () => {
    expect(judged({ blurPx: 1 })).toEqual([]);
  });

  it('whose strokes run into each other is blurred, however much the sensor adds to it', () => {
    expect(judged({ blurPx: 2.2, noise: 6 })).toEqual(['blur']);
  });

  it('is the less sharp the more it is blurred: each step of the measure is seen', () => {
    const steps = [0.5, 1.2, 3].map((blurPx) => sharpnessOf({ blurPx }) ?? NaN);
    expect(steps).toEqual(steps.toSorted((a, b) => b - a));
    expect(new Set(steps.map((step) => Math.sign(step - judgeLimits.leastSharpness)))).toEqual(
      new Set([1, -1]),
    );
  });

  it('in a fifth of the light is too dark', () => {
    expect(judged({ light: 0.17 })).toContain('dark');
  });

  it('that mirrors a lamp glares, and its white paper alone does not', () => {
    expect(judged({ glare: { at: { x: 500, y: 350 }, radiusPx: 90 } })).toEqual(['glare']);
    expect(judged({ light: 1.2, gradient: 0 })).toEqual([]);
  });

  it('of too few pixels is too far away; a card needs fewer than a sheet', () => {
    const sheet = pictureOf(across, {}, 700);
    expect(judgePage(sheet, 700)).toContain('far');
    const identity = pictureOf(printedPage(card, 1), {}, 640);
    expect(judgePage(identity, 640)).toEqual([]);
    expect(judgePage(identity, 500)).toContain('far');
  });

  it('with nothing printed on it cannot be called blurred', () => {
    const blank = { ...across, data: across.data.map(() => 235) };
    expect(judgePage(pictureOf(blank, {}, LONG), LONG)).toEqual([]);
  });
});
