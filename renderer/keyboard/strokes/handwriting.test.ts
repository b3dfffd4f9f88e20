import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Stroke } from './geometry.ts';
import { recognise } from './handwriting.ts';
import { lookUpStrokes } from './look-up.ts';
import { strokeCharacters, strokeIndex } from './test-strokes.ts';

/** Figures against another stroke set: `npm run prove -- handwriting`. Here: what must not break. */
const { templates } = strokeIndex;
const strokesOf = new Map(
  strokeCharacters.map(({ text, strokes }) => [text, strokes.map(({ points }): Stroke => points)]),
);

/** As written by a hand whose errors are told by a formula, so that every run writes the same. */
function wobbled(strokes: readonly Stroke[]): Stroke[] {
  return strokes.map((stroke, index) =>
    stroke.map(({ x, y }, place) => ({
      x: x * 1.2 + 2 * Math.sin(index * 7 + place * 3),
      y: y + 0.1 * x + 2 * Math.cos(index * 5 + place * 2),
    })),
  );
}

describe('handwriting', () => {
  it('knows each sixtieth character as it is drawn, and nearly each as a hand draws it', () => {
    const sample = templates.texts.filter((_text, index) => index % 60 === 0);
    const missed = { drawn: 0, wobbled: 0 };
    for (const text of sample) {
      const strokes = strokesOf.get(text) ?? [];
      if (!recognise(templates, strokes, 10).includes(text)) missed.drawn += 1;
      if (!recognise(templates, wobbled(strokes), 10).includes(text)) missed.wobbled += 1;
    }
    expect(missed.drawn).toBe(0);
    expect(missed.wobbled / sample.length).toBeLessThan(0.01);
  });

  it('tells 大 from 人, which has a stroke less, by a hand that is no template', () => {
    const written = [
      [
        [-70, -40],
        [80, -45],
      ],
      [
        [0, -90],
        [-10, 0],
        [-80, 80],
      ],
      [
        [5, -30],
        [30, 30],
        [90, 85],
      ],
    ].map((stroke) => stroke.map(([x = 0, y = 0]) => ({ x, y })));
    expect(recognise(templates, written, 10)[0]).toBe('大');
  });

  it('takes the strokes in any order', () => {
    const strokes = strokesOf.get('张') ?? [];
    expect(recognise(templates, strokes.toReversed(), 10).slice(0, 3)).toContain('张');
  });

  it('allows for two strokes that were joined', () => {
    const [first = [], second = [], third = [], ...rest] = strokesOf.get('建') ?? [];
    expect(recognise(templates, [[...first, ...second, ...third], ...rest], 20)).toContain('建');
  });

  it('does not care how large or where it was written', () => {
    const strokes = strokesOf.get('国') ?? [];
    const elsewhere = strokes.map((stroke) => stroke.map(({ x, y }) => ({ x: x * 9 + 500, y: y * 9 - 300 })));
    expect(recognise(templates, elsewhere, 5)).toEqual(recognise(templates, strokes, 5));
  });

  it('offers nothing for nothing, and something bounded for any scribble', () => {
    expect(recognise(templates, [], 10)).toEqual([]);
    expect(recognise(templates, [[]], 10)).toEqual([]);
    const coordinate = fc.integer({ min: -5_000, max: 5_000 });
    const scribble = fc.array(fc.array(fc.record({ x: coordinate, y: coordinate }), { maxLength: 30 }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(scribble, (strokes) => {
        const { characters } = lookUpStrokes(strokeIndex, {
          kind: 'handwriting',
          strokes,
          maxCandidates: 10,
        });
        expect(characters.length).toBeLessThanOrEqual(10);
        expect(new Set(characters).size).toBe(characters.length);
        expect(lookUpStrokes(strokeIndex, { kind: 'handwriting', strokes, maxCandidates: 10 })).toEqual({
          characters,
        });
      }),
      { numRuns: 60 },
    );
  });
});
