import { columnsOf, spaces, wrap, type Glyph } from './text.ts';

/** Rows and tables as lines of glyphs, for whatever width the paper has. */

const GAP_COLUMNS = 1;
/** A Chinese character must fit. */
const LEAST_CELL_COLUMNS = 2;

export interface TableCell {
  readonly glyphs: readonly Glyph[];
  readonly share: number;
  readonly align: 'left' | 'center' | 'right';
}

/** Left and right on one line where they fit, else the right part on lines of its own, at the right. */
export function layOutRow(left: readonly Glyph[], right: readonly Glyph[], columns: number): Glyph[][] {
  const gap = columns - columnsOf(left) - columnsOf(right);
  if (gap >= GAP_COLUMNS) return [[...left, ...spaces(gap), ...right]];
  return [...wrap(left, columns), ...wrap(right, columns).map((line) => aligned(line, columns, 'right'))];
}

/** Cells beside each other; the longest decides how many lines the row has. */
export function layOutColumns(cells: readonly TableCell[], columns: number): Glyph[][] {
  const widths = cellWidths(
    cells.map((cell) => cell.share),
    columns,
  );
  const wrapped = cells.map((cell, index) => wrap(cell.glyphs, widths[index] ?? LEAST_CELL_COLUMNS));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, lineIndex) =>
    cells.flatMap(({ align }, index) => [
      ...(index === 0 ? [] : spaces(GAP_COLUMNS)),
      ...aligned(wrapped[index]?.[lineIndex] ?? [], widths[index] ?? LEAST_CELL_COLUMNS, align),
    ]),
  );
}

/** Every cell gets the least, the rest goes by shares, and what is left of that to the first cells. */
export function cellWidths(shares: readonly number[], columns: number): number[] {
  const free = columns - GAP_COLUMNS * (shares.length - 1) - LEAST_CELL_COLUMNS * shares.length;
  const total = shares.reduce((sum, share) => sum + share, 0);
  const widths = shares.map((share) => LEAST_CELL_COLUMNS + Math.floor((free * share) / total));
  const used = widths.reduce((sum, width) => sum + width, GAP_COLUMNS * (shares.length - 1));
  return widths.map((width, index) => (index < columns - used ? width + 1 : width));
}

function aligned(line: readonly Glyph[], columns: number, align: TableCell['align']): Glyph[] {
  const free = columns - columnsOf(line);
  const before = align === 'left' ? 0 : align === 'right' ? free : Math.floor(free / 2);
  return [...spaces(before), ...line, ...spaces(free - before)];
}
