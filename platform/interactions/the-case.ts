import type pg from 'pg';
import { z } from 'zod';
import { caseStatusSchema, identitySourceSchema } from '#contract/application.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { Catalogue } from '../catalogue/load-catalogue.ts';

/** What is said about a case afterwards needs of it. */
export interface TheCase {
  readonly caseNo: string;
  readonly status: z.infer<typeof caseStatusSchema>;
  readonly itemSlug: string;
  /** Null: not published any more. */
  readonly item: ServiceItem | null;
  readonly identitySource: z.infer<typeof identitySourceSchema>;
  readonly storedAtMs: number;
}

const rowSchema = z.object({
  status: caseStatusSchema,
  item_slug: z.string(),
  identity_source: identitySourceSchema,
  stored_at: z.date(),
});

type Queried = Pick<pg.Pool | pg.PoolClient, 'query'>;

/** Not accepted, closed, returned, delivered: nothing more comes. */
const OVER: ReadonlySet<string> = new Set(['07', '10', '13', '15']);

export function isOver({ status }: Pick<TheCase, 'status'>): boolean {
  return OVER.has(status);
}

/** `lock`: until the end of the transaction nobody else says or answers anything about it. */
export async function findCase(
  db: Queried,
  catalogue: Catalogue,
  caseNo: string,
  { lock }: { readonly lock: boolean },
): Promise<TheCase | null> {
  const { rows } = await db.query(
    `SELECT c.status, a.item_slug, a.stored_at, a.submission #>> '{payload,identitySource}' AS identity_source
     FROM case_record c JOIN application a USING (application_id, revision)
     WHERE c.case_no = $1 ${lock ? 'FOR UPDATE OF c' : ''}`,
    [caseNo],
  );
  if (rows.length === 0) return null;
  const row = rowSchema.parse(rows[0]);
  return {
    caseNo,
    status: row.status,
    itemSlug: row.item_slug,
    item: catalogue.items.get(row.item_slug)?.item ?? null,
    identitySource: row.identity_source,
    storedAtMs: row.stored_at.getTime(),
  };
}
