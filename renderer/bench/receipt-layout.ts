import type { RenderedLine } from '#contract/bench-api.ts';

type TextLine = Extract<RenderedLine, { kind: 'text' }>;

/** One character where it stands on the paper; widths in half-width columns. */
export interface Cell {
  readonly character: string;
  readonly columns: number;
  readonly widthScale: number;
  readonly heightScale: number;
  readonly bold: boolean;
}

/** The dots of one half-width character of font A, 12 × 24 (ESC/POS: ESC M). */
export const DOTS_PER_COLUMN = 12;

/** A line of text as rows of cells; what does not fit goes on in the next row, as on a printer. */
export function rowsOf(runs: TextLine['runs'], paperColumns: number): Cell[][] {
  const rows: Cell[][] = [[]];
  let used = 0;
  for (const { text, widthScale, heightScale, bold } of runs) {
    for (const character of text) {
      const columns = columnsOf(character) * widthScale;
      if (used > 0 && used + columns > paperColumns) {
        rows.push([]);
        used = 0;
      }
      rows.at(-1)?.push({ character, columns, widthScale, heightScale, bold });
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
