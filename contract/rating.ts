import { z } from 'zod';
import { givenInstantSchema } from './calendar-time.ts';
import { caseNumberSchema, wordsSchema } from './interaction.ts';
import { MAX_RATING_WORDS, ratingLevels, ratingReasons, reasonsOf } from './rating-scale.ts';

export const ratingLevelSchema = z.enum(ratingLevels);

const allReasons = [...ratingReasons.dissatisfied, ...ratingReasons['very-dissatisfied']] as const;
export const ratingReasonSchema = z.enum(allReasons);

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
  ratedAt: givenInstantSchema,
});
export type SubmittedRating = z.infer<typeof submittedRatingSchema>;
