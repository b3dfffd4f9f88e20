import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { decodeStrokes, encodeStrokes, MAX_COORDINATE, strokeKinds } from './stroke-format.ts';
import { strokeCharacters, strokesText } from './test-strokes.ts';

const coordinate = fc.integer({ min: 0, max: MAX_COORDINATE });
const stroke = fc.record({
  kind: fc.constantFrom(...strokeKinds),
  points: fc.array(fc.record({ x: coordinate, y: coordinate }), { maxLength: 9 }),
});
const character = fc.record({
  text: fc.constantFrom('大', '䶮', '𬱖'),
  strokes: fc.array(stroke, { minLength: 1, maxLength: 40 }),
});

describe('strokes as text', () => {
  it('come back as they went', () => {
    fc.assert(
      fc.property(fc.array(character, { minLength: 1 }), (characters) => {
        expect(decodeStrokes(encodeStrokes(characters))).toEqual(characters);
      }),
    );
  });

  it('are moved to the edge of the square when they leave it', () => {
    const outside = [{ text: '大', strokes: [{ kind: '1', points: [{ x: -3, y: 90 }] }] }] as const;
    expect(decodeStrokes(encodeStrokes(outside))[0]?.strokes[0]?.points).toEqual([{ x: 0, y: 63 }]);
  });

  it.each(['', '大\n', '大Qd3d\n', '大1Qd3:\n', '<!doctype html><title>404</title>\n', '大1Q\u00e9'])(
    'are refused when they are something else: %j',
    (text) => {
      expect(() => decodeStrokes(text)).toThrow();
    },
  );
});

describe('the committed strokes', () => {
  it('stay small enough to load while the first stroke is written', () => {
    expect(gzipSync(strokesText).length).toBeLessThan(1_500_000);
  });

  it('hold each character once, more than nine thousand of them drawn', () => {
    expect(new Set(strokeCharacters.map(({ text }) => text)).size).toBe(strokeCharacters.length);
    const drawn = strokeCharacters.filter(({ strokes }) => strokes.every(({ points }) => points.length > 1));
    expect(drawn.length).toBeGreaterThan(9_500);
    const half = strokeCharacters.filter(
      ({ strokes }) =>
        strokes.some(({ points }) => points.length > 0) && !strokes.every(({ points }) => points.length > 1),
    );
    expect(half).toEqual([]);
  });
});
