import { listRatings } from '../ratings/ratings.ts';
import { forDesk } from './base.ts';

/** When the caller names no limit. */
const PAGE = 100;

export const listGivenRatings = forDesk.ratings.list.handler(async ({ context, input }) => ({
  ratings: await listRatings(context.pool, { scope: null, limit: input.limit ?? PAGE }),
}));
