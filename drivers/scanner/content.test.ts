import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, fromHex } from '../codec/bytes.ts';
import { decodeContent, MAX_CONTENT_BYTES, ScannedCode } from './content.ts';

const utf8 = (text: string) => new TextEncoder().encode(text);

describe('the content of a code', () => {
  it('is read back from UTF-8, whatever it is', () => {
    const text = fc
      .string({ unit: 'binary', minLength: 1, maxLength: 200 })
      .filter((value) => !hasControl(value));
    fc.assert(
      fc.property(text, (value) => {
        expect(revealed(utf8(value), false)).toBe(value);
      }),
    );
  });

  it('is read as GB18030 when it is not UTF-8', () => {
    expect(revealed(fromHex('D6 A4 BC FE'), false)).toBe('证件');
    expect(revealed(concat([fromHex('D6 A4 BC FE'), utf8('|ticket-7')]), false)).toBe('证件|ticket-7');
    // Two, four and four bytes for a character.
    expect(revealed(fromHex('D6 A4 82 30 B7 31 95 34 B2 35'), false)).toBe('证㛃𠮷');
  });

  it('that is good in both encodings is read as UTF-8: nothing in a code says which was meant', () => {
    // 一站 in GB18030.
    expect(revealed(fromHex('D2 BB D5 BE'), false)).toBe('һվ');
  });

  it('that is neither is a fault', () => {
    expect(decodeContent(fromHex('FF FE FF'), false)).toMatchObject({ fault: { code: 'device.garbled' } });
  });

  it('loses ]Q1 where the profile has it, and only there, and only once', () => {
    expect(revealed(utf8(']Q1abc'), true)).toBe('abc');
    expect(revealed(utf8(']Q1]Q1abc'), true)).toBe(']Q1abc');
    expect(revealed(utf8('abc'), true)).toBe('abc');
    expect(revealed(utf8(']Q1abc'), false)).toBe(']Q1abc');
  });

  it('is bounded', () => {
    const longest = new Uint8Array(MAX_CONTENT_BYTES).fill(0x41);
    expect(decodeContent(longest, false).ok).toBe(true);
    expect(decodeContent(concat([utf8(']Q1'), longest]), true).ok).toBe(true);
    expect(decodeContent(concat([longest, utf8('A')]), false)).toMatchObject({
      fault: { code: 'device.frame-too-long' },
    });
    expect(decodeContent(new Uint8Array(0), false).ok).toBe(false);
  });

  it('may hold line ends and GS1 separators, and no other control character', () => {
    for (let byte = 0; byte < 0x20; byte += 1) {
      const isAllowed = [0x04, 0x09, 0x0a, 0x0d, 0x1c, 0x1d, 0x1e].includes(byte);
      expect(decodeContent(Uint8Array.of(0x41, byte, 0x42), false).ok, `byte ${byte}`).toBe(isAllowed);
    }
  });
});

describe('a scanned code shows itself to nobody by accident', () => {
  const SECRET = 'https://example.invalid/r/8c1f-token';
  const code = new ScannedCode(SECRET);

  it.each([
    ['in JSON', JSON.stringify({ code })],
    ['in a template', `${String(code)}`],
    ['in an inspection', inspect({ code }, { depth: 9, showHidden: true })],
    ['in a copy of its properties', JSON.stringify({ ...code })],
  ])('%s', (_where, said) => {
    expect(said).not.toContain('token');
  });

  it('nor does a fault about it', () => {
    const faults = [
      decodeContent(concat([utf8(SECRET), Uint8Array.of(0x01)]), false),
      decodeContent(concat([utf8(SECRET), Uint8Array.of(0xff)]), false),
      decodeContent(utf8(SECRET.repeat(200)), false),
    ];
    expect(faults.map((fault) => fault.ok)).toEqual([false, false, false]);
    expect(JSON.stringify(faults)).not.toContain('token');
  });

  it('but is handed on when asked, and compared', () => {
    expect(code.reveal()).toBe(SECRET);
    expect(code.equals(new ScannedCode(SECRET))).toBe(true);
    expect(code.equals(new ScannedCode('other'))).toBe(false);
  });
});

function revealed(bytes: Uint8Array, hasAimId: boolean): string | null {
  const decoded = decodeContent(bytes, hasAimId);
  return decoded.ok ? decoded.value.reveal() : null;
}

function hasControl(text: string): boolean {
  return [...text].some((char) => char < ' ' || char === '\u007F' || char === '\uFEFF');
}
