import pg from 'pg';
import { connect } from '#platform/database/connect.ts';

const ROWS_A_STATEMENT = 100_000;
/** Somebody at a station has some cases in his life. */
const CASES_A_PERSON = 3;
/** Beyond what a UUIDv7 of a real time could be. */
const NO_TIME = '00000000-0000-7000-8000-';

/** Of the n-th case, from 1. */
export const applicationIdOf = (n: number): string => `${NO_TIME}${n.toString(16).padStart(12, '0')}`;
export const receiptNoOf = (n: number): string => `999901001${String(n).padStart(13, '0')}`;
/** A number that no card has: it has seventeen digits. */
export const personNumberOf = (n: number): string =>
  `999901${String(Math.floor(n / CASES_A_PERSON)).padStart(11, '0')}`;

/**
 * Synthetic cases, each with one application, its first event and one person, small as rows go. By SQL and without the checks
 * of foreign keys, which all hold: through the platform ten million would take a day.
 */
export async function fillCases(
  databaseUrl: string,
  cases: number,
  say: (sentence: string) => void,
): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(
    "SET session_replication_role = replica; SET synchronous_commit = off; SET work_mem = '64MB'",
  );
  for (let from = 1; from <= cases; from += ROWS_A_STATEMENT) {
    const until = Math.min(from + ROWS_A_STATEMENT - 1, cases);
    await client.query(
      `WITH numbers AS MATERIALIZED (
         SELECT n, ('${NO_TIME}' || lpad(to_hex(n), 12, '0'))::uuid AS id,
           timestamptz '2024-01-01 09:00+08' + n * interval '6 seconds' AS at
         FROM generate_series($1::bigint, $2::bigint) AS n
       ), stored AS (
         INSERT INTO application (application_id, revision, terminal_id, station_id, receipt_no, item_slug,
           item_version, payload_sha256, received_at, stored_at, submission, forwarded_by)
         SELECT id, 1, 'T-01', '999901001', '999901001' || lpad(n::text, 13, '0'), 'elderly-allowance', '1',
           repeat('0', 64), at, at, '{"payload":{"identitySource":"card","answers":{}}}', 'T-01' FROM numbers
       ), opened AS (
         INSERT INTO case_record (cursor, case_no, application_id, revision, status)
         SELECT n, 'BJ20240101' || lpad(n::text, 8, '0'), id, 1, '02' FROM numbers
       ), happened AS (
         INSERT INTO case_event (cursor, ordinal, at, to_status, actor, revision)
         SELECT n, 1, at, '02', 'station', 1 FROM numbers
       )
       INSERT INTO case_person (person_number, cursor)
       SELECT '999901' || lpad((n / ${String(CASES_A_PERSON)})::text, 11, '0'), n FROM numbers`,
      [from, until],
    );
    if (until % 1_000_000 === 0) say(`${String(until / 1_000_000)} million cases`);
  }
  await client.query("SELECT setval('case_cursor', $1)", [cases + 1]);
  // What autovacuum has done long since where cases come one by one.
  await client.query('VACUUM (ANALYZE)');
  await client.end();
}

/** Of a case with all its rows and indexes, in bytes. */
export async function bytesACase(databaseUrl: string, cases: number): Promise<number> {
  const pool = connect(databaseUrl, 1);
  const { rows } = await pool
    .query('SELECT pg_database_size(current_database())::float8 AS bytes')
    .finally(() => pool.end());
  return Number(rows[0]?.bytes) / cases;
}
