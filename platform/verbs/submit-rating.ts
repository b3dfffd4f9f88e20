import { rate } from '../ratings/ratings.ts';
import { forTerminals } from './base.ts';

/** From whichever terminal: the resident rates where he asks after his case. */
export const submitRating = forTerminals.ratings.submit.handler(async ({ context, input, errors }) => {
  const { pool, catalogue, clock } = context;
  const outcome = await rate({ pool, catalogue, nowMs: clock.now() }, input);
  if (outcome === 'no-case') throw errors.NOT_FOUND();
  if (outcome === 'not-over') throw errors.NOT_RATEABLE();
  return { ratingId: input.ratingId };
});
