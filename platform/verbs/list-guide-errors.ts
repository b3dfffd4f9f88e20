import { z } from 'zod';
import { guideErrorSchema } from '#contract/guide.ts';
import { forDesk } from './base.ts';

const rowsSchema = z.array(
  z.object({
    slug: z.string(),
    version: z.string(),
    error: guideErrorSchema,
    count: z.coerce.number().int(),
    lastAt: z.date(),
  }),
);

/** For the owners of guides: how many said the same, the most first. */
export const listGuideErrors = forDesk.catalogue.guideErrors.handler(async ({ context }) => {
  const { rows } = await context.pool.query(
    `SELECT slug, item_version AS version, error, count(*) AS count, max(stored_at) AS "lastAt"
     FROM guide_report GROUP BY slug, item_version, error
     ORDER BY count(*) DESC, max(stored_at) DESC, slug, error LIMIT 500`,
  );
  return {
    errors: rowsSchema.parse(rows).map(({ lastAt, ...row }) => ({ ...row, lastAt: lastAt.toISOString() })),
  };
});
