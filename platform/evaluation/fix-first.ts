import { FEWEST_COMPARED, type EvaluationRow, type FixFirst } from '#contract/evaluation.ts';

const SHOWN = 10;

/**
 * What to fix first: where residents lose the most working days. One measure for all, so that it can be compared and disputed: days
 * beyond the promise, days in which papers were put right, days on the line. What rests on fewer than ten cases is left out:
 * one bad week of one person is no fault of the rules.
 */
export function fixFirst(rows: readonly EvaluationRow[]): FixFirst[] {
  return rows
    .flatMap(losses)
    .filter(({ days, cases }) => days > 0 && cases >= FEWEST_COMPARED)
    .sort((a, b) => b.days - a.days || (a.key < b.key ? -1 : 1))
    .slice(0, SHOWN);
}

function losses({ by, key, name, figures, commonest }: EvaluationRow): FixFirst[] {
  if (by === 'item') {
    const own = { by, key, name } as const;
    return [
      { ...own, why: 'late', days: figures.lateDays, cases: figures.lateCases, commonest: null },
      {
        ...own,
        why: 'correction',
        days: figures.correctionDays,
        cases: figures.corrections,
        commonest: commonest?.corrections[0]?.what ?? null,
      },
    ];
  }
  if (by !== 'station') return [];
  return [
    { by, key, name, why: 'offline', days: figures.offlineDays, cases: figures.offline, commonest: null },
  ];
}
