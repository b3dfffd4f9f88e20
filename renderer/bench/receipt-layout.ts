import type { DotImage, RenderedLine } from '#contract/bench-api.ts';

type TextLine = Extract<RenderedLine, { kind: 'text' }>;

/** One character where it stands on the paper; widths in half-width columns. */
export interface Cell {
  readonly character: string;
  readonly columns: number;
  readonly widthScale: number;
  readonly heightScale: number;
  readonly bold: boolean;
  /** In place of the character: the printer got dots. */
  readonly image: DotImage | null;
}

/** The dots of one half-width character of font A, 12 × 24 (ESC/POS: ESC M). */
export const DOTS_PER_COLUMN = 12;

/** Stands in a line's text where an image is. */
const IMAGE_MARK = '￼';
const UNSCALED = { widthScale: 1, heightScale: 1 } as const;

/** A line of text as rows of cells; what does not fit goes on in the next row, as on a printer. */
export function rowsOf(runs: TextLine['runs'], paperColumns: number): Cell[][] {
  const rows: Cell[][] = [[]];
  let used = 0;
  for (const { text, images, ...style } of runs) {
    const waiting = [...images];
    for (const character of text) {
      const image = character === IMAGE_MARK ? (waiting.shift() ?? null) : null;
      // Dots are as large as they are: a printer does not enlarge them with the text.
      const { widthScale, heightScale, bold } = image === null ? style : { ...style, ...UNSCALED };
      const columns =
        image === null ? columnsOf(character) * widthScale : Math.ceil(image.widthDots / DOTS_PER_COLUMN);
      if (used > 0 && used + columns > paperColumns) {
        rows.push([]);
        used = 0;
      }
      rows.at(-1)?.push({ character, columns, widthScale, heightScale, bold, image });
      used += columns;
    }
  }
  return rows;
}

/** A printer in Chinese mode prints every character of two or four bytes at full width. */
function columnsOf(character: string): number {
  return (character.codePointAt(0) ?? 0) < 0x80 ? 1 : 2;
}

/** A QR code's dark modules as an SVG path in module units. */
export function modulePath(modules: readonly (readonly boolean[])[]): string {
  return modules
    .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x} ${y}h1v1h-1z` : '')))
    .filter((part) => part !== '')
    .join('');
}

/** An image's black dots as an SVG path in dots: one rectangle for each run in a row. */
export function dotPath({ widthDots, heightDots, bits }: DotImage): string {
  const bytes = Uint8Array.from(atob(bits), (character) => character.charCodeAt(0));
  const rowBytes = Math.ceil(widthDots / 8);
  const isBlack = (x: number, y: number) =>
    x < widthDots && ((bytes[y * rowBytes + (x >> 3)] ?? 0) & (0x80 >> (x & 7))) !== 0;
  let path = '';
  for (let y = 0; y < heightDots; y += 1) {
    for (let x = 0; x < widthDots; x += 1) {
      if (!isBlack(x, y)) continue;
      const start = x;
      while (isBlack(x, y)) x += 1;
      path += `M${start} ${y}h${x - start}v1h-${x - start}z`;
    }
  }
  return path;
}

/** A string of 1 and 0, one for each narrowest bar, as an SVG path one high. */
export function barPath(bars: string): string {
  return Array.from(
    bars.matchAll(/1+/g),
    (run) => `M${run.index} 0h${run[0].length}v1h-${run[0].length}z`,
  ).join('');
}
