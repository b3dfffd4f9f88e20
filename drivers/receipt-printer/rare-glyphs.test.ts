import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { receiptDocumentSchema } from '#contract/receipt.ts';
import { indexOfBytes } from '../codec/bytes.ts';
import { encodeReceipt } from './encode.ts';
import { printerProfile, printerProfiles, type PrinterProfile } from './profiles.ts';
import { lazyRareGlyphs, parseRareGlyphs, type RareGlyphs } from './rare-glyphs.ts';
import { isDotSet, renderReceipt, type DotImage } from './render.ts';

/** Two characters, and dots that no font would draw: the worst that a payload can hold. */
const worst = Uint8Array.from(
  { length: 72 },
  (_, index) => [0x10, 0x04, 0x01, 0x10, 0x14, 0x10, 0x05][index % 7] ?? 0,
);
const slope = Uint8Array.from({ length: 72 }, (_, index) =>
  Math.floor(index / 3) >> 3 === index % 3 ? 0x80 >> (Math.floor(index / 3) & 7) : 0,
);
const rare: RareGlyphs = {
  find: (codePoint) =>
    codePoint === 0x20bb7 ? slope : codePoint === 0x36c3 || codePoint === 0x4dae ? worst : null,
};

describe('a rare character', () => {
  it('is drawn in its line, dot for dot, between the characters of the firmware', () => {
    const [line] = textsOf('generic-80', [{ type: 'row', left: '姓名', right: '张𠮷' }]);
    expect(line?.text).toMatch(/^姓名 +张￼$/);
    expect(line?.images).toHaveLength(1);
    expect(blackDots(line?.images[0])).toEqual(Array.from({ length: 24 }, (_, at) => `${at},${at}`));
  });

  it('takes the two columns of any Chinese character, so that a row still ends at the edge', () => {
    const bytes = bytesOf('generic-80', [{ type: 'row', left: '姓名', right: '张𠮷' }]);
    expect(indexOfBytes(bytes, Uint8Array.of(0x1b, 0x2a, 33, 24, 0), 0)).toBeGreaterThan(0);
    const [line] = textsOf('generic-80', [{ type: 'row', left: '姓名', right: '张𠮷' }]);
    expect(line?.text.length).toBe(2 + (48 - 8) + 2);
  });

  it('is drawn on every model that can, also where its firmware may have it', () => {
    for (const { id } of printerProfiles) {
      expect(textsOf(id, [{ type: 'text', text: '𠮷' }])[0]?.images, id).toHaveLength(1);
    }
  });

  it('of two bytes that GBK firmware lacks is drawn too: 䶮', () => {
    expect(textsOf('generic-80', [{ type: 'text', text: '龑䶮' }])[0]?.text).toBe('龑￼');
  });

  it('is 〓 where a model cannot draw in a line, or the table has it not', () => {
    const plain = { ...profileOf('generic-80'), drawsCharacters: false };
    expect(textsOfProfile(plain, [{ type: 'text', text: '𠮷' }])[0]?.text).toBe('〓');
    expect(textsOf('generic-80', [{ type: 'text', text: '㐀' }])[0]?.text).toBe('〓');
  });

  it('keeps a large text small and bold, since dots have one size', () => {
    const [line] = textsOf('generic-80', [{ type: 'text', text: '𠮷野', size: 'double' }]);
    expect(line).toMatchObject({ text: '￼野', widthScale: 1, heightScale: 1, bold: true });
  });

  it('is bold in a bold line: each dot twice, one beside the other', () => {
    const [line] = textsOf('generic-80', [{ type: 'text', text: '𠮷', bold: true }]);
    expect(blackDots(line?.images[0])).toContain('5,4');
    expect(blackDots(line?.images[0])).toContain('4,4');
  });

  it('can hold no real-time command, whatever its dots', () => {
    const bytes = bytesOf('epson-80', [
      { type: 'text', text: '㛃㛃𠮷㛃', bold: true },
      { type: 'text', text: '㛃' },
    ]);
    for (const letter of [0x04, 0x05, 0x14])
      expect(indexOfBytes(bytes, Uint8Array.of(0x10, letter), 0)).toBe(-1);
  });
});

describe('the table of rare characters', () => {
  const file = fileOf([
    [0x3400, 2],
    [0x20bb7, 1],
  ]);

  it('gives each character its own dots, and no others any', () => {
    const table = parseRareGlyphs(file);
    if (!table.ok) throw new Error(table.fault.code);
    expect([0x3400, 0x3401, 0x20bb7].map((code) => table.value.find(code)?.[0])).toEqual([1, 2, 3]);
    for (const code of [0, 0x33ff, 0x3402, 0x20bb6, 0x20bb8, 0x10ffff])
      expect(table.value.find(code)).toBeNull();
  });

  it('that is cut off anywhere, or damaged, is refused and never thrown at anybody', () => {
    for (let length = 0; length < file.length; length += 1) {
      expect(parseRareGlyphs(file.subarray(0, length)).ok).toBe(false);
    }
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void parseRareGlyphs(bytes)));
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (body) => {
        void parseRareGlyphs(Buffer.concat([Buffer.from('YZG1'), deflateRawSync(body)]));
      }),
    );
  });

  it('is read when it is first needed, and once', () => {
    let reads = 0;
    const read = () => {
      reads += 1;
      return file;
    };
    const lazy = lazyRareGlyphs({ read, onMissing: (reason) => expect.unreachable(reason) });
    expect(reads).toBe(0);
    lazy.find(0x3400);
    lazy.find(0x9999);
    expect(reads).toBe(1);
  });

  it('that is missing is said once, and slips are printed with 〓', () => {
    const said: string[] = [];
    const read = () => {
      throw new Error('no such file');
    };
    const lazy = lazyRareGlyphs({ read, onMissing: (reason) => said.push(reason) });
    expect([lazy.find(0x3400), lazy.find(0x20bb7)]).toEqual([null, null]);
    expect(said).toHaveLength(1);
    expect(said[0]).toContain('no such file');
  });
});

/** The first byte of each character's dots is its number, from 1. */
function fileOf(ranges: readonly (readonly [first: number, length: number])[]): Uint8Array {
  const index = Buffer.alloc(4 + ranges.length * 8);
  index.writeUInt32LE(ranges.length, 0);
  ranges.forEach(([first, length], at) => {
    index.writeUInt32LE(first, 4 + at * 8);
    index.writeUInt32LE(length, 8 + at * 8);
  });
  const count = ranges.reduce((total, [, length]) => total + length, 0);
  const dots = Array.from({ length: count }, (_, at) => Buffer.alloc(72, at + 1));
  return Buffer.concat([Buffer.from('YZG1'), deflateRawSync(Buffer.concat([index, ...dots]))]);
}

function profileOf(id: string): PrinterProfile {
  const profile = printerProfile(id);
  if (profile === null) throw new Error(id);
  return profile;
}

function bytesOf(id: string, nodes: unknown): Uint8Array {
  return encodeReceipt(receiptDocumentSchema.parse({ nodes }), profileOf(id), rare).bytes;
}

function textsOf(id: string, nodes: unknown) {
  return textsOfProfile(profileOf(id), nodes);
}

function textsOfProfile(profile: PrinterProfile, nodes: unknown) {
  const { items, warnings } = renderReceipt(
    encodeReceipt(receiptDocumentSchema.parse({ nodes }), profile, rare).bytes,
  );
  expect(warnings).toEqual([]);
  return items.flatMap((item) => (item.type === 'text' ? [item] : []));
}

function blackDots(image: DotImage | undefined): string[] {
  if (image === undefined) return [];
  const dots: string[] = [];
  for (let x = 0; x < image.widthDots; x += 1) {
    for (let y = 0; y < image.heightDots; y += 1) if (isDotSet(image, x, y)) dots.push(`${x},${y}`);
  }
  return dots;
}
