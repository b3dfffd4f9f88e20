import { csvTable } from '#contract/csv.ts';
import { evaluationGroups, type Evaluation, type EvaluationRow } from '#contract/evaluation.ts';
import type { TextLanguage } from '#contract/localized.ts';
import { columns } from './columns.ts';
import { evaluationTexts } from './texts.ts';

/** All figures, a row for each item, department, station and terminal; a share as a number from 0 to 1, empty where it is of too few. */
export function evaluationCsv(evaluation: Evaluation, language: TextLanguage): string {
  const t = evaluationTexts;
  const head = ['', '', '', ...columns.map((column) => column.head[language])];
  const rows = evaluationGroups.flatMap((group) =>
    evaluation.rows
      .filter(({ by }) => by === group)
      .map((row) => [
        t[group][language],
        belongsTo(row),
        row.name[language],
        ...columns.map(({ value }) => {
          const told = value(row, evaluation);
          return told === 'few' || told === null ? null : Math.round(told * 10_000) / 10_000;
        }),
      ]),
  );
  return csvTable([[`${evaluation.from} – ${evaluation.until}`, `(${evaluation.today})`], head, ...rows]);
}

/** What tells two rows of one name apart. A department is its name: of its code of eighteen digits a spreadsheet makes another number. */
function belongsTo({ by, key, stationId }: EvaluationRow): string | null {
  if (by === 'item') return key;
  return by === 'terminal' ? stationId : null;
}
