import type pg from 'pg';
import { z } from 'zod';
import { isBad, levelOfCode, satisfactionCode } from '#contract/rating-scale.ts';
import { ratingReasonSchema, type Rating, type SubmittedRating } from '#contract/rating.ts';
import { within, type Scope } from '../cases/scope.ts';
import { chinaDate } from '../cases/working-days.ts';
import { inTransaction } from '../database/connect.ts';
import type { Parts } from '../interactions/interactions.ts';
import { isOver, lockCase } from '../interactions/the-case.ts';
import { openEntry } from './ledger.ts';

export type RatingOutcome = 'rated' | 'no-case' | 'not-over';

/**
 * Of one case the first rating counts. Another one, of whoever, gets the same answer: nobody learns by asking whether
 * a neighbour has rated.
 */
export function rate(
  parts: Omit<Parts, 'officeDays'>,
  { ratingId, caseNo, rating, ratedAt }: SubmittedRating,
) {
  return inTransaction(
    parts.pool,
    'BEGIN; SET LOCAL synchronous_commit TO on',
    async (client): Promise<RatingOutcome> => {
      const found = await lockCase(client, parts.catalogue, caseNo);
      if (!found) return 'no-case';
      if (await isRated(client, caseNo)) return 'rated';
      if (!isOver(found)) return 'not-over';
      const stored = await client.query(
        `INSERT INTO rating (case_no, rating_id, satisfaction, reasons, words, rated_on, stored_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (rating_id) DO NOTHING`,
        [
          caseNo,
          ratingId,
          satisfactionCode(rating.level),
          rating.reasons,
          rating.words,
          chinaDate(believable(Date.parse(ratedAt), parts.nowMs)),
          new Date(parts.nowMs),
        ],
      );
      if (stored.rowCount === 1 && isBad(rating.level)) await openEntry(client, found, parts.nowMs);
      return 'rated';
    },
  );
}

/** Longer than any terminal keeps a rating that it could not tell. */
const LATE_DAYS = 90;
const DAY_MS = 86_400_000;

/** The day that a terminal's clock says, but none to come, and none long ago: it would stand in no list, or first for ever. */
function believable(ratedAtMs: number, nowMs: number): number {
  return Math.min(Math.max(ratedAtMs, nowMs - LATE_DAYS * DAY_MS), nowMs);
}

async function isRated(db: Pick<pg.Pool, 'query'>, caseNo: string): Promise<boolean> {
  return (await db.query('SELECT 1 FROM rating WHERE case_no = $1', [caseNo])).rowCount === 1;
}

export interface ListedRating extends Rating {
  readonly itemSlug: string;
  readonly satisfactionCode: number;
  readonly ratedOn: string;
}

const rowsSchema = z.array(
  z
    .object({
      item_slug: z.string(),
      satisfaction: z.number(),
      reasons: z.array(ratingReasonSchema),
      words: z.string().nullable(),
      rated_on: z.iso.date(),
    })
    .transform((row, context): ListedRating => {
      const level = levelOfCode(row.satisfaction);
      if (level === null) {
        context.addIssue('no such level');
        return z.NEVER;
      }
      const { item_slug: itemSlug, satisfaction, reasons, words, rated_on: ratedOn } = row;
      return { itemSlug, satisfactionCode: satisfaction, level, reasons, words, ratedOn };
    }),
);

/** For those who are rated: of no case, of no hour, of nobody. `scope` null: of all. */
export async function listRatings(
  pool: pg.Pool,
  { scope, limit }: { readonly scope: Scope | null; readonly limit: number },
): Promise<ListedRating[]> {
  const { condition, values } = within(scope, 2);
  const { rows } = await pool.query(
    `SELECT a.item_slug, r.satisfaction, r.reasons, r.words, r.rated_on::text AS rated_on
     FROM rating r JOIN case_number USING (case_no) JOIN case_record c USING (case_no, application_id)
       JOIN application a USING (application_id, revision)
     WHERE ${condition} ORDER BY r.rated_on DESC, r.rating_id LIMIT $1`,
    [limit, ...values],
  );
  return rowsSchema.parse(rows);
}
