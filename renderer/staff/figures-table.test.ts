import { expect, it } from 'vitest';
import type { QueueFigures } from '#contract/queue/figures.ts';
import { figureColumns, figuresTable, type FigureColumn } from './figures-table.ts';

const head = Object.fromEntries(figureColumns.map((name) => [name, name])) as Record<FigureColumn, string>; // all of them
const none = { count: 0, medianMs: null, ninetiethMs: null, longestMs: null };
const figures: QueueFigures = {
  byHour: [
    {
      line: 'A',
      hour: 9,
      taken: 12,
      waits: { count: 10, medianMs: 270_000, ninetiethMs: 600_000, longestMs: 726_000 },
      services: none,
      missed: 1,
    },
  ],
  byWindow: [{ window: '3', served: 10, missed: 1, services: { ...none, count: 10, medianMs: 30_000 } }],
};

it('has a row for each line and hour and one for each window, as a spreadsheet reads it', () => {
  expect(figuresTable('2026-11-22', figures, head, (letter) => `${letter} 综合`)).toBe(
    '\uFEFFday,line,hour,window,taken,called,wait,ninetieth,longest,served,service,missed\r\n' +
      '2026-11-22,A 综合,9:00,,12,10,4.5,10.0,12.1,0,,1\r\n' +
      '2026-11-22,,,3,,,,,,10,0.5,1\r\n',
  );
});

it('keeps a name with commas and quotation marks in its cell, and makes no formula of one', () => {
  expect(figuresTable('2026-11-22', figures, head, () => '社保, "医保"')).toContain(',"社保, ""医保""",');
  expect(figuresTable('2026-11-22', figures, head, () => '=HYPERLINK("x")')).toContain(
    `,"'=HYPERLINK(""x"")",`,
  );
});
