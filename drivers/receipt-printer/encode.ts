import type { ReceiptDocument, ReceiptNode } from '#contract/receipt.ts';
import { concat } from '../codec/bytes.ts';
import type { PrinterProfile } from './profiles.ts';
import { columnsOf, glyphsOf, wrap, type Glyph } from './text.ts';

/** A receipt as ESC/POS bytes (Epson's command reference; docs of the makers agree on this subset). */

const ESC = 0x1b;
const FS = 0x1c;
const GS = 0x1d;
const LF = Uint8Array.of(0x0a);
const INITIALIZE = Uint8Array.of(ESC, 0x40);
const CHINESE_MODE = Uint8Array.of(FS, 0x26);
const ALIGNMENTS = { left: 0, center: 1, right: 2 } as const;
/** GS !: width times in the high half, height times in the low one, both less one. */
const SIZES = { normal: 0x00, tall: 0x01, double: 0x11 } as const;
const MIN_GAP_COLUMNS = 1;
/** From the head to the tear bar of a printer without cutter. */
const TEAR_FEED_LINES = 4;

type Size = keyof typeof SIZES;
type Align = keyof typeof ALIGNMENTS;

export interface EncodedReceipt {
  readonly bytes: Uint8Array;
  /** Paper lines, for the time limit of the job; a QR code counts as the lines that it covers. */
  readonly lines: number;
}

export function encodeReceipt(document: ReceiptDocument, profile: PrinterProfile): EncodedReceipt {
  const nodes = document.nodes.map((node) => encodeNode(node, profile));
  return {
    bytes: concat([INITIALIZE, CHINESE_MODE, ...nodes.map((node) => node.bytes), encodeCut(profile)]),
    lines: nodes.reduce((total, node) => total + node.lines, TEAR_FEED_LINES),
  };
}

function encodeNode(node: ReceiptNode, profile: PrinterProfile): EncodedReceipt {
  switch (node.type) {
    case 'text':
      return encodeText(node, profile);
    case 'row':
      return encodeRow(node, profile);
    case 'rule':
      return styledLines([glyphsOf('-'.repeat(profile.columns), profile)], 'left', 'normal', false);
    case 'qr':
      return encodeQr(node.data, node.moduleDots);
    case 'feed':
      return { bytes: Uint8Array.of(ESC, 0x64, node.lines), lines: node.lines };
    default: {
      const never: never = node;
      return never;
    }
  }
}

function encodeText(node: Extract<ReceiptNode, { type: 'text' }>, profile: PrinterProfile): EncodedReceipt {
  const columns = node.size === 'double' ? Math.floor(profile.columns / 2) : profile.columns;
  const lines = node.text.split(/\r\n|\n|\r/).flatMap((line) => wrap(glyphsOf(line, profile), columns));
  return styledLines(lines, node.align, node.size, node.bold);
}

/** Left and right on one line where they fit, else the right part on lines of its own, at the right. */
function encodeRow(node: Extract<ReceiptNode, { type: 'row' }>, profile: PrinterProfile): EncodedReceipt {
  const left = glyphsOf(node.left, profile);
  const right = glyphsOf(node.right, profile);
  const gap = profile.columns - columnsOf(left) - columnsOf(right);
  const pad = (columns: number) => glyphsOf(' '.repeat(columns), profile);
  const lines =
    gap >= MIN_GAP_COLUMNS
      ? [[...left, ...pad(gap), ...right]]
      : [
          ...wrap(left, profile.columns),
          ...wrap(right, profile.columns).map((line) => [...pad(profile.columns - columnsOf(line)), ...line]),
        ];
  return styledLines(lines, 'left', 'normal', node.bold);
}

function styledLines(lines: readonly Glyph[][], align: Align, size: Size, bold: boolean): EncodedReceipt {
  const style = Uint8Array.of(ESC, 0x61, ALIGNMENTS[align], GS, 0x21, SIZES[size], ESC, 0x45, bold ? 1 : 0);
  const text = lines.flatMap((line) => [...line.map((glyph) => glyph.bytes), LF]);
  return { bytes: concat([style, ...text]), lines: lines.length * (size === 'normal' ? 1 : 2) };
}

function encodeQr(data: string, moduleDots: number): EncodedReceipt {
  const payload = qrPayload(data);
  const store = payload.length + 3;
  const bytes = concat([
    // The line end behind the code is as high as the size that the text before it left.
    Uint8Array.of(ESC, 0x61, ALIGNMENTS.center, GS, 0x21, SIZES.normal),
    Uint8Array.of(GS, 0x28, 0x6b, 0x04, 0x00, 0x31, 0x41, 0x32, 0x00), // model 2
    Uint8Array.of(GS, 0x28, 0x6b, 0x03, 0x00, 0x31, 0x43, moduleDots),
    Uint8Array.of(GS, 0x28, 0x6b, 0x03, 0x00, 0x31, 0x45, 0x31), // level M: a creased receipt still scans
    Uint8Array.of(GS, 0x28, 0x6b, store & 0xff, store >> 8, 0x31, 0x50, 0x30),
    payload,
    Uint8Array.of(GS, 0x28, 0x6b, 0x03, 0x00, 0x31, 0x51, 0x30), // print
    LF,
  ]);
  return { bytes, lines: QR_LINES };
}

/** The largest code that a receipt takes, in text lines of 30 dots. */
const QR_LINES = 12;

/**
 * UTF-8 without control bytes: some firmware obeys `10 04 nn` even in the middle of a QR code's data
 * (Epson TM-T88III specification, page 84, warns of it for raster images).
 */
function qrPayload(data: string): Uint8Array {
  return new TextEncoder().encode(data).map((byte) => (byte < 0x20 ? 0x20 : byte));
}

/** The last line must have left the buffer: a cut in the middle of a line is ignored by many models. */
function encodeCut(profile: PrinterProfile): Uint8Array {
  return profile.hasCutter
    ? concat([LF, Uint8Array.of(GS, 0x56, 0x42, 0x00)])
    : concat([LF, Uint8Array.of(ESC, 0x64, TEAR_FEED_LINES)]);
}
