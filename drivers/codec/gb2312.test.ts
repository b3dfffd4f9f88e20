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

  it('is one of the 7445 characters of GB 2312-80 and of ASCII, or a substitute, for all of Unicode', () => {
    const decoder = new TextDecoder('gb18030', { fatal: true });
    let own = 0;
    for (let code = 0xa1; code <= 0x2ffff; code += 1) {
      if (code >= 0xd800 && code <= 0xdfff) continue;
      const character = String.fromCodePoint(code);
      const bytes = encodeGb2312(character);
      const shown = decoder.decode(bytes);
      if (shown === character) own += 1;
      else if (shown !== '〓') throw new Error(`U+${code.toString(16)} is shown as ${shown}`);
    }
    expect(own).toBe(7445);
  });

  it.each(['ⅰ', 'ɡ', '︵', '\ue000', '\ue810', '〇', '€'])(
    'does not send %s, which GBK has and GB2312 has not',
    (character) => {
      expect(encodeGb2312(character)).toEqual(fromHex('A1 FE'));
    },
  );

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
