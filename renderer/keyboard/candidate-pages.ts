/** Measures of the candidate bar in millimetres; CandidateBar.vue gives each button just this width. */
export const candidateMillimetres = {
  character: 8.5,
  /** Both sides of the text together. */
  padding: 7,
  narrowest: 20.2,
  gap: 2.6,
} as const;

export interface CandidateCell {
  /** Index in the list of candidates. */
  readonly index: number;
  readonly widthMm: number;
}

/** One page: its rows, each no wider than the bar. */
export type CandidatePage = readonly (readonly CandidateCell[])[];

/**
 * Lays candidates out in order, row by row. A text wider than a row gets a row of its own, at the row's
 * width, and the button shortens it: the bar never widens the page.
 */
export function layOutCandidates(
  texts: readonly string[],
  rowWidthMm: number,
  rowsPerPage: number,
): CandidatePage[] {
  const { character, padding, narrowest, gap } = candidateMillimetres;
  const rows: CandidateCell[][] = [];
  let usedMm = Infinity;
  texts.forEach((text, index) => {
    const wanted = Math.max(narrowest, [...text].length * character + padding);
    const widthMm = Math.min(wanted, rowWidthMm);
    const row = rows.at(-1);
    if (row === undefined || usedMm + gap + widthMm > rowWidthMm) {
      rows.push([{ index, widthMm }]);
      usedMm = widthMm;
    } else {
      row.push({ index, widthMm });
      usedMm += gap + widthMm;
    }
  });
  const pages: CandidatePage[] = [];
  for (let first = 0; first < rows.length; first += rowsPerPage) {
    pages.push(rows.slice(first, first + rowsPerPage));
  }
  return pages;
}
