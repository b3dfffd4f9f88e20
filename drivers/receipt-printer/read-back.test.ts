/**
 * What stands on the paper is read by decoders that know nothing of us: jsqr, and zxing for bar codes. The
 * paper is drawn from the bytes by code that shares nothing with the encoder (render.ts, dot-paper.ts).
 */
import {
  BarcodeFormat,
  BinaryBitmap,
  DecodeHintType,
  HybridBinarizer,
  MultiFormatReader,
  RGBLuminanceSource,
} from '@zxing/library';
import fc from 'fast-check';
import jsQR from 'jsqr';
import { PNG } from 'pngjs';
import { describe, expect, it, vi } from 'vitest';
import { receiptDocumentSchema } from '#contract/receipt.ts';
import { code128 } from './code128.ts';
import { dotPaper } from './dot-paper.ts';
import { encodeReceipt } from './encode.ts';
import { printerProfiles, type PrinterProfile } from './profiles.ts';
import { beginsRealTime, withoutRealTimeBytes } from './real-time-bytes.ts';
import { isDotSet, renderReceipt, type DotImage } from './render.ts';
import { qrSize } from './qr-size.ts';

// Processes, ports and thousands of runs are slow on a loaded machine, and that is no failure.
vi.setConfig({ testTimeout: 60_000 });

const wide = profileOf('generic-80');
const narrow = profileOf('generic-58');
const withoutQr = [wide, narrow].map((profile) => ({
  ...profile,
  id: `${profile.id}, raster`,
  qr: 'raster' as const,
}));

describe.each([wide, narrow, ...withoutQr].map((profile) => [profile.id, profile] as const))(
  'on the paper of %s',
  (_id, profile) => {
    it.each([
      'YZ1|9999010010120261121000017',
      'https://example.invalid/一站?编号=20261121-0001',
      'a'.repeat(150),
    ])('the QR code reads %s', (data) => {
      const read = readQr(
        paperOf(profile, [
          { type: 'text', text: '回执' },
          { type: 'qr', data },
        ]),
      );
      expect(read).toBe(data);
    });

    it.each(['YZ-20261121-0001', '99990100101', '1604160516201234', 'A{b}c 12345678'])(
      'the bar code reads %s, or its text stands there where the paper is too narrow',
      (data) => {
        const items = rendered(profile, [{ type: 'barcode', data }]).items;
        const isBarcode = items.some((item) => item.type === 'barcode');
        if (isBarcode) expect(readBarcode(dotPaper(items, profile.columns))).toBe(data);
        else expect(items[0]).toMatchObject({ type: 'text', text: data, bold: true, align: 'center' });
        expect(isBarcode).toBe(code128(data).modules * 2 + 40 <= profile.columns * 12);
      },
    );
  },
);

describe('bar codes', () => {
  it('are read back whatever is in them', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\x21-\x7e][\x20-\x7e]{0,11}[\x21-\x7e]$/), (data) => {
        const items = rendered(wide, [{ type: 'barcode', data }]).items;
        const [first] = items;
        if (first?.type !== 'barcode') return;
        expect(first.data).toBe(data);
        expect(readBarcode(dotPaper(items, wide.columns))).toBe(data);
      }),
      { numRuns: 30 },
    );
  });

  it('hold digits in pairs, and no pair that would be a real-time command', () => {
    expect(code128('1234567890')).toEqual({
      bytes: Uint8Array.of(0x7b, 0x43, 12, 34, 56, 78, 90),
      modules: 90,
    });
    fc.assert(
      fc.property(fc.stringMatching(/^(16|04|05|20|\d|x){1,20}$/), (data) => {
        const { bytes } = code128(data);
        bytes.forEach((byte, index) => expect(beginsRealTime(byte, bytes[index + 1] ?? 0)).toBe(false));
        const [first] = rendered(wide, [{ type: 'barcode', data }]).items;
        if (first?.type === 'barcode') expect(first.data).toBe(data);
      }),
    );
  });

  it('say their width as it is printed', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[\x20-\x7e]{1,12}$/), (data) => {
        const [first] = rendered(wide, [{ type: 'barcode', data }]).items;
        if (first?.type === 'barcode') expect(first.symbols.length * 11 + 2).toBe(code128(data).modules);
      }),
    );
  });

  it('are shown as text on narrow paper when they are long', () => {
    const [first] = rendered(narrow, [{ type: 'barcode', data: 'ABCDEFGHIJKLMNOPQR' }]).items;
    expect(first).toMatchObject({ type: 'text', text: 'ABCDEFGHIJKLMNOPQR' });
  });
});

describe('QR codes', () => {
  it('of any length fit on the paper with their white rim', () => {
    for (const profile of [wide, narrow]) {
      for (let length = 1; length <= 600; length += 119) {
        const [first] = rendered(profile, [{ type: 'qr', data: '站'.repeat(length), moduleDots: 16 }]).items;
        const dots = first?.type === 'qr' ? qrSize(length * 3) * first.moduleDots : imageWidth(first);
        expect(dots).toBeLessThanOrEqual(profile.columns * 12);
      }
    }
  });
});

describe('images', () => {
  it('never hold what old firmware takes for a command', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0x10, 0x04, 0x05, 0x14, 0x01, 0xff)), (bytes) => {
        const dots = Uint8Array.from(bytes);
        const safe = withoutRealTimeBytes(dots);
        safe.forEach((byte, index) => expect(beginsRealTime(byte, safe[index + 1] ?? 0)).toBe(false));
        // No dot is lost, and where there is no such pair nothing is added.
        safe.forEach((byte, index) => expect(byte & (dots[index] ?? 0)).toBe(dots[index]));
      }),
    );
    expect(withoutRealTimeBytes(Uint8Array.of(0x10, 0x06, 0x04))).toEqual(Uint8Array.of(0x10, 0x06, 0x04));
  });
});

function profileOf(id: string): PrinterProfile {
  const profile = printerProfiles.find((each) => each.id === id);
  if (profile === undefined) throw new Error(id);
  return profile;
}

function rendered(profile: PrinterProfile, nodes: unknown) {
  const result = renderReceipt(encodeReceipt(receiptDocumentSchema.parse({ nodes }), profile).bytes);
  expect(result.warnings).toEqual([]);
  return result;
}

function paperOf(profile: PrinterProfile, nodes: unknown): DotImage {
  return dotPaper(rendered(profile, nodes).items, profile.columns);
}

function imageWidth(item: unknown): number {
  return typeof item === 'object' && item !== null && 'image' in item
    ? (item as { image: DotImage }).image.widthDots
    : 0;
}

/** One pixel a dot, with white around. */
function pictureOf(paper: DotImage): PNG {
  const rim = 20;
  const picture = new PNG({ width: paper.widthDots + 2 * rim, height: paper.heightDots + 2 * rim });
  picture.data.fill(255);
  for (let y = 0; y < paper.heightDots; y += 1) {
    for (let x = 0; x < paper.widthDots; x += 1) {
      if (!isDotSet(paper, x, y)) continue;
      const at = ((y + rim) * picture.width + x + rim) * 4;
      picture.data.fill(0, at, at + 3);
    }
  }
  return PNG.sync.read(PNG.sync.write(picture));
}

function readQr(paper: DotImage): string | undefined {
  const { data, width, height } = pictureOf(paper);
  return jsQR(new Uint8ClampedArray(data), width, height)?.data;
}

function readBarcode(paper: DotImage): string {
  const { data, width, height } = pictureOf(paper);
  const grey = Uint8ClampedArray.from({ length: width * height }, (_, index) => data[index * 4] ?? 255);
  const reader = new MultiFormatReader();
  const hints = new Map<DecodeHintType, unknown>([
    [DecodeHintType.POSSIBLE_FORMATS, [BarcodeFormat.CODE_128]],
    [DecodeHintType.TRY_HARDER, true],
  ]);
  const source = new RGBLuminanceSource(grey, width, height);
  return reader.decode(new BinaryBitmap(new HybridBinarizer(source)), hints).getText();
}
