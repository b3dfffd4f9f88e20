import { encode as encodeQrModules } from 'uqr';
import type { ReceiptDocument, ReceiptNode } from '#contract/receipt.ts';
import { concat } from '../codec/bytes.ts';
import { code128 } from './code128.ts';
import { layOutColumns, layOutRow } from './layout.ts';
import type { PrinterProfile } from './profiles.ts';
import { GLYPH_DOTS, noRareGlyphs, type RareGlyphs } from './rare-glyphs.ts';
import { qrSize } from './qr-size.ts';
import { beginsRealTime, withoutRealTimeBytes } from './real-time-bytes.ts';
import { AUTOMATIC_STATUS_ON } from './status.ts';
import { glyphsOf, wrap, type Glyph } from './text.ts';

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
/** FS !: the same for Chinese characters alone. */
const CHINESE_SIZES = { normal: 0x00, tall: 0x08, double: 0x0c } as const;
/** From the head to the tear bar of a printer without cutter. */
const TEAR_FEED_LINES = 4;
/** A line with its gap, as ESC 2 sets it on most models. */
const LINE_DOTS = 30;
export const DOTS_PER_COLUMN = 12;
/** White on each side of a code, in modules: ISO/IEC 18004 and 15417. */
const QR_QUIET_MODULES = 4;
const BARCODE_QUIET_MODULES = 10;
/** GS w: 3 dots are what scanners of any age read; 2 is the least that it takes. */
const BARCODE_MODULE_DOTS = [3, 2] as const;

type Size = keyof typeof SIZES;
type Align = keyof typeof ALIGNMENTS;
type Node<T extends ReceiptNode['type']> = Extract<ReceiptNode, { type: T }>;

export interface EncodedReceipt {
  readonly bytes: Uint8Array;
  /** Paper lines, for the time limit of the job; a code counts as the lines that it covers. */
  readonly lines: number;
}

/** What a receipt is made for. */
interface Target {
  readonly profile: PrinterProfile;
  readonly rare: RareGlyphs;
}

/** What every receipt begins with: settings, of which nothing comes onto paper. */
export function receiptStart(profile: PrinterProfile): Uint8Array {
  // Manuals do not agree whether ESC @ ends automatic status; asked for twice it does no harm.
  const automatic = profile.automaticStatus ? AUTOMATIC_STATUS_ON : new Uint8Array(0);
  return concat([INITIALIZE, CHINESE_MODE, automatic]);
}

/** Without `rare`, 〓 stands for each character that the firmware lacks. */
export function encodeReceipt(
  document: ReceiptDocument,
  profile: PrinterProfile,
  rare?: RareGlyphs,
): EncodedReceipt {
  const target = { profile, rare: rare ?? noRareGlyphs };
  const nodes = document.nodes.map((node) => encodeNode(node, target));
  return {
    bytes: concat([receiptStart(profile), ...nodes.map((node) => node.bytes), encodeCut(profile)]),
    lines: nodes.reduce((total, node) => total + node.lines, TEAR_FEED_LINES),
  };
}

function encodeNode(node: ReceiptNode, target: Target): EncodedReceipt {
  const { columns } = target.profile;
  const glyphs = (text: string) => glyphsOf(text, target.profile, target.rare);
  const normal = { align: 'left', size: 'normal', bold: false } as const;
  switch (node.type) {
    case 'text':
      return encodeText(node, target);
    case 'row': {
      const lines = layOutRow(glyphs(node.left), glyphs(node.right), columns);
      return encodeLines(lines, { ...normal, bold: node.bold }, target.profile);
    }
    case 'columns': {
      const cells = node.cells.map((cell) => ({ ...cell, glyphs: glyphs(cell.text) }));
      return encodeLines(layOutColumns(cells, columns), { ...normal, bold: node.bold }, target.profile);
    }
    case 'rule':
      return encodeLines([glyphs('-'.repeat(columns))], normal, target.profile);
    case 'qr':
      return encodeQr(node, target.profile);
    case 'barcode':
      return encodeBarcode(node, target);
    case 'feed':
      return { bytes: Uint8Array.of(ESC, 0x64, node.lines), lines: node.lines };
    default: {
      const never: never = node;
      return never;
    }
  }
}

/** Drawn characters have one size, and a line of two sizes looks broken: such a text stays small and bold. */
function encodeText(node: Node<'text'>, { profile, rare }: Target): EncodedReceipt {
  const glyphs = node.text.split(/\r\n|\n|\r/).map((line) => glyphsOf(line, profile, rare));
  const isDrawn = glyphs.flat().some((glyph) => glyph.dots !== null);
  const size = isDrawn ? 'normal' : node.size;
  const columns = size === 'double' ? Math.floor(profile.columns / 2) : profile.columns;
  const lines = glyphs.flatMap((line) => wrap(line, columns));
  const bold = node.bold || size !== node.size;
  return encodeLines(lines, { align: node.align, size, bold }, profile);
}

interface LineStyle {
  readonly align: Align;
  readonly size: Size;
  readonly bold: boolean;
}

function encodeLines(
  lines: readonly Glyph[][],
  { align, size, bold }: LineStyle,
  { chineseSize }: PrinterProfile,
): EncodedReceipt {
  const style = [
    Uint8Array.of(ESC, 0x61, ALIGNMENTS[align], GS, 0x21, SIZES[size]),
    chineseSize === 'fs' ? Uint8Array.of(FS, 0x21, CHINESE_SIZES[size]) : new Uint8Array(0),
    Uint8Array.of(ESC, 0x45, bold ? 1 : 0),
  ];
  const text = lines.flatMap((line) => [...line.map((glyph) => encodeGlyph(glyph, bold)), LF]);
  return { bytes: concat([...style, ...text]), lines: lines.length * (size === 'normal' ? 1 : 2) };
}

/**
 * ESC * 33: columns of 24 dots in the dots' own width, as high as the characters around them, so that the
 * line keeps its height and the next one its place.
 */
function encodeGlyph({ bytes, dots }: Glyph, bold: boolean): Uint8Array {
  if (dots === null) return bytes;
  const shown = bold ? emboldened(dots) : dots;
  return concat([Uint8Array.of(ESC, 0x2a, 33, GLYPH_DOTS, 0), withoutRealTimeBytes(shown)]);
}

/** ESC E prints a character twice, one dot apart; an image is left alone by it. */
function emboldened(dots: Uint8Array): Uint8Array {
  return dots.map((byte, index) => byte | (dots[index - GLYPH_DOTS / 8] ?? 0));
}

/** The line end behind a code is as high as the size that the text before it left. */
const CENTERED = Uint8Array.of(ESC, 0x61, ALIGNMENTS.center, GS, 0x21, SIZES.normal);

function encodeQr(node: Node<'qr'>, profile: PrinterProfile): EncodedReceipt {
  const data = qrText(node.data);
  const payload = new TextEncoder().encode(data);
  const size = qrSize(payload.length);
  const room = Math.floor((profile.columns * DOTS_PER_COLUMN) / (size + 2 * QR_QUIET_MODULES));
  const moduleDots = Math.max(1, Math.min(node.moduleDots, room));
  const storeBytes = payload.length + 3;
  const isCommand =
    profile.qr === 'command' && moduleDots > 1 && !beginsRealTime(storeBytes & 0xff, storeBytes >> 8);
  const code = isCommand ? qrCommands(payload, moduleDots) : qrRaster(data, moduleDots);
  return {
    bytes: concat([CENTERED, code, LF]),
    lines: 1 + Math.ceil((size * moduleDots) / LINE_DOTS),
  };
}

function qrCommands(payload: Uint8Array, moduleDots: number): Uint8Array {
  const store = payload.length + 3;
  return concat([
    Uint8Array.of(GS, 0x28, 0x6b, 0x04, 0x00, 0x31, 0x41, 0x32, 0x00), // model 2
    Uint8Array.of(GS, 0x28, 0x6b, 0x03, 0x00, 0x31, 0x43, moduleDots),
    Uint8Array.of(GS, 0x28, 0x6b, 0x03, 0x00, 0x31, 0x45, 0x31), // level M: a creased receipt still scans
    Uint8Array.of(GS, 0x28, 0x6b, store & 0xff, store >> 8, 0x31, 0x50, 0x30),
    payload,
    Uint8Array.of(GS, 0x28, 0x6b, 0x03, 0x00, 0x31, 0x51, 0x30), // print
  ]);
}

/** GS v 0: rows from top to bottom, the highest bit at the left. */
function qrRaster(data: string, moduleDots: number): Uint8Array {
  const { data: modules } = encodeQrModules(data, { ecc: 'M', border: 0 });
  const side = modules.length * moduleDots;
  const rowBytes = Math.ceil(side / 8);
  const dots = new Uint8Array(rowBytes * side);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) {
      if (!modules[Math.floor(y / moduleDots)]?.[Math.floor(x / moduleDots)]) continue;
      const at = y * rowBytes + (x >> 3);
      dots[at] = (dots[at] ?? 0) | (0x80 >> (x & 7));
    }
  }
  const header = [GS, 0x76, 0x30, 0, rowBytes & 0xff, rowBytes >> 8, side & 0xff, side >> 8];
  return concat([Uint8Array.from(header), withoutRealTimeBytes(dots)]);
}

/** Without control bytes, for the reason that `withoutRealTimeBytes` gives. */
function qrText(data: string): string {
  return Array.from(data, (character) => (character < ' ' ? ' ' : character)).join('');
}

function encodeBarcode(node: Node<'barcode'>, target: Target): EncodedReceipt {
  const { bytes, modules } = code128(node.data);
  const paperDots = target.profile.columns * DOTS_PER_COLUMN;
  const moduleDots = BARCODE_MODULE_DOTS.find(
    (dots) => (modules + 2 * BARCODE_QUIET_MODULES) * dots <= paperDots,
  );
  if (moduleDots === undefined) {
    return encodeText({ type: 'text', text: node.data, align: 'center', size: 'normal', bold: true }, target);
  }
  return {
    bytes: concat([
      CENTERED,
      Uint8Array.of(GS, 0x68, node.heightDots, GS, 0x77, moduleDots, GS, 0x48, node.readable ? 2 : 0),
      Uint8Array.of(GS, 0x6b, 73, bytes.length),
      bytes,
      LF,
    ]),
    lines: 2 + Math.ceil(node.heightDots / LINE_DOTS),
  };
}

/** The last line must have left the buffer: a cut in the middle of a line is ignored by many models. */
function encodeCut(profile: PrinterProfile): Uint8Array {
  return profile.hasCutter
    ? concat([LF, Uint8Array.of(GS, 0x56, 0x42, 0x00)])
    : concat([LF, Uint8Array.of(ESC, 0x64, TEAR_FEED_LINES)]);
}
