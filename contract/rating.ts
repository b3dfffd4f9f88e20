import { z } from 'zod';
import { caseNumberSchema, wordsSchema } from './interaction.ts';

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
export const ratingLevelSchema = z.enum(ratingLevels);
export type RatingLevel = z.infer<typeof ratingLevelSchema>;

/** GB/T 39046 annex A.8: 1 is the best. */
export function satisfactionCode(level: RatingLevel): number {
  return ratingLevels.indexOf(level) + 1;
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
const allReasons = [...ratingReasons.dissatisfied, ...ratingReasons['very-dissatisfied']] as const;
export const ratingReasonSchema = z.enum(allReasons);
export type RatingReason = z.infer<typeof ratingReasonSchema>;

export function reasonsOf(level: RatingLevel): readonly RatingReason[] {
  return level === 'dissatisfied' || level === 'very-dissatisfied' ? ratingReasons[level] : [];
}

/** In code points. */
export const MAX_RATING_WORDS = 200;

/** Reasons and words may be left out at every level: whoever is asked for more than a touch rates less. */
export const ratingSchema = z
  .strictObject({
    level: ratingLevelSchema,
    reasons: z.array(ratingReasonSchema).max(allReasons.length),
    words: wordsSchema(MAX_RATING_WORDS).nullable(),
  })
  .refine(
    ({ level, reasons }) =>
      new Set(reasons).size === reasons.length &&
      reasons.every((reason) => reasonsOf(level).includes(reason)),
    { error: 'a reason of another level, or one that stands twice', path: ['reasons'] },
  );
export type Rating = z.infer<typeof ratingSchema>;

/** What a terminal sends: the same `ratingId` again, or another one of the same case, changes nothing. */
export const submittedRatingSchema = z.object({
  /** The idempotency key. */
  ratingId: z.uuid(),
  caseNo: caseNumberSchema,
  rating: ratingSchema,
  ratedAt: z.iso.datetime(),
});
export type SubmittedRating = z.infer<typeof submittedRatingSchema>;
