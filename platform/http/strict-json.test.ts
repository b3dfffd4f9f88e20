import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseStrictJson } from './strict-json.ts';

const parse = (text: string) => parseStrictJson(new TextEncoder().encode(text));
const wrong = (error: string) => ({ ok: false, fault: error });

test('whatever JSON.stringify makes of storable texts is read as JSON.parse reads it', () => {
  const text = fc
    .string({ unit: 'binary' })
    .filter((made) => made.isWellFormed() && !made.includes('\0') && made !== '__proto__');
  const value = fc.letrec((tie) => ({
    leaf: fc.oneof(
      text,
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
      fc.constant(null),
    ),
    list: fc.array(tie('node'), { maxLength: 4 }),
    record: fc.dictionary(text, tie('node'), { maxKeys: 4 }),
    node: fc.oneof({ depthSize: 'small' }, tie('leaf'), tie('list'), tie('record')),
  })).node;
  fc.assert(
    fc.property(value, fc.constantFrom(0, 2), (made, indent) => {
      const json = JSON.stringify(made, null, indent);
      expect(parse(json)).toEqual({ ok: true, value: JSON.parse(json) });
    }),
    { numRuns: 300, seed: 39 },
  );
});

test.each<[string, string]>([
  ['twice', '{"a":1,"a":2}'],
  ['twice, once escaped', '{"a":1,"\\u0061":2}'],
  ['twice, with an object between', '{"a":{"b":1,"c":[{}]},"a":2}'],
  ['twice, deeper', '[{"x":{"a":"}","a":1}}]'],
  ['twice, empty', '{"":1, "" : 2}'],
])('a name that stands %s is refused', (_what, text) => {
  expect(parse(text)).toMatchObject({ ok: false });
  expect(JSON.stringify(parse(text))).toContain('stands twice');
});

test.each(['{"a":"a","b":["a","a"],"c":{"a":"b"}}', '{"a":"\\"a\\":1,\\"a\\":2"}', '[{"a":1},{"a":1}]'])(
  '%s has no name twice',
  (text) => {
    expect(parse(text)).toEqual({ ok: true, value: JSON.parse(text) });
  },
);

test.each<[string, string]>([
  ['U+0000', '{"a":"\\u0000"}'],
  ['U+0000 in a name', '{"\\u0000":1}'],
  ['the first half of a pair', '["\\ud83d"]'],
  ['the second half', '["\\ude00 x"]'],
  ['a pair the wrong way round', '["\\ude00\\ud83d"]'],
])('%s is refused: no database holds it', (_what, text) => {
  expect(parse(text)).toMatchObject({ ok: false });
});

test('an escaped backslash before u0000 is a text like any other', () => {
  expect(parse('["\\\\u0000","\\ud83d\\ude00"]')).toEqual({ ok: true, value: ['\\u0000', '😀'] });
});

test('the depth is bounded, and half a million brackets do not exhaust anything', () => {
  expect(parse('['.repeat(32) + ']'.repeat(32))).toMatchObject({ ok: true });
  expect(parse('['.repeat(33) + ']'.repeat(33))).toMatchObject({ ok: false });
  expect(parse('{"a":'.repeat(200_000) + '1' + '}'.repeat(200_000))).toMatchObject({ ok: false });
});

test('__proto__ is no name, however it is written', () => {
  expect(parse('{"__proto__":{"x":1}}')).toMatchObject({ ok: false });
  expect(parse('{"a":[{"\\u005f_proto__":1}]}')).toMatchObject({ ok: false });
  expect(parse('{"a":"__proto__"}')).toMatchObject({ ok: true });
});

test.each<[string, Uint8Array]>([
  ['half a character', Uint8Array.of(0x22, 0xe4, 0xbd, 0x22)],
  ['an overlong form', Uint8Array.of(0x22, 0xc0, 0x80, 0x22)],
  ['half a surrogate pair in UTF-8', Uint8Array.of(0x22, 0xed, 0xa0, 0x80, 0x22)],
  ['a mark of byte order', Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d)],
  ['UTF-16', Uint8Array.of(0xff, 0xfe, 0x7b, 0, 0x7d, 0)],
  ['nothing', new Uint8Array()],
])('%s is no JSON in UTF-8', (_what, bytes) => {
  expect(parseStrictJson(bytes)).toMatchObject({ ok: false });
});

test('what is wrong is said without a word of the text', () => {
  for (const secret of ['{"张建国":1,"张建国":2}', '{"x":"张建国\\u0000"}', '张建国'])
    expect(JSON.stringify(parse(secret))).not.toContain('张建国');
  expect(parse('{')).toEqual(wrong('the body is not JSON in UTF-8'));
});
