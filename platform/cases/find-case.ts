import type pg from 'pg';
import { z } from 'zod';

const rowsSchema = z.array(z.object({ application_id: z.string() }));

/**
 * The applications behind numbers of cases; of a number that no case ever had, none. They are asked for before the cases are: a
 * query that names the id looks into one month, and one that names the number alone into all of them. The case may have been
 * erased since.
 */
export async function applicationsOf(
  db: Pick<pg.Pool | pg.PoolClient, 'query'>,
  caseNos: readonly string[],
): Promise<string[]> {
  const { rows } = await db.query('SELECT application_id FROM case_number WHERE case_no = ANY($1)', [
    caseNos,
  ]);
  return rowsSchema.parse(rows).map(({ application_id: id }) => id);
}

/** Of one; null: no case ever had this number. */
export async function applicationOf(
  db: Pick<pg.Pool | pg.PoolClient, 'query'>,
  caseNo: string,
): Promise<string | null> {
  return (await applicationsOf(db, [caseNo]))[0] ?? null;
}

/** Whether there was a case of this number that is gone: nothing but a retention takes one away. */
export async function wasErased(
  db: Pick<pg.Pool | pg.PoolClient, 'query'>,
  caseNo: string,
): Promise<boolean> {
  const applicationId = await applicationOf(db, caseNo);
  if (applicationId === null) return false;
  const { rows } = await db.query('SELECT 1 FROM case_record WHERE application_id = $1', [applicationId]);
  return rows.length === 0;
}
