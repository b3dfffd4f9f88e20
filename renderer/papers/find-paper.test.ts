import { describe, expect, it } from 'vitest';
import { findPaper } from './find-paper.ts';
import { distance, type Picture, type Quad } from './picture.ts';
import { straightened } from './straighten.ts';
import { a4, card, printedPage } from './synthetic/page.ts';
import { ordinaryScene, photograph, posed, type Scene } from './synthetic/photograph.ts';
import { seeded } from './synthetic/seeded.ts';

/** Edges are looked for in small pictures anyway. */
const FRAME = { width: 480, height: 360 };
const page = printedPage(a4, 1);
const aspect = a4.widthMm / a4.heightMm;
const plain: Scene = {
  ...ordinaryScene(1, FRAME, aspect),
  quad: posed(FRAME, aspect, { size: 0.8, turnDegrees: 4, tilt: 0.05, off: { x: 0, y: 0 } }),
  table: [62, 58, 55],
  grain: 4,
  gradient: 0.1,
  noise: 3,
};

function furthestCorner(found: Quad, given: Quad): number {
  return Math.max(...found.map((corner, index) => distance(corner, given[index] ?? corner)));
}

describe('the edges of a paper', () => {
  it.each([
    ['a sheet', a4, 10],
    ['a card', card, 6],
  ] as const)('of %s are found on any table, turned, aslant and in any light', (_name, kind, scenes) => {
    const printed = printedPage(kind, 2);
    const missed: number[] = [];
    for (let seed = 1; seed <= scenes; seed += 1) {
      const scene = ordinaryScene(seed, FRAME, kind.widthMm / kind.heightMm);
      const found = findPaper(photograph(printed, scene));
      if (!found || found.isCutOff || furthestCorner(found.quad, scene.quad) > 3) missed.push(seed);
    }
    expect(missed).toEqual([]);
  });

  it('are found by a paper that is darker than its table', () => {
    const dark = { ...page, data: page.data.map((value) => value / 5) };
    const found = findPaper(photograph(dark, { ...plain, table: [215, 205, 190] }));
    expect(found && furthestCorner(found.quad, plain.quad)).toBeLessThan(3);
  });

  it('that go on beyond the frame are said to', () => {
    const quad = plain.quad.map(({ x, y }) => ({ x: x + 190, y })) as unknown as Quad; // four, as before
    expect(findPaper(photograph(page, { ...plain, quad }))?.isCutOff).toBe(true);
  });
});

describe('no paper', () => {
  const frame = (paint: (x: number, y: number) => number): Picture => {
    const data = new Uint8ClampedArray(FRAME.width * FRAME.height * 4).fill(255);
    for (let at = 0; at < FRAME.width * FRAME.height; at += 1) {
      data.fill(paint(at % FRAME.width, Math.floor(at / FRAME.width)), at * 4, at * 4 + 3);
    }
    return { ...FRAME, data };
  };
  const random = seeded(7);

  it.each<[string, Picture]>([
    ['an empty table', frame(() => 90)],
    ['a lid', frame(() => 0)],
    ['noise', frame(() => random() * 255)],
    ['light from one side', frame((x) => 60 + x / 8)],
    ['a round plate', frame((x, y) => (Math.hypot(x - 240, y - 180) < 130 ? 230 : 60))],
    [
      'a hand',
      frame((x, y) => (Math.hypot(x - 240, y - 180) < 70 || (x > 225 && y > 180 && x - y < 80) ? 200 : 60)),
    ],
    ['a coin', frame((x, y) => (Math.hypot(x - 240, y - 180) < 19 ? 230 : 60))],
    ['a frame of one pixel', { width: 1, height: 1, data: new Uint8ClampedArray(4) }],
  ])('is found on %s', (_name, picture) => {
    expect(findPaper(picture)).toBeNull();
  });
});

it('a paper that is made straight shows what is printed on it, where it is printed', () => {
  // A black square in the upper left quarter, and nothing else.
  const marked = { ...page, data: page.data.map((_value, at) => mark(at)) };
  function mark(at: number): number {
    const [x, y] = [(at % page.width) / page.width, Math.floor(at / page.width) / page.height];
    return x > 0.2 && x < 0.4 && y > 0.1 && y < 0.3 ? 10 : 235;
  }
  const straight = straightened(photograph(marked, { ...plain, noise: 0 }), plain.quad);
  const seen = (u: number, v: number): number =>
    straight.data[(Math.floor(v * straight.height) * straight.width + Math.floor(u * straight.width)) * 4] ??
    0;
  expect([seen(0.3, 0.2), seen(0.22, 0.12), seen(0.38, 0.28)].every((value) => value < 60)).toBe(true);
  expect(
    [seen(0.17, 0.2), seen(0.43, 0.2), seen(0.3, 0.07), seen(0.3, 0.33), seen(0.7, 0.8)].every(
      (value) => value > 120,
    ),
  ).toBe(true);
});
