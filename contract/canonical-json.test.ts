import fc from 'fast-check';
import { expect, it } from 'vitest';
import { canonicalJson } from './canonical-json.ts';

it('keys stand in the order of their code units, however the object was made', () => {
  expect(canonicalJson({ b: [1, { z: null, a: true }], ä: '办', B: -0, a: undefined })).toBe(
    '{"B":0,"b":[1,{"a":true,"z":null}],"ä":"办"}',
  );
});

it('the strokes of a signature are written as any other numbers', () => {
  expect(
    canonicalJson([
      [
        [1, 2.5],
        [-0, 1e21],
      ],
      [],
    ]),
  ).toBe('[[[1,2.5],[0,1e+21]],[]]');
  expect(canonicalJson([1, [2, { b: 3, a: [4] }], '5'])).toBe('[1,[2,{"a":[4],"b":3}],"5"]');
});

it('numbers are written as JSON writes them', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
      expect(canonicalJson(number)).toBe(JSON.stringify(number));
    }),
  );
});

it('what it says is JSON and means the same', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

it.each([
  [[undefined]],
  [Number.NaN],
  [Number.POSITIVE_INFINITY],
  [[1n]],
  [[1, [2, Number.NaN]]],
  [[[1, 2], undefined]],
  [Array(2)],
])('refuses %s', (value) => {
  expect(() => canonicalJson(value)).toThrow(TypeError);
});
