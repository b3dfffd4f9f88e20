import { addDays, type LocalDate } from '#contract/form/local-date.ts';
import type { LocalizedText } from '#contract/localized.ts';
import { evaluationTexts } from './texts.ts';

export interface NamedPeriod {
  readonly text: LocalizedText;
  readonly from: LocalDate;
  readonly until: LocalDate;
}

/** What the page offers; the first one is shown when none was asked for. */
export function periodsUntil(today: LocalDate): readonly [NamedPeriod, ...NamedPeriod[]] {
  const year = Number(today.slice(0, 4));
  const t = evaluationTexts;
  return [
    { text: t.last90, from: addDays(today, -89), until: today },
    { text: t.last30, from: addDays(today, -29), until: today },
    { text: t.thisYear, from: `${year}-01-01`, until: today },
    { text: t.lastYear, from: `${year - 1}-01-01`, until: `${year - 1}-12-31` },
  ];
}
