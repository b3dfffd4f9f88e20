import fc from 'fast-check';
import iconv from 'iconv-lite';
import { describe, expect, it, vi } from 'vitest';
import { receiptDocumentSchema, type ReceiptDocument } from '#contract/receipt.ts';
import { indexOfBytes, toHex } from '../codec/bytes.ts';
import { encodeReceipt } from './encode.ts';
import { printerProfile, printerProfiles, type PrinterProfile } from './profiles.ts';
import { noRareGlyphs } from './rare-glyphs.ts';
import { renderReceipt, type RenderedItem } from './render.ts';
import { columnsOf, glyphsOf, isBeyondGbk } from './text.ts';

// Processes, ports and thousands of runs are slow on a loaded machine, and that is no failure.
vi.setConfig({ testTimeout: 60_000 });

const GENERIC = profile('generic-80');
const EPSON = profile('epson-80');
const NARROW = profile('generic-58');

describe('the bytes of a receipt', () => {
  it('begin with a reset and Chinese mode, and end with a line end and a cut that feeds', () => {
    const hex = toHex(bytesOf(GENERIC, [{ type: 'text', text: '一站' }]));
    expect(hex).toBe('1B 40 1C 26 1B 61 00 1D 21 00 1B 45 00 D2 BB D5 BE 0A 0A 1D 56 42 00');
  });

  it('of a QR code are model 2, module size, level M, data and print', () => {
    const hex = toHex(bytesOf(GENERIC, [{ type: 'qr', data: 'AB', moduleDots: 6 }]));
    expect(hex).toContain(
      '1D 28 6B 04 00 31 41 32 00 1D 28 6B 03 00 31 43 06 1D 28 6B 03 00 31 45 31 ' +
        '1D 28 6B 05 00 31 50 30 41 42 1D 28 6B 03 00 31 51 30',
    );
  });

  it('never leave Chinese mode', () => {
    for (const each of printerProfiles) {
      expect(indexOfBytes(bytesOf(each, everything), Uint8Array.of(0x1c, 0x2e), 0)).toBe(-1);
    }
  });

  it('without a cutter feed the paper to the tear bar instead of cutting', () => {
    const { items } = render(NARROW, [{ type: 'text', text: '一站' }]);
    expect(items.at(-1)).toEqual({ type: 'feed', lines: 4 });
    expect(items.some((item) => item.type === 'cut')).toBe(false);
  });
});

describe('Chinese text', () => {
  it('prints ¥ as ￥, since ¥ is four bytes that print as “0 6”', () => {
    expect(toHex(bytesOf(GENERIC, [{ type: 'text', text: '¥5' }]))).toContain('A3 A4 35');
  });

  it('puts 〓 for a rare character on a printer that knows only GBK, and never “?”', () => {
    const { items } = render(GENERIC, [{ type: 'text', text: '𠮷㛃犇' }]);
    expect(texts(items)[0]).toBe('〓〓犇');
  });

  it('prints rare characters on a printer that knows all of GB18030', () => {
    expect(toHex(bytesOf(EPSON, [{ type: 'text', text: '𠮷㐀' }]))).toContain('95 34 B2 35 81 39 EE 39');
    const { items } = render(EPSON, [{ type: 'text', text: '𠮷㛃犇' }]);
    expect(texts(items)[0]).toBe('𠮷㛃犇');
  });

  it('agrees with TextDecoder on every Chinese character, an encoder and a decoder of different makers', () => {
    const decoder = new TextDecoder('gb18030');
    const missing: string[] = [];
    for (let code = 0x3400; code <= 0x9fff; code += 1) {
      const character = String.fromCodePoint(code);
      if (decoder.decode(iconv.encode(character, 'gb18030')) !== character) missing.push(code.toString(16));
    }
    expect(missing).toEqual([]);
  });

  it('beyond GBK is what Windows’ table of GBK lacks, by a table that is not ours', () => {
    const wrong: string[] = [];
    for (let code = 0x80; code <= 0xffff; code += 1) {
      if (code >= 0xd800 && code < 0xf900) continue;
      const character = String.fromCodePoint(code);
      const bytes = iconv.encode(character, 'gb18030');
      const isInGbk = iconv.encode(character, 'cp936').length === 2;
      if (bytes.length > 1 && isBeyondGbk(bytes) === isInGbk) wrong.push(character);
    }
    expect(wrong).toEqual([]);
  });

  it('comes back from the bytes whatever it is, with substitutes only for what GBK lacks', () => {
    const holds = (text: string): void => {
      const printed = texts(render(GENERIC, [{ type: 'text', text }]).items)
        .slice(0, -1)
        .join('');
      expect(printed).toBe(expectedOnGbk(text));
    };
    for (let code = 0; code <= 0xffff; code += 40)
      holds(
        String.fromCodePoint(
          ...Array.from({ length: 40 }, (_, n) => code + n).filter((each) => !isSurrogate(each)),
        ),
      );
    fc.assert(fc.property(fc.string({ unit: 'binary', maxLength: 40 }), holds));
  });

  it('cannot command the printer', () => {
    const text = 'a\u001b@b\u001d\u0056\u0000c\u0010\u0004\u0001d\u0000';
    const rendered = render(GENERIC, [{ type: 'text', text }]);
    expect(texts(rendered.items)[0]).toBe('a @b V c   d ');
    expect(rendered.items.filter((item) => item.type === 'cut')).toHaveLength(1);
    expect(rendered.warnings).toEqual([]);
  });

  it('in a QR code cannot hold a real-time request', () => {
    const bytes = bytesOf(GENERIC, [{ type: 'qr', data: '\u0010\u0004\u0001', moduleDots: 6 }]);
    expect(indexOfBytes(bytes, Uint8Array.of(0x10, 0x04), 0)).toBe(-1);
  });
});

describe.each(printerProfiles.map((each) => [each.id, each] as const))('the layout on %s', (_id, each) => {
  it('fills a row to the last column', () => {
    const { items } = render(each, [{ type: 'row', left: '编号', right: '20261121-0001', bold: false }]);
    const [line] = texts(items);
    expect(line).toMatch(/^编号 +20261121-0001$/);
    expect(columnsOf(glyphsOf(line ?? '', each, noRareGlyphs))).toBe(each.columns);
  });

  it('never has a line that is wider than the paper, and loses no character of a row', () => {
    const cell = fc.string({ unit: fc.constantFrom('中', '文', 'a', '7', '￥', '-'), maxLength: 120 });
    fc.assert(
      fc.property(cell, cell, (left, right) => {
        const lines = texts(render(each, [{ type: 'row', left, right, bold: true }]).items);
        for (const line of lines)
          expect(columnsOf(glyphsOf(line, each, noRareGlyphs))).toBeLessThanOrEqual(each.columns);
        expect(lines.join('').replaceAll(' ', '')).toBe(left + right);
      }),
    );
  });

  it('wraps double-width text at half of the columns', () => {
    const { items } = render(each, [
      { type: 'text', text: '中'.repeat(30), align: 'left', size: 'double', bold: false },
    ]);
    expect(texts(items)[0]).toBe('中'.repeat(each.columns / 4));
    expect(items[0]).toMatchObject({ widthScale: 2, heightScale: 2 });
  });

  it('leaves no warning for any document, and ends with the cut or the feed', () => {
    const rendered = render(each, everything);
    expect(rendered.warnings).toEqual([]);
    expect(rendered.items.at(-1)?.type).toBe(each.hasCutter ? 'cut' : 'feed');
    expect(rendered.items).toContainEqual({
      type: 'qr',
      data: 'https://example.invalid/一站',
      moduleDots: 5,
      level: 'M',
      align: 'center',
    });
  });
});

describe('a table', () => {
  const cells = (profile: PrinterProfile, ...texts: readonly (readonly [string, number, string])[]) =>
    textsOf(profile, [
      { type: 'columns', cells: texts.map(([text, share, align]) => ({ text, share, align })) },
    ]);
  const textsOf = (profile: PrinterProfile, nodes: Nodes) => texts(render(profile, nodes).items);

  it('divides the paper by shares, wraps inside of a cell, and aligns there', () => {
    expect(
      cells(NARROW, ['材料名称很长很长', 2, 'left'], ['份', 1, 'center'], ['12', 1, 'right']).slice(0, 2),
    ).toEqual(['材料名称很长很    份          12', '长' + ' '.repeat(30)]);
  });

  it('is never wider than the paper and loses no character, whatever is in it', () => {
    const cell = fc.record({
      text: fc.string({ unit: fc.constantFrom('中', '文', 'a', '7', '￥', '-'), maxLength: 60 }),
      share: fc.integer({ min: 1, max: 12 }),
      align: fc.constantFrom('left', 'center', 'right'),
    });
    fc.assert(
      fc.property(
        fc.constantFrom(...printerProfiles),
        fc.array(cell, { minLength: 2, maxLength: 6 }),
        (each, all) => {
          const lines = textsOf(each, [{ type: 'columns', cells: all }]).slice(0, -1);
          for (const line of lines) expect(columnsOf(glyphsOf(line, each, noRareGlyphs))).toBe(each.columns);
          const characters = (text: string) => [...text.replaceAll(' ', '')].sort().join('');
          const given = all.map(({ text }) => text).join('');
          expect(characters(lines.join(''))).toBe(characters(given));
        },
      ),
    );
  });
});

describe('large Chinese text', () => {
  it('is asked for by FS ! too on firmware whose GS ! enlarges Latin letters only', () => {
    const old = { ...GENERIC, chineseSize: 'fs' as const };
    const nodes = [{ type: 'text', text: '一站', size: 'double' }];
    expect(toHex(bytesOf(old, nodes))).toContain('1D 21 11 1C 21 0C');
    expect(toHex(bytesOf(GENERIC, nodes))).not.toContain('1C 21');
    expect(render(old, nodes).items[0]).toMatchObject({ widthScale: 2, heightScale: 2 });
  });
});

describe('the renderer', () => {
  it('never throws, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => void renderReceipt(bytes)));
  });

  it('says where a truncated receipt ends', () => {
    const bytes = bytesOf(GENERIC, everything);
    for (let length = 0; length < bytes.length; length += 1) {
      const { items } = renderReceipt(bytes.subarray(0, length));
      expect(items.some((item) => item.type === 'cut')).toBe(false);
    }
  });

  it('ignores a cut in the middle of a line, as printers do, and warns', () => {
    const rendered = renderReceipt(Uint8Array.of(0x41, 0x1d, 0x56, 0x00));
    expect(rendered.items).toEqual([]);
    expect(rendered.warnings[0]).toContain('cut in the middle of a line');
  });
});

type Nodes = Parameters<typeof receiptDocumentSchema.parse>[0];

const everything = [
  { type: 'text', text: '社区便民服务站', align: 'center', size: 'double', bold: true },
  { type: 'text', text: '受理回执\n请妥善保管', align: 'right', size: 'tall' },
  { type: 'rule' },
  { type: 'row', left: '受理编号', right: 'A012' },
  { type: 'qr', data: 'https://example.invalid/一站', moduleDots: 5 },
  { type: 'feed', lines: 2 },
];

function documentOf(nodes: Nodes): ReceiptDocument {
  return receiptDocumentSchema.parse({ nodes });
}

function bytesOf(each: PrinterProfile, nodes: Nodes): Uint8Array {
  return encodeReceipt(documentOf(nodes), each).bytes;
}

function render(each: PrinterProfile, nodes: Nodes) {
  return renderReceipt(bytesOf(each, nodes));
}

const isSurrogate = (code: number): boolean => code >= 0xd800 && code < 0xe000;

function texts(items: readonly RenderedItem[]): string[] {
  return items.flatMap((item) => (item.type === 'text' ? [item.text] : []));
}

/** What a GBK printer can show of a text, reckoned with TextDecoder alone: two bytes that mean it, or 〓. */
function expectedOnGbk(text: string): string {
  return Array.from(text.replaceAll('¥', '￥').replace(/\r\n|\n|\r/g, ''), (character) => {
    const code = character.codePointAt(0) ?? 0;
    if (code < 0x20 || (code >= 0x7f && code <= 0xa0)) return ' ';
    if (code < 0x7f) return character;
    return gbkCharacters.has(character) ? character : '〓';
  }).join('');
}

const gbkCharacters = new Set(
  Array.from({ length: 0xff - 0x81 }, (_, lead) =>
    Array.from({ length: 0xff - 0x40 }, (__, trail) =>
      trail + 0x40 === 0x7f
        ? ''
        : new TextDecoder('gb18030').decode(Uint8Array.of(lead + 0x81, trail + 0x40)),
    ),
  )
    .flat()
    // U+9FB4 to 9FBB and U+FE10 to FE19 got two bytes with GB 18030-2022; printers are older.
    .filter(
      (character) => character !== '' && !/[\ue000-\uf8ff\ufffd\u9fb4-\u9fbb\ufe10-\ufe19]/.test(character),
    ),
);

function profile(id: string): PrinterProfile {
  const found = printerProfile(id);
  if (found === null) throw new Error(`no profile ${id}`);
  return found;
}
