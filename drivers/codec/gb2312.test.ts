import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex } from './bytes.ts';
import { decodeGb2312, encodeGb2312 } from './gb2312.ts';

describe('text for display cards', () => {
  it('is GB2312, as in the worked frame', () => {
    expect(encodeGb2312('请A012号')).toEqual(fromHex('C7 EB 41 30 31 32 BA C5'));
  });

  it('reads back by an independent decoder for every character of the common rows', () => {
    for (let row = 0xb0; row <= 0xf7; row += 1) {
      for (let cell = 0xa1; cell <= (row === 0xd7 ? 0xf9 : 0xfe); cell += 1) {
        const bytes = Uint8Array.of(row, cell);
        expect(encodeGb2312(new TextDecoder('gb18030').decode(bytes))).toEqual(bytes);
      }
    }
  });

  it('shows 〓 for what the font has not, and a space for what would command the card', () => {
    expect(decodeGb2312(encodeGb2312('𠮷镕号'))).toBe('〓〓号');
    expect(encodeGb2312('\u001bA\n')).toEqual(fromHex('20 41 20'));
  });

  it('holds no control byte and at most two bytes a character, whatever the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 60 }), (text) => {
        const bytes = encodeGb2312(text);
        expect(bytes.length).toBeLessThanOrEqual(2 * Array.from(text).length);
        expect(bytes.every((byte) => byte >= 0x20 && byte !== 0x7f)).toBe(true);
      }),
    );
  });
});
