import { csvTable } from '#contract/csv.ts';
import type { QueueFigures } from '#contract/queue/figures.ts';

/** Its columns in their order, as the head of the table names them. */
export const figureColumns = [
  'day',
  'line',
  'hour',
  'window',
  'taken',
  'called',
  'wait',
  'ninetieth',
  'longest',
  'served',
  'service',
  'missed',
] as const;
export type FigureColumn = (typeof figureColumns)[number];

const MS_A_MINUTE = 60_000;

/**
 * A day's figures as a file that a spreadsheet opens (csv.ts): a row for each line and hour, and one for each window; times in
 * minutes with one decimal, empty where there was none.
 * Nobody's name and nobody's number.
 */
export function figuresTable(
  day: string,
  figures: QueueFigures,
  head: Readonly<Record<FigureColumn, string>>,
  lineName: (letter: string) => string,
): string {
  type Row = Partial<Record<FigureColumn, string | number | null>>;
  const rows: Row[] = [
    head,
    ...figures.byHour.map((of) => ({
      day,
      line: lineName(of.line),
      hour: `${of.hour}:00`,
      taken: of.taken,
      called: of.waits.count,
      wait: minutes(of.waits.medianMs),
      ninetieth: minutes(of.waits.ninetiethMs),
      longest: minutes(of.waits.longestMs),
      served: of.services.count,
      service: minutes(of.services.medianMs),
      missed: of.missed,
    })),
    ...figures.byWindow.map((of) => ({
      day,
      window: of.window,
      served: of.served,
      service: minutes(of.services.medianMs),
      missed: of.missed,
    })),
  ];
  return csvTable(rows.map((row) => figureColumns.map((column) => row[column] ?? null)));
}

function minutes(ms: number | null): string | null {
  return ms === null ? null : (ms / MS_A_MINUTE).toFixed(1);
}
