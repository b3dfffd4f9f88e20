import type pg from 'pg';
import { z } from 'zod';
import { caseStatusSchema, identitySourceSchema } from '#contract/application.ts';
import type { ServiceItem } from '#contract/item.ts';
import { applicationOf, applicationsOf } from '../cases/find-case.ts';
import type { Catalogue } from '../catalogue/load-catalogue.ts';

/** What is said about a case afterwards needs of it. */
export interface TheCase {
  readonly caseNo: string;
  readonly cursor: string;
  readonly applicationId: string;
  readonly status: z.infer<typeof caseStatusSchema>;
  readonly itemSlug: string;
  /** Null: not published any more. */
  readonly item: ServiceItem | null;
  readonly identitySource: z.infer<typeof identitySourceSchema>;
  readonly storedAtMs: number;
  /** The promised last day while its clock runs; null: it rests, or is over. */
  readonly decideBy: string | null;
}

const rowSchema = z.object({
  case_no: z.string(),
  cursor: z.string(),
  application_id: z.string(),
  status: caseStatusSchema,
  item_slug: z.string(),
  identity_source: identitySourceSchema,
  stored_at: z.date(),
  decide_by: z.iso.date().nullable(),
});

/** Not accepted, closed, returned, delivered: nothing more comes. */
const OVER: ReadonlySet<string> = new Set(['07', '10', '13', '15']);

export function isOver({ status }: Pick<TheCase, 'status'>): boolean {
  return OVER.has(status);
}

const CASES = `SELECT c.case_no, c.cursor::text AS cursor, c.application_id, c.status, a.item_slug, a.stored_at,
    c.decide_by::text AS decide_by,
    a.submission #>> '{payload,identitySource}' AS identity_source
  FROM case_record c JOIN application a USING (application_id, revision) WHERE c.joins IS NULL`;

/** Until the end of the transaction nobody else says or answers anything about it. */
export async function lockCase(
  client: pg.PoolClient,
  catalogue: Catalogue,
  caseNo: string,
): Promise<TheCase | null> {
  // Alone, and the rest after it: a revision that came while this waited is not seen by what waited.
  const applicationId = await applicationOf(client, caseNo);
  if (applicationId === null) return null;
  await client.query(
    'SELECT 1 FROM case_record WHERE application_id = $1 AND case_no = $2 AND joins IS NULL FOR UPDATE',
    [applicationId, caseNo],
  );
  const [found] = await findCases(client, catalogue, [caseNo]);
  return found ?? null;
}

export async function findCases(
  db: Pick<pg.Pool | pg.PoolClient, 'query'>,
  catalogue: Catalogue,
  caseNos: readonly string[],
): Promise<TheCase[]> {
  const { rows } = await db.query(`${CASES} AND c.case_no = ANY($1) AND c.application_id = ANY($2::uuid[])`, [
    caseNos,
    await applicationsOf(db, caseNos),
  ]);
  return rows.map((row) => theCase(catalogue, row));
}

function theCase(catalogue: Catalogue, found: unknown): TheCase {
  const row = rowSchema.parse(found);
  return {
    caseNo: row.case_no,
    cursor: row.cursor,
    applicationId: row.application_id,
    status: row.status,
    itemSlug: row.item_slug,
    item: catalogue.items.get(row.item_slug)?.item ?? null,
    identitySource: row.identity_source,
    storedAtMs: row.stored_at.getTime(),
    decideBy: row.decide_by,
  };
}
