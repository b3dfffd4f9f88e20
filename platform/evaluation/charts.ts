import { escapeHtml } from '../desk/html.ts';

/** Charts as inline SVG, made here: the page has no script. Each has its numbers as a table that a screen reader reads. */

export interface Bar {
  readonly label: string;
  readonly value: number;
  /** The value in words, beside the bar and in the table. */
  readonly text: string;
  /** A line across the bar: what was promised. */
  readonly mark?: number;
}

const ROW = 30;
const LABEL = 210;
const BARS = 260;
/** As wide as the longest text beside a bar. */
const TEXT = 250;
const WIDTH = LABEL + BARS + TEXT;
/** Letters of a label that fit before its bar; Chinese ones are twice as wide. */
const LABEL_CELLS = 24;

/** `whole`: what the longest possible bar stands for; absent: the longest one there is. */
export function barChart(
  id: string,
  title: string,
  head: readonly [string, string],
  bars: readonly Bar[],
  whole?: number,
): string {
  const most = whole ?? Math.max(...bars.flatMap(({ value, mark }) => [value, mark ?? 0]), Number.EPSILON);
  const x = (value: number): number => Math.round(LABEL + (value / most) * BARS);
  const rows = bars.map(({ label, value, text, mark }, index) => {
    const y = index * ROW;
    const end = x(value);
    return (
      `<text x="${LABEL - 8}" y="${y + 20}" text-anchor="end">${escapeHtml(shortened(label))}</text>` +
      `<rect class="bar" x="${LABEL}" y="${y + 6}" width="${end - LABEL}" height="18"/>` +
      (mark === undefined
        ? ''
        : `<rect class="mark" x="${x(mark) - 1}" y="${y + 2}" width="3" height="26"/>`) +
      `<text x="${Math.max(end, mark === undefined ? 0 : x(mark)) + 8}" y="${y + 20}">${escapeHtml(text)}</text>`
    );
  });
  return figure(id, title, head, bars, bars.length * ROW, rows.join(''));
}

/** Parts of one whole, side by side; each darker or lighter than the one before, so that ink of one colour shows them. */
export function partsChart(
  id: string,
  title: string,
  head: readonly [string, string],
  parts: readonly Bar[],
): string {
  const whole = parts.reduce((sum, { value }) => sum + value, 0) || 1;
  let left = 0;
  const rows = parts.map(({ label, value, text }, index) => {
    const width = (value / whole) * (WIDTH - 2);
    const from = left;
    left += width;
    const y = 50 + index * ROW;
    return (
      `<rect class="part part-${index}" x="${(1 + from).toFixed(1)}" y="1" width="${width.toFixed(1)}" height="34"/>` +
      `<rect class="part part-${index}" x="1" y="${y + 4}" width="22" height="18"/>` +
      `<text x="34" y="${y + 19}">${escapeHtml(`${label}  ${text}`)}</text>`
    );
  });
  return figure(id, title, head, parts, 50 + parts.length * ROW, rows.join(''));
}

function figure(
  id: string,
  title: string,
  [label, value]: readonly [string, string],
  bars: readonly Bar[],
  height: number,
  drawn: string,
): string {
  const rows = bars.map(
    (bar) => `<tr><th scope="row">${escapeHtml(bar.label)}</th><td>${escapeHtml(bar.text)}</td></tr>`,
  );
  return `<figure aria-labelledby="${id}"><figcaption id="${id}">${escapeHtml(title)}</figcaption>
<svg viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" aria-hidden="true" focusable="false">${drawn}</svg>
<table class="heard" aria-labelledby="${id}"><thead><tr><th scope="col">${escapeHtml(label)}</th><th scope="col">${escapeHtml(value)}</th></tr></thead><tbody>${rows.join('')}</tbody></table></figure>`;
}

function shortened(label: string): string {
  let cells = 0;
  const kept: string[] = [];
  for (const letter of label) {
    cells += /[\u1100-\uffff]/.test(letter) ? 2 : 1;
    if (cells > LABEL_CELLS) return `${kept.slice(0, -1).join('')}…`;
    kept.push(letter);
  }
  return label;
}
