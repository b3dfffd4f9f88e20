import pg from 'pg';
import { compactDate } from '#contract/form/local-date.ts';
import { chinaDate, officeDays } from '#platform/cases/working-days.ts';
import { connect } from '#platform/database/connect.ts';

const ROWS_A_STATEMENT = 100_000;
/** Somebody at a station has some cases in his life. */
const CASES_A_PERSON = 3;
const FIRST = '2024-01-01T01:00:00Z';
const EVERY_S = 6;
const MS_PER_S = 1000;

/** When the n-th case was received, from 1, in Unix ms: ten million fill two years, month after month. */
const receivedMs = (n: number): number => Date.parse(FIRST) + n * EVERY_S * MS_PER_S;

/** Of the n-th case: a UUIDv7 of its time. */
export const applicationIdOf = (n: number): string => {
  const time = receivedMs(n).toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${n.toString(16).padStart(12, '0')}`;
};
/** With the day on which it was given, as a terminal's has it. */
export const receiptNoOf = (n: number): string =>
  `999901001${compactDate(chinaDate(receivedMs(n))).slice(2)}${String(n % 10_000_000).padStart(7, '0')}`;
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
  await client.query(
    `SELECT make_month(month::date) FROM generate_series(date_trunc('month', $1::timestamptz), $2::timestamptz, interval '1 month') AS month`,
    [new Date(receivedMs(1)), new Date(receivedMs(cases))],
  );
  for (let from = 1; from <= cases; from += ROWS_A_STATEMENT) {
    const until = Math.min(from + ROWS_A_STATEMENT - 1, cases);
    await client.query(
      `WITH numbers AS MATERIALIZED (
         SELECT n, at, (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '70008000' || lpad(to_hex(n), 12, '0'))::uuid AS id
         FROM generate_series($1::bigint, $2::bigint) AS n
           CROSS JOIN LATERAL (SELECT timestamptz '${FIRST}' + n * interval '${String(EVERY_S)} seconds' AS at) AS time
       ), stored AS (
         INSERT INTO application (application_id, revision, terminal_id, station_id, receipt_no, item_slug,
           item_version, payload_sha256, received_at, stored_at, submission, forwarded_by)
         SELECT id, 1, 'T-01', '999901001', '999901001' || to_char(at AT TIME ZONE 'Asia/Shanghai', 'YYMMDD') || lpad((n % 10000000)::text, 7, '0'), 'elderly-allowance', '1',
           repeat('0', 64), at, at, '{"payload":{"identitySource":"card","answers":{}}}', 'T-01' FROM numbers
       ), opened AS (
         -- As the calendar of today reckons it: the clocks of the node have nothing to do with it.
         INSERT INTO case_record (cursor, case_no, application_id, revision, status, reckoned_by)
         SELECT n, 'BJ20240101' || lpad(n::text, 8, '0'), id, 1, '02', $3 FROM numbers
       ), numbered AS (
         INSERT INTO case_number (case_no, application_id) SELECT 'BJ20240101' || lpad(n::text, 8, '0'), id FROM numbers
       ), happened AS (
         INSERT INTO case_event (cursor, application_id, ordinal, at, to_status, actor, revision)
         SELECT n, id, 1, at, '02', 'station', 1 FROM numbers
       )
       INSERT INTO case_person (person_number, cursor, application_id)
       SELECT '999901' || lpad((n / ${String(CASES_A_PERSON)})::text, 11, '0'), n, id FROM numbers`,
      [from, until, officeDays.id],
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
