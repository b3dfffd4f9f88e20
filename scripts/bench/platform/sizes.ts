import { z } from 'zod';
import { connect } from '#platform/database/connect.ts';

export interface Sizes {
  /** Of an application with its case, event and person and all their indexes. */
  readonly applicationBytes: number;
  /** Of its JSON. */
  readonly sentBytes: number;
  /** Where the write-ahead log stands. */
  readonly logBytes: number;
}

const TABLES = ['application', 'case_record', 'case_event', 'case_person', 'case_number'];
const rowSchema = z.object({ stored: z.number(), count: z.number(), sent: z.number(), log: z.number() });

/** Looked at by its own connection, which is gone afterwards. */
export async function sizesOf(databaseUrl: string): Promise<Sizes> {
  const pool = connect(databaseUrl, 1);
  const { rows } = await pool
    .query(
      `SELECT (SELECT sum(pg_total_relation_size(part.relid))::float8
         FROM unnest($1::text[]) AS name CROSS JOIN LATERAL pg_partition_tree(name::regclass) AS part) AS stored,
       (SELECT greatest(count(*), 1)::float8 FROM application) AS count,
       (SELECT coalesce(avg(length(submission::text)), 0)::float8 FROM (SELECT submission FROM application LIMIT 100) AS few) AS sent,
       pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 AS log`,
      [TABLES],
    )
    .finally(() => pool.end());
  const { stored, count, sent, log } = rowSchema.parse(rows[0]);
  return { applicationBytes: stored / count, sentBytes: sent, logBytes: log };
}
