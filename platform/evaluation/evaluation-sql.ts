/**
 * The statements of the evaluation. Each reads what happened in the period by an index on its time, and the first one what is
 * open now; they add up in the database, and what comes back is a row a group. Parameters are named where they are given
 * (read-evaluation.ts).
 *
 * `workday(day)` is how many working days there were until then: two of them give the working days between, and nothing
 * counts day by day.
 */

const workday = (day: string): string =>
  `($4::int[])[greatest(1, least(cardinality($4::int[]), ${day} - $3::date + 1))]`;

/** By the offset, which China has had without summer time since 1991: a zone by name is looked up anew for every row. */
const chinaDay = (at: string): string => `(${at} AT TIME ZONE INTERVAL '+08:00')::date`;

/** Working days between two instants: fractions of a day cost nobody one. */
const workdaysBetween = (from: string, until: string): string =>
  `${workday(chinaDay(until))} - ${workday(chinaDay(from))}`;

const inPeriod = (at: string): string => `${at} >= $1 AND ${at} < $2`;

/** Grouped as `evaluationGroups` says, without a join of its own for each. */
const GROUPED = `GROUP BY GROUPING SETS ((), (department), (item_slug), (station_id), (station_id, terminal_id))`;
const KEYS = `grouping(department, item_slug, station_id, terminal_id) AS level,
  department, item_slug, station_id, terminal_id`;

/** $1, $2: the period; $3, $4: the calendar; $5: today; $6 to $12: the items; $13: minutes of an offline one; $14: days to answer; $15: days after which it was no line. */
export const CASES = `
WITH items AS (
  SELECT * FROM unnest($6::text[], $7::text[], $8::int[], $9::text[], $10::int[], $11::text[], $12::boolean[])
    AS i (slug, department, promised, promised_unit, legal, legal_unit, from_receipt)
), chosen AS (
  SELECT cursor, application_id FROM case_event WHERE ${inPeriod('at')}
  UNION
  SELECT cursor, application_id FROM case_record WHERE joins IS NULL AND status IN ('01', '02', '05', '06', '11', '12')
), steps AS (
  SELECT *, lead(day, 1, $5::date) OVER (own ORDER BY ordinal) AS until,
    min(at) FILTER (WHERE to_status = '05') OVER own AS accepted_at,
    min(ordinal) FILTER (WHERE to_status = '10') OVER own AS closing
  FROM (SELECT e.cursor, e.application_id, e.ordinal, e.at, e.from_status, e.to_status, e.revision,
      -- 延长审批 adds to both limits.
      CASE WHEN e.notice ->> 'kind' = 'extension' THEN (e.notice ->> 'days')::int END AS more_days, ${chinaDay('e.at')} AS day,
      -- A case that was accepted because nobody answered in time counts from an earlier day (行政许可法 32).
      CASE WHEN e.to_status = '05' THEN (e.notice ->> 'deemedFrom')::date END AS deemed_from
    FROM chosen JOIN case_event e USING (cursor, application_id)) AS happened
  WINDOW own AS (PARTITION BY cursor)
), told AS (
  SELECT cursor, application_id, min(revision) FILTER (WHERE ordinal = 1) AS revision,
    min(at) FILTER (WHERE ordinal = 1) AS received_at, min(accepted_at) AS accepted_at,
    min(coalesce(deemed_from, day)) FILTER (WHERE to_status = '05') AS counts_from,
    -- The first time: a reply that was sent back has its own figure.
    min(at) FILTER (WHERE to_status = '10') AS closed_at,
    coalesce(sum(more_days) FILTER (WHERE closing IS NULL OR ordinal < closing), 0)::int AS extended,
    -- Not by a revision that came behind it and was only kept.
    bool_or(to_status = '07' AND from_status IS DISTINCT FROM '07' AND ${inPeriod('at')}) AS was_refused,
    count(*) FILTER (WHERE to_status = '06' AND ${inPeriod('at')}) AS corrections,
    coalesce(sum(${workday('until')} - ${workday('day')}) FILTER (WHERE to_status = '06'), 0) AS correction_days,
    coalesce(sum(${workday('until')} - ${workday('day')}) FILTER (WHERE to_status IN ('06', '11')), 0) AS all_rest,
    coalesce(sum(${workday('until')} - ${workday('day')})
      FILTER (WHERE to_status IN ('06', '11') AND at >= accepted_at), 0) AS rest,
    coalesce(sum(until - day) FILTER (WHERE to_status IN ('06', '11')), 0) AS all_rest_days,
    coalesce(sum(until - day) FILTER (WHERE to_status IN ('06', '11') AND at >= accepted_at), 0) AS rest_days
  FROM steps GROUP BY cursor, application_id
), dated AS (
  SELECT t.cursor, t.received_at, t.accepted_at, t.closed_at, t.was_refused, t.corrections, t.correction_days, t.all_rest,
    -- What rests before a clock begins takes nothing of it.
    CASE WHEN i.from_receipt THEN t.all_rest ELSE t.rest END AS rest,
    CASE WHEN i.from_receipt THEN t.all_rest_days ELSE t.rest_days END AS rest_days,
    -- Sorted by their bytes: groups need no order of a language.
    t.extended, c.status, c.decide_by, a.item_slug COLLATE "C" AS item_slug, a.station_id COLLATE "C" AS station_id,
    a.terminal_id COLLATE "C" AS terminal_id, i.department COLLATE "C" AS department, i.promised, i.promised_unit,
    i.legal, i.legal_unit, i.from_receipt,
    ${chinaDay('t.received_at')} AS received_on,
    CASE WHEN i.from_receipt THEN ${chinaDay('t.received_at')} ELSE t.counts_from END AS starts_on,
    coalesce(${chinaDay('t.closed_at')}, $5::date) AS ends_on,
    coalesce(${inPeriod('t.closed_at')}, false) AS was_closed,
    ${inPeriod('t.received_at')} AS was_received,
    coalesce(${inPeriod('t.received_at')} AND a.stored_at - a.received_at > make_interval(mins => $13)
      AND a.stored_at - a.received_at <= make_interval(days => $15), false) AS was_offline,
    ${workdaysBetween('a.received_at', 'a.stored_at')} AS days_on_line
  FROM told t JOIN case_record c USING (cursor, application_id)
    JOIN application a ON a.application_id = c.application_id AND a.revision = t.revision
    LEFT JOIN items i ON i.slug = a.item_slug
  WHERE c.joins IS NULL
), measured AS (
  SELECT *, ${workday('ends_on')} - ${workday('starts_on')} - rest AS used,
    -- Working days beyond the limit; the unit of a limit may be a day of the calendar, or none.
    CASE promised_unit WHEN 'workday' THEN ${workday('ends_on')} - ${workday('starts_on')} - rest - promised - extended
      WHEN 'day' THEN ${workday('ends_on')} - ${workday('(starts_on + promised + extended + rest_days::int)')}
      WHEN 'instant' THEN ${workday('ends_on')} - ${workday('starts_on')} - rest - extended END AS late,
    CASE legal_unit WHEN 'workday' THEN ${workday('ends_on')} - ${workday('starts_on')} - rest - legal - extended
      WHEN 'day' THEN ${workday('ends_on')} - ${workday('(starts_on + legal + extended + rest_days::int)')}
      WHEN 'instant' THEN ${workday('ends_on')} - ${workday('starts_on')} - rest - extended END AS beyond_law,
    status IN ('01', '02', '05', '12') AS is_open
  FROM dated
), judged AS (
  SELECT *, is_open AND CASE WHEN closed_at IS NOT NULL THEN coalesce(decide_by < $5::date, false)
      WHEN starts_on IS NOT NULL THEN late > 0
      ELSE ${workday('$5::date')} - ${workday('received_on')} - all_rest > $14 END AS is_overdue
  FROM measured
)
SELECT ${KEYS},
  count(*) FILTER (WHERE was_received) AS received,
  count(*) FILTER (WHERE ${inPeriod('accepted_at')}) AS accepted,
  count(*) FILTER (WHERE was_closed) AS closed,
  count(*) FILTER (WHERE was_refused) AS refused,
  count(*) FILTER (WHERE was_closed AND used IS NOT NULL AND promised IS NOT NULL) AS timed,
  avg(used) FILTER (WHERE was_closed) AS mean,
  percentile_disc(0.5) WITHIN GROUP (ORDER BY used) FILTER (WHERE was_closed) AS median,
  percentile_disc(0.9) WITHIN GROUP (ORDER BY used) FILTER (WHERE was_closed) AS ninetieth,
  count(*) FILTER (WHERE was_closed AND late <= 0) AS on_promise,
  count(*) FILTER (WHERE was_closed AND beyond_law <= 0) AS on_legal,
  coalesce(sum(late) FILTER (WHERE late > 0 AND (was_closed OR (is_overdue AND closed_at IS NULL))), 0) AS late_days,
  count(*) FILTER (WHERE late > 0 AND (was_closed OR (is_overdue AND closed_at IS NULL))) AS late_cases,
  count(*) FILTER (WHERE is_overdue) AS overdue_now,
  sum(corrections) AS corrections,
  coalesce(sum(correction_days) FILTER (WHERE corrections > 0), 0) AS correction_days,
  count(*) FILTER (WHERE was_offline) AS offline,
  coalesce(sum(days_on_line) FILTER (WHERE was_offline), 0) AS offline_days
FROM judged ${GROUPED}`;

/** $1, $2: the period; $3, $4: slugs and their departments; $5: today. Ratings, replies and what is to be done about them. */
export const SAYINGS = `
WITH happened (case_no, kind, value) AS (
  SELECT case_no, 'rating', satisfaction::int FROM rating
    WHERE rated_on >= ${chinaDay('$1')} AND rated_on < ${chinaDay('$2')}
  UNION ALL SELECT case_no, 'given', CASE WHEN insisted_because IS NULL THEN 0 ELSE 1 END FROM interaction_reply
    WHERE ${inPeriod('replied_at')}
  UNION ALL SELECT case_no, 'sent-back', 0 FROM reply_refusal WHERE ${inPeriod('stored_at')}
  UNION ALL SELECT case_no, 'rejected', 0 FROM reply_rejection WHERE ${inPeriod('rejected_at')}
  UNION ALL SELECT case_no, 'entered', 0 FROM rating_ledger WHERE ${inPeriod('opened_at')}
  UNION ALL SELECT case_no, 'entry-overdue', 0 FROM rating_ledger WHERE state <> 'closed' AND due_on < $5::date
  UNION ALL SELECT case_no, 'call-overdue', 0 FROM call_back WHERE closed_at IS NULL AND due_on < $5::date
), numbered AS MATERIALIZED (
  -- First, since a number and an id that are known to go together look rarer to the planner than they are.
  SELECT h.*, application_id FROM happened h JOIN case_number USING (case_no)
), placed AS (
  SELECT h.kind, h.value, a.item_slug, a.station_id, a.terminal_id, i.department
  FROM numbered h JOIN case_record c USING (case_no, application_id)
    JOIN application a USING (application_id, revision)
    LEFT JOIN unnest($3::text[], $4::text[]) AS i (slug, department) ON i.slug = a.item_slug
)
SELECT ${KEYS},
  count(*) FILTER (WHERE kind = 'rating') AS ratings,
  avg(value) FILTER (WHERE kind = 'rating') AS satisfaction,
  ${[1, 2, 3, 4, 5]
    .map(
      (level) =>
        `count(*) FILTER (WHERE kind = 'rating' AND value = ${String(level)}) AS level_${String(level)}`,
    )
    .join(', ')},
  count(*) FILTER (WHERE kind = 'given') AS given,
  count(*) FILTER (WHERE kind = 'given' AND value = 1) AS insisted,
  count(*) FILTER (WHERE kind = 'sent-back') AS sent_back,
  count(*) FILTER (WHERE kind = 'rejected') AS rejected,
  count(*) FILTER (WHERE kind = 'entered') AS entered,
  count(*) FILTER (WHERE kind = 'entry-overdue') AS entries_overdue,
  count(*) FILTER (WHERE kind = 'call-overdue') AS calls_overdue
FROM placed ${GROUPED}`;

/** $1, $2: the period. What was said in notices and by residents, how often, by item. */
export const WORDS = `
WITH notices AS (
  SELECT e.notice, e.to_status, a.item_slug
  FROM case_event e JOIN case_record c USING (cursor, application_id)
    JOIN application a ON a.application_id = c.application_id AND a.revision = c.revision
  WHERE ${inPeriod('e.at')} AND e.to_status IN ('06', '07') AND e.notice IS NOT NULL
), rated AS MATERIALIZED (
  SELECT case_no, application_id, reasons FROM rating JOIN case_number USING (case_no)
  WHERE rated_on >= ${chinaDay('$1')} AND rated_on < ${chinaDay('$2')}
), said AS (
  SELECT 'correction' AS kind, item_slug, entry -> 'name' AS what
    FROM notices CROSS JOIN jsonb_array_elements(notice -> 'entries') AS entry WHERE to_status = '06'
  UNION ALL
  SELECT 'refusal', item_slug, notice -> 'reason' FROM notices WHERE to_status = '07'
  UNION ALL
  SELECT 'rating', a.item_slug, to_jsonb(reason)
    FROM rated CROSS JOIN unnest(reasons) AS reason JOIN case_record c USING (case_no, application_id)
      JOIN application a USING (application_id, revision)
)
SELECT kind, item_slug, what, count(*) AS count FROM said WHERE what IS NOT NULL GROUP BY kind, item_slug, what`;
