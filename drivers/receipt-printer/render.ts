import { byteAt, concat, toHex } from '../codec/bytes.ts';
import { readCode128, type ReadCode128 } from './code128-reader.ts';
import { readCommand } from './command-stream.ts';

/**
 * What a receipt's bytes put on paper, for a page to draw and for tests to read. Like command-stream.ts it
 * knows the command set and not our encoder.
 */
export type RenderedItem =
  | {
      readonly type: 'text';
      /** U+FFFC stands for each image. */
      readonly text: string;
      /** In the line, from left to right. */
      readonly images: readonly DotImage[];
      readonly align: Align;
      readonly bold: boolean;
      /** Times the normal size, 1 to 8, of the line's first character. */
      readonly widthScale: number;
      readonly heightScale: number;
    }
  | {
      readonly type: 'qr';
      readonly data: string;
      readonly moduleDots: number;
      readonly level: 'L' | 'M' | 'Q' | 'H';
      readonly align: Align;
    }
  | {
      readonly type: 'barcode';
      readonly data: string;
      /** As a scanner counts them: start, data, check and stop. */
      readonly symbols: readonly number[];
      readonly moduleDots: number;
      readonly heightDots: number;
      readonly readable: boolean;
      readonly align: Align;
    }
  | { readonly type: 'image'; readonly image: DotImage; readonly align: Align }
  | { readonly type: 'feed'; readonly lines: number }
  | { readonly type: 'cut'; readonly how: 'full' | 'partial' };

export type Align = 'left' | 'center' | 'right';

/** Rows from top to bottom, each in whole bytes, the highest bit at the left. */
export interface DotImage {
  readonly widthDots: number;
  readonly heightDots: number;
  readonly bits: Uint8Array;
}

export interface RenderedReceipt {
  readonly items: readonly RenderedItem[];
  /** What a printer would stumble over, with the byte where it stands. */
  readonly warnings: readonly string[];
}

interface Style {
  readonly bold: boolean;
  readonly widthScale: number;
  readonly heightScale: number;
}

/** Where an image stands in a line's text. */
const IMAGE_MARK = '￼';
const PLAIN: Style = { bold: false, widthScale: 1, heightScale: 1 };
const LEVELS = ['L', 'M', 'Q', 'H'] as const;
const SILENT_COMMANDS = new Set([
  'NUL',
  'GS r',
  'GS I',
  'GS a',
  'GS ( H',
  'ESC 2',
  'ESC 3',
  'ESC t',
  'ESC R',
  'FS S',
  'ESC M',
]);

export function renderReceipt(bytes: Uint8Array): RenderedReceipt {
  const paper = new Paper();
  for (let at = 0; at < bytes.length;) {
    const read = readCommand(bytes, at);
    if (read === 'incomplete') {
      paper.warn(at, `ends in the middle of a command: ${toHex(bytes.subarray(at, at + 8))}`);
      break;
    }
    const { command } = read;
    switch (command.kind) {
      case 'character':
        paper.print(command.bytes, at);
        break;
      case 'line-feed':
        paper.endLine();
        break;
      case 'command':
        paper.obey(command.name, command.args, at);
        break;
      case 'unknown':
        paper.warn(at, `unknown bytes ${toHex(command.bytes)}`);
        break;
      default: {
        const never: never = command;
        return never;
      }
    }
    at = read.end;
  }
  paper.finish(bytes.length);
  return { items: paper.items, warnings: paper.warnings };
}

type LinePart = Uint8Array | DotImage;

class Paper {
  readonly items: RenderedItem[] = [];
  readonly warnings: string[] = [];
  #line: LinePart[] = [];
  #lineStyle = PLAIN;
  #style = PLAIN;
  /** The size of Chinese characters, which FS ! sets apart from GS !. */
  #chinese = PLAIN;
  #align: Align = 'left';
  #isChinese = false;
  #qr = { data: '', moduleDots: 3, level: 0 };
  #barcode = { heightDots: 162, moduleDots: 3, readable: false };

  warn(at: number, what: string): void {
    this.warnings.push(`byte ${at}: ${what}`);
  }

  print(bytes: Uint8Array, at: number): void {
    if (bytes.length > 1 && !this.#isChinese) this.warn(at, 'a Chinese character outside of Chinese mode');
    this.#add(bytes, bytes.length > 1 ? { ...this.#chinese, bold: this.#style.bold } : this.#style);
  }

  endLine(): void {
    const images: DotImage[] = [];
    let text = '';
    let run: Uint8Array[] = [];
    const flush = () => {
      text += new TextDecoder('gb18030').decode(concat(run));
      run = [];
    };
    for (const part of this.#line) {
      if (part instanceof Uint8Array) {
        run.push(part);
        continue;
      }
      flush();
      text += IMAGE_MARK;
      images.push(part);
    }
    flush();
    const style = this.#line.length === 0 ? this.#style : this.#lineStyle;
    this.items.push({ type: 'text', text, images, align: this.#align, ...style });
    this.#line = [];
  }

  finish(at: number): void {
    // A printer keeps a line that was never ended, and prints it before the next receipt.
    if (this.#line.length > 0) this.warn(at, 'a line was never ended');
  }

  obey(name: string, args: Uint8Array, at: number): void {
    const n = byteAt(args, 0);
    switch (name) {
      case 'ESC @':
        this.#style = PLAIN;
        this.#chinese = PLAIN;
        this.#align = 'left';
        this.#line = [];
        return;
      case 'FS &':
        this.#isChinese = true;
        return;
      case 'FS .':
        this.#isChinese = false;
        return;
      case 'ESC a':
        this.#align = n % 48 === 1 ? 'center' : n % 48 === 2 ? 'right' : 'left';
        return;
      case 'ESC E':
        this.#style = { ...this.#style, bold: (n & 1) === 1 };
        return;
      case 'GS !':
        this.#style = { ...this.#style, widthScale: ((n >> 4) & 7) + 1, heightScale: (n & 7) + 1 };
        this.#chinese = this.#style;
        return;
      case 'FS !':
        this.#chinese = {
          ...this.#chinese,
          widthScale: (n & 4) === 0 ? 1 : 2,
          heightScale: (n & 8) === 0 ? 1 : 2,
        };
        return;
      case 'ESC d':
        if (this.#line.length > 0) this.endLine();
        this.items.push({ type: 'feed', lines: n });
        return;
      case 'ESC *':
        this.#bitImage(args, at);
        return;
      case 'GS v':
        this.#rasterImage(args, at);
        return;
      case 'GS h':
        this.#barcode.heightDots = n;
        return;
      case 'GS w':
        this.#barcode.moduleDots = n;
        return;
      case 'GS H':
        this.#barcode.readable = n % 48 !== 0;
        return;
      case 'GS k':
        this.#printBarcode(args, at);
        return;
      case 'GS V':
        this.#cut(n, at);
        return;
      case 'GS ( k':
        this.#symbol(args, at);
        return;
      default:
        if (!SILENT_COMMANDS.has(name)) this.warn(at, `${name} is not drawn`);
    }
  }

  #add(part: LinePart, style: Style): void {
    if (this.#line.length === 0) this.#lineStyle = style;
    this.#line.push(part);
  }

  /** An image in a line; ESC E and GS ! leave it alone (Epson, ESC *). */
  #bitImage(args: Uint8Array, at: number): void {
    if (byteAt(args, 0) !== 33) {
      this.warn(at, 'an image in another density than the text');
      return;
    }
    const columns = args.subarray(3);
    const widthDots = columns.length / 3;
    const bits = new Uint8Array(Math.ceil(widthDots / 8) * 24);
    const image = { widthDots, heightDots: 24, bits };
    for (let x = 0; x < widthDots; x += 1) {
      for (let y = 0; y < 24; y += 1) {
        if ((byteAt(columns, x * 3 + (y >> 3)) & (0x80 >> (y & 7))) !== 0) setDot(image, x, y);
      }
    }
    this.#add(image, { ...PLAIN, bold: this.#style.bold });
  }

  #rasterImage(args: Uint8Array, at: number): void {
    if (this.#line.length > 0) {
      this.warn(at, 'a raster image in the middle of a line is ignored');
      return;
    }
    const rowBytes = byteAt(args, 2) + 256 * byteAt(args, 3);
    const heightDots = byteAt(args, 4) + 256 * byteAt(args, 5);
    const image = { widthDots: rowBytes * 8, heightDots, bits: args.slice(6) };
    this.items.push({ type: 'image', image, align: this.#align });
  }

  #printBarcode(args: Uint8Array, at: number): void {
    if (this.#line.length > 0) this.warn(at, 'a bar code in the middle of a line is ignored');
    const code: ReadCode128 | null = byteAt(args, 0) === 73 ? readCode128(args.subarray(2)) : null;
    if (code === null) this.warn(at, 'a bar code that is not CODE 128, or is broken');
    else this.items.push({ type: 'barcode', ...code, ...this.#barcode, align: this.#align });
  }

  #cut(mode: number, at: number): void {
    if (this.#line.length > 0) {
      this.warn(at, 'a cut in the middle of a line is ignored');
      return;
    }
    this.items.push({ type: 'cut', how: mode === 0 || mode === 48 || mode === 65 ? 'full' : 'partial' });
  }

  /** GS ( k with cn 49: a QR code is set up, stored and printed by commands of its own. */
  #symbol(args: Uint8Array, at: number): void {
    const value = byteAt(args, 2);
    if (byteAt(args, 0) !== 49) {
      this.warn(at, 'a symbol other than QR');
      return;
    }
    switch (byteAt(args, 1)) {
      case 65:
        if (value !== 50) this.warn(at, 'not a model 2 QR code');
        return;
      case 67:
        this.#qr.moduleDots = value;
        return;
      case 69:
        this.#qr.level = value - 48;
        return;
      case 80:
        this.#qr.data = new TextDecoder().decode(args.subarray(3));
        return;
      case 81: {
        if (this.#line.length > 0) this.warn(at, 'a QR code in the middle of a line is ignored');
        const { data, moduleDots, level } = this.#qr;
        this.items.push({ type: 'qr', data, moduleDots, level: LEVELS[level] ?? 'L', align: this.#align });
        return;
      }
      default:
        this.warn(at, 'an unknown function of GS ( k');
    }
  }
}

export function setDot({ widthDots, bits }: DotImage, x: number, y: number): void {
  const at = y * Math.ceil(widthDots / 8) + (x >> 3);
  bits[at] = byteAt(bits, at) | (0x80 >> (x & 7));
}

export function isDotSet({ widthDots, bits }: DotImage, x: number, y: number): boolean {
  return (byteAt(bits, y * Math.ceil(widthDots / 8) + (x >> 3)) & (0x80 >> (x & 7))) !== 0;
}
