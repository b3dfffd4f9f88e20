import { byteAt, concat, toHex } from '../codec/bytes.ts';
import { readCommand } from './command-stream.ts';

/**
 * What a receipt's bytes put on paper, for a page to draw and for tests to read. Like command-stream.ts it
 * knows the command set and not our encoder.
 */
export type RenderedItem =
  | {
      readonly type: 'text';
      readonly text: string;
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
  | { readonly type: 'feed'; readonly lines: number }
  | { readonly type: 'cut'; readonly how: 'full' | 'partial' };

export type Align = 'left' | 'center' | 'right';

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

const PLAIN: Style = { bold: false, widthScale: 1, heightScale: 1 };
const LEVELS = ['L', 'M', 'Q', 'H'] as const;
const SILENT_COMMANDS = new Set([
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

class Paper {
  readonly items: RenderedItem[] = [];
  readonly warnings: string[] = [];
  #line: Uint8Array[] = [];
  #lineStyle = PLAIN;
  #style = PLAIN;
  #align: Align = 'left';
  #isChinese = false;
  #qr = { data: '', moduleDots: 3, level: 0 };

  warn(at: number, what: string): void {
    this.warnings.push(`byte ${at}: ${what}`);
  }

  print(bytes: Uint8Array, at: number): void {
    if (bytes.length > 1 && !this.#isChinese) this.warn(at, 'a Chinese character outside of Chinese mode');
    if (this.#line.length === 0) this.#lineStyle = this.#style;
    this.#line.push(bytes);
  }

  endLine(): void {
    const text = new TextDecoder('gb18030').decode(concat(this.#line));
    const style = this.#line.length === 0 ? this.#style : this.#lineStyle;
    this.items.push({ type: 'text', text, align: this.#align, ...style });
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
        return;
      case 'ESC d':
        if (this.#line.length > 0) this.endLine();
        this.items.push({ type: 'feed', lines: n });
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
