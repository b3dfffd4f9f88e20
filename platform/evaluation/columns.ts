import type { Evaluation, EvaluationRow } from '#contract/evaluation.ts';
import type { LocalizedText } from '#contract/localized.ts';
import { evaluationTexts } from './texts.ts';

/** A column of the tables: what a figure is called, and how it is read. `few`: of too few cases to be told. */
export interface Column {
  readonly head: LocalizedText;
  readonly value: (row: EvaluationRow, evaluation: Evaluation) => number | 'few' | null;
  readonly isShare?: true;
  /** Behind the point; absent: none. */
  readonly digits?: 1 | 2;
  /** In the saved table alone: the page has no room for it. */
  readonly savedOnly?: true;
}

const t = evaluationTexts;
const orFew = (value: number | null | undefined): number | 'few' => value ?? 'few';

export const columns: readonly Column[] = [
  { head: t.received, value: ({ figures }) => figures.received },
  { head: t.accepted, value: ({ figures }) => figures.accepted, savedOnly: true },
  { head: t.closed, value: ({ figures }) => figures.closed },
  { head: t.refused, value: ({ figures }) => figures.refused },
  { head: t.mean, value: ({ figures }) => orFew(figures.workdays?.mean), digits: 1 },
  { head: t.median, value: ({ figures }) => orFew(figures.workdays?.median) },
  { head: t.ninetieth, value: ({ figures }) => orFew(figures.workdays?.ninetieth) },
  {
    head: t.promised,
    value: ({ by, key }, { items }) =>
      by === 'item' ? (items.find(({ slug }) => slug === key)?.promisedWorkdays ?? null) : null,
    savedOnly: true,
  },
  { head: t.onPromise, value: ({ figures }) => orFew(figures.onPromise), isShare: true },
  { head: t.onLegal, value: ({ figures }) => orFew(figures.onLegal), isShare: true },
  { head: t.lateDays, value: ({ figures }) => figures.lateDays, savedOnly: true },
  { head: t.overdueNow, value: ({ figures }) => figures.overdueNow },
  { head: t.corrections, value: ({ figures }) => figures.corrections, savedOnly: true },
  { head: t.correctionsPerCase, value: ({ figures }) => orFew(figures.correctionsPerCase), digits: 2 },
  { head: t.offlineShare, value: ({ figures }) => orFew(figures.offlineShare), isShare: true },
  { head: t.ratings, value: ({ figures }) => orFew(figures.ratings?.count), savedOnly: true },
  {
    head: t.meanSatisfaction,
    value: ({ figures }) => orFew(figures.ratings?.meanSatisfaction),
    savedOnly: true,
  },
  { head: t.badShare, value: ({ figures }) => orFew(figures.ratings?.badShare), isShare: true },
  { head: t.repliesGiven, value: ({ figures }) => figures.replies.given, savedOnly: true },
  { head: t.sentBack, value: ({ figures }) => figures.replies.sentBack, savedOnly: true },
  { head: t.rejected, value: ({ figures }) => figures.replies.rejected, savedOnly: true },
  { head: t.insisted, value: ({ figures }) => figures.replies.insisted, savedOnly: true },
  { head: t.ledgerOpened, value: ({ figures }) => figures.ledger.opened, savedOnly: true },
  { head: t.ledgerOverdue, value: ({ figures }) => figures.ledger.overdue, savedOnly: true },
  { head: t.callBacksOverdue, value: ({ figures }) => figures.ledger.callBacksOverdue, savedOnly: true },
];
