import { z } from 'zod';
import type { Commonest } from '#contract/evaluation.ts';
import { localizedTextSchema, type LocalizedText } from '#contract/localized.ts';
import { noticeTextSchema } from '#contract/progress.ts';
import { ratingReasonSchema } from '#contract/rating.ts';

/** What is said again and again: of corrections, of refusals, of ratings. */

const shape = { item_slug: z.string(), count: z.coerce.number().int().positive() } as const;

export const wordsSchema = z.array(
  z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('correction'), what: localizedTextSchema, ...shape }),
      z.object({ kind: z.literal('refusal'), what: noticeTextSchema, ...shape }),
      z.object({ kind: z.literal('rating'), what: ratingReasonSchema, ...shape }),
    ])
    .transform(({ item_slug: slug, ...words }) => ({ ...words, slug })),
);
export type CountedWords = z.infer<typeof wordsSchema>[number];

const SHOWN = 5;
/** What an officer wrote to one person may be about that person; the same words to five are about nobody. */
const FEWEST_SAME_WORDS = 5;

export const noWords: Commonest = { corrections: [], refusals: { same: [], others: 0 }, ratings: [] };

export function commonestOf(words: readonly CountedWords[]): Commonest {
  const corrections = words.flatMap((one) => (one.kind === 'correction' ? [one] : []));
  const refusals = summed(
    words.flatMap((one) => (one.kind === 'refusal' ? [one] : [])),
    ({ zh, en }) => `${zh}\n${en}`,
  );
  const same = refusals.filter(({ count }) => count >= FEWEST_SAME_WORDS).slice(0, SHOWN);
  const all = refusals.reduce((total, { count }) => total + count, 0);
  return {
    corrections: summed(corrections, nameOf).slice(0, SHOWN),
    refusals: { same, others: all - same.reduce((total, { count }) => total + count, 0) },
    ratings: summed(
      words.flatMap((one) => (one.kind === 'rating' ? [one] : [])),
      (reason) => reason,
    ).slice(0, SHOWN),
  };
}

const nameOf = ({ zh }: LocalizedText): string => zh;

/** The same things added up over items, the most frequent first. */
function summed<T>(
  words: readonly { readonly what: T; readonly count: number }[],
  keyOf: (what: T) => string,
): { what: T; count: number }[] {
  const sums = new Map<string, { what: T; count: number }>();
  for (const { what, count } of words) {
    const key = keyOf(what);
    sums.set(key, { what, count: (sums.get(key)?.count ?? 0) + count });
  }
  return [...sums.entries()]
    .sort(([a, x], [b, y]) => y.count - x.count || (a < b ? -1 : 1))
    .map(([, sum]) => sum);
}
