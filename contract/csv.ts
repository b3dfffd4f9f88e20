/**
 * A table as a file that a spreadsheet opens: RFC 4180, UTF-8 with a byte order mark, by which WPS and Excel know it. Null is an
 * empty cell.
 */
export function csvTable(rows: readonly CsvRow[]): string {
  return `\uFEFF${csvLines(rows)}`;
}

export type CsvRow = readonly (string | number | null)[];

/** More rows of it, for a table that is told piece by piece. */
export function csvLines(rows: readonly CsvRow[]): string {
  return rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

/** A text that begins like a formula, in letters of either width, would be one in a spreadsheet; a number is none. */
function cell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = /^[=+\-@＝＋－＠\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
