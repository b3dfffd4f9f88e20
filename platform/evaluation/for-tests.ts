import type pg from 'pg';

/**
 * For tests and measurements only: so many synthetic cases of the delivered items at six stations in the year before a day, made in the
 * database by arithmetic, so that the same number gives the same cases. Nobody's name or number is in them.
 */
export async function fillCases(pool: pg.Pool, count: number, untilDay: string): Promise<void> {
  await pool.query(MONTHS, [untilDay]);
  await pool.query(FILL, [count, untilDay, SLUGS]);
  await pool.query(EXTENSIONS);
  await pool.query(RATINGS, [untilDay]);
  await pool.query('ANALYZE');
}

const SLUGS = [
  'elderly-allowance',
  'senior-card',
  'residence-permit',
  'minimum-living-allowance',
  'temporary-assistance',
  'disability-two-subsidies',
  'consultation',
  'complaint',
];

/** Any odd numbers will do: `pick(n, k, most)` is a number below `most` that goes its own way for each k. */
const pick = (k: number, most: number): string =>
  `(abs(hashint8(n::bigint * ${String(2 * k + 1)} + ${String(k * 7919)})) % ${String(most)})`;

const MONTHS = `SELECT make_month(day::date) FROM generate_series(
  date_trunc('month', $1::date::timestamp) - interval '12 months', $1::date::timestamp, interval '1 month') AS day`;

const FILL = `
WITH plan AS (
  SELECT n, ($3::text[])[1 + ${pick(1, 8)}] AS slug, ${pick(2, 6)} AS station, ${pick(3, 2)} AS terminal,
    $2::date::timestamp AT TIME ZONE 'Asia/Shanghai' - make_interval(mins => ${pick(4, 525_600)}) AS stored_at,
    ${pick(5, 100)} AS fate, ${pick(6, 100)} AS luck, ${pick(7, 40)} AS days, ${pick(8, 5)} AS wait,
    lpad(n::text, 12, '0') AS serial
  FROM generate_series(1, $1::int) AS n
), made AS (
  SELECT *, (left(first_id_of((stored_at AT TIME ZONE 'Asia/Shanghai')::date)::text, 14) || '7000-8000-' || serial)::uuid AS id, slug IN ('consultation', 'complaint') AS is_interaction,
    (slug = 'minimum-living-allowance' AND luck < 35) OR (slug <> 'minimum-living-allowance' AND luck < 9) AS is_corrected,
    luck BETWEEN 60 AND 66 AND fate > 5 AS is_suspended,
    -- At the third station the line is often down for hours.
    CASE WHEN station = 3 AND luck % 5 = 0 THEN make_interval(hours => 1 + days) WHEN luck = 50 THEN interval '40 minutes'
      ELSE interval '3 seconds' END AS delay,
    CASE slug WHEN 'elderly-allowance' THEN 8 + days / 2 WHEN 'residence-permit' THEN 4 + days / 4
      WHEN 'minimum-living-allowance' THEN 20 + days / 2 WHEN 'senior-card' THEN days / 8
      WHEN 'consultation' THEN days / 12 WHEN 'complaint' THEN 1 + days / 5 ELSE 10 + days / 4 END AS takes
  FROM plan
), applied AS (
  INSERT INTO application (application_id, revision, terminal_id, station_id, receipt_no, item_slug, item_version,
    payload_sha256, received_at, stored_at, submission)
  SELECT id, 1, 'T-' || (10 * (station + 1) + terminal), '99990100' || (station + 1), 'R' || serial, slug, '1',
    repeat('0', 64), stored_at - delay, stored_at, '{"payload":{"answers":{}}}' FROM made
), planned AS (
  SELECT m.*, s.step, s.after, s.from_status, s.to_status, s.notice FROM made m CROSS JOIN LATERAL (VALUES
    (1, interval '0', NULL, '02', NULL::jsonb),
    (2, make_interval(days => wait), '02', '06', jsonb_build_object('kind', 'correction', 'dueOn', '2026-01-01', 'entries',
      jsonb_build_array(jsonb_build_object('name', CASE WHEN luck % 3 = 0
        THEN '{"zh":"家庭收入","en":"Household income"}'::jsonb ELSE '{"zh":"银行流水","en":"Bank statement"}'::jsonb END)))),
    (3, make_interval(days => wait + 2 + days / 4), '06', '02', NULL),
    (4, make_interval(days => wait), '02', '07', '{"kind":"refusal","reason":{"zh":"户籍不在本区","en":"Not registered here"}}'),
    (5, make_interval(days => wait + CASE WHEN is_corrected THEN 3 + days / 4 ELSE 0 END), '02', '05', NULL),
    (6, make_interval(days => wait + 1 + CASE WHEN is_corrected THEN 3 + days / 4 ELSE 0 END), '05', '11', NULL),
    (7, make_interval(days => wait + 3 + days / 5 + CASE WHEN is_corrected THEN 3 + days / 4 ELSE 0 END), '11', '12', NULL),
    (8, make_interval(days => wait + takes + CASE WHEN is_corrected THEN 3 + days / 4 ELSE 0 END
      + CASE WHEN is_suspended THEN 12 ELSE 0 END), CASE WHEN is_suspended THEN '12' ELSE '05' END, '10', NULL)
  ) AS s (step, after, from_status, to_status, notice)
  WHERE CASE s.step WHEN 1 THEN true WHEN 2 THEN is_corrected WHEN 3 THEN is_corrected WHEN 4 THEN fate < 4 AND NOT is_corrected
    -- One in a hundred waits for its acceptance, and one for its end, to this day.
    WHEN 5 THEN fate > 4 OR is_corrected AND fate < 4 WHEN 8 THEN fate > 5 OR is_corrected AND fate < 4 ELSE is_suspended END
    AND stored_at + s.after <= $2::date::timestamp AT TIME ZONE 'Asia/Shanghai'
), ordered AS (
  SELECT *, row_number() OVER (PARTITION BY n ORDER BY step) AS ordinal,
    lead(step) OVER (PARTITION BY n ORDER BY step) IS NULL AS is_last FROM planned
), opened AS (
  INSERT INTO case_record (cursor, case_no, application_id, revision, status)
  SELECT n, 'BJ' || serial, id, 1, to_status FROM ordered WHERE is_last
)
INSERT INTO case_event (cursor, application_id, ordinal, at, from_status, to_status, actor, revision, notice)
SELECT n, id, ordinal, stored_at + after, from_status, to_status, 'desk', CASE WHEN step = 1 THEN 1 END, notice FROM ordered`;

/** One in seven has six days more, from the day of its acceptance (延长审批). */
const EXTENSIONS = `
WITH later AS (
  UPDATE case_event SET ordinal = ordinal * 10 WHERE ordinal > 1 AND cursor % 7 = 0 RETURNING cursor, application_id, ordinal, at, to_status
)
INSERT INTO case_event (cursor, application_id, ordinal, at, from_status, to_status, actor, notice)
SELECT cursor, application_id, ordinal + 5, at, '05', '05', 'desk', '{"kind":"extension","days":6,"decideBy":null}' FROM later WHERE to_status = '05'`;

const RATINGS = `
WITH over AS (
  SELECT c.case_no, c.cursor AS n, (max(e.at) AT TIME ZONE 'Asia/Shanghai')::date AS day
  FROM case_record c JOIN case_event e USING (cursor, application_id) WHERE c.status IN ('07', '10') AND c.cursor % 5 = 0
  GROUP BY c.case_no, c.cursor
), rated AS (
  INSERT INTO rating (case_no, rating_id, satisfaction, reasons, words, rated_on, stored_at)
  SELECT case_no, ('00000000-0000-4000-8000-' || lpad(n::text, 12, '0'))::uuid,
    CASE WHEN ${pick(9, 100)} < 55 THEN 1 WHEN ${pick(9, 100)} < 82 THEN 2 WHEN ${pick(9, 100)} < 92 THEN 3
      WHEN ${pick(9, 100)} < 97 THEN 4 ELSE 5 END,
    CASE WHEN ${pick(9, 100)} < 92 THEN '{}'::text[] WHEN ${pick(9, 100)} < 97 THEN ARRAY[(ARRAY['208', '209', '213'])[1 + ${pick(10, 3)}]]
      ELSE ARRAY[(ARRAY['109', '113', '114'])[1 + ${pick(10, 3)}]] END,
    NULL, day, day::timestamp AT TIME ZONE 'Asia/Shanghai'
  FROM over RETURNING case_no, satisfaction, rated_on
)
INSERT INTO rating_ledger (entry_no, case_no, state, opened_at, due_on, closed_at)
SELECT 'CP' || lpad(right(case_no, 12), 16, '0'), case_no, CASE WHEN is_closed THEN 'closed' ELSE 'open' END,
  rated_on::timestamp AT TIME ZONE 'Asia/Shanghai', rated_on + 7, CASE WHEN is_closed THEN now() END
FROM (SELECT *, rated_on < $1::date - 9 AS is_closed FROM rated WHERE satisfaction >= 4) AS bad`;
