/**
 * The five-level rating (好差评) of a closed case, after GB/T 39735: voluntary, nothing chosen beforehand, of one
 * case one rating, and who gave it is kept from those who are rated.
 */
export const ratingLevels = [
  'very-satisfied',
  'satisfied',
  'fairly-satisfied',
  'dissatisfied',
  'very-dissatisfied',
] as const;
export type RatingLevel = (typeof ratingLevels)[number];

/** GB/T 39046 annex A.8: 1 is the best. */
export function satisfactionCode(level: RatingLevel): number {
  return ratingLevels.indexOf(level) + 1;
}

/** The two levels that open an entry in the ledger (rating-ledger.ts). */
export function isBad(level: RatingLevel): boolean {
  return satisfactionCode(level) >= 4;
}

/** The national evaluation interface counts the other way round: 5 is the best. */
export function satisfactionStars(level: RatingLevel): number {
  return ratingLevels.length - ratingLevels.indexOf(level);
}

export function levelOfCode(code: number): RatingLevel | null {
  return ratingLevels[code - 1] ?? null;
}

/**
 * The national list of reasons (评价指标, as deployed in 2020) for the two bad levels; its first digit is the number
 * of stars. Good ratings are not asked why.
 */
export const ratingReasons = {
  dissatisfied: ['207', '208', '209', '210', '211', '212', '213', '214'],
  'very-dissatisfied': ['108', '109', '110', '111', '112', '113', '114', '115'],
} as const;
export type RatingReason = (typeof ratingReasons)[keyof typeof ratingReasons][number];

export function reasonsOf(level: RatingLevel): readonly RatingReason[] {
  return level === 'dissatisfied' || level === 'very-dissatisfied' ? ratingReasons[level] : [];
}

/** In code points. */
export const MAX_RATING_WORDS = 200;
