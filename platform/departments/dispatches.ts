import type pg from 'pg';
import { z } from 'zod';
import { caseStatusSchema } from '#contract/application.ts';
import type { Dispatch } from '#contract/department.ts';
import { localizedTextSchema } from '#contract/localized.ts';

const rowSchema = z
  .object({
    case_no: z.string(),
    item_slug: z.string(),
    step: z.number().int(),
    status: caseStatusSchema,
    department_id: z.string().nullable(),
    name: localizedTextSchema.nullable(),
    dispatched_at: z.date().nullable(),
    decide_by: z.iso.date().nullable(),
  })
  .transform(({ department_id: departmentId, name, dispatched_at: at, ...row }): Dispatch => ({
    caseNo: row.case_no,
    itemSlug: row.item_slug,
    order: row.step,
    status: row.status,
    department:
      departmentId === null || name === null || at === null
        ? null
        : { departmentId, name, dispatchedAt: at.toISOString() },
    decideBy: row.decide_by,
  }));

/** With whom the cases of a chain lie, in the order of its steps. */
export async function dispatchesOfChain(pool: pg.Pool, chainApplicationId: string): Promise<Dispatch[]> {
  const { rows } = await pool.query(
    `SELECT c.case_no, a.item_slug, (a.chain ->> 'order')::int AS step, c.status, d.department_id, d.name,
       t.dispatched_at, c.decide_by::text AS decide_by
     FROM case_record c JOIN application a USING (application_id, revision)
       LEFT JOIN case_dispatch t ON t.cursor = c.cursor LEFT JOIN department d USING (department_id)
     WHERE c.joins IS NULL AND a.chain IS NOT NULL AND a.chain ->> 'chainApplicationId' = $1
     ORDER BY step, c.cursor`,
    [chainApplicationId],
  );
  return rows.map((row) => rowSchema.parse(row));
}
