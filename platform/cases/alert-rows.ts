import type pg from 'pg';
import { z } from 'zod';
import { alertRules, type AlertLevel } from '#contract/case-choices.ts';
import { alertSchema, type Alert, type StandingAlerts } from '#contract/case-history.ts';
import { levelOf, type StandingAlert } from './alerts.ts';
import type { CaseKey } from './case-events.ts';
import { alertNumber } from './case-number.ts';
import type { Reckoning } from './engine.ts';
import { within, type Scope } from './scope.ts';
import { chinaDate, type OfficeCalendar } from './working-days.ts';

/** The alerts of cases, as rows. */

type Queried = Pick<pg.Pool | pg.PoolClient, 'query'>;

const rowsSchema = z.array(
  z.object({
    alert_no: z.string(),
    rule: z.enum(alertRules),
    step: z.number().int().nullable(),
    since: z.iso.date(),
    until: z.iso.date().nullable(),
  }),
);

/**
 * Opens what stands and has no row, closes rows of what stands no more, and puts down what stood between two looks. The case's row is
 * locked.
 */
export async function settleAlerts(
  client: pg.PoolClient,
  { cursor, applicationId }: CaseKey,
  { alerts: standing, passed }: Pick<Reckoning, 'alerts' | 'passed'>,
  nowMs: number,
): Promise<void> {
  const { rows } = await client.query(
    `SELECT alert_no, rule, step, since::text AS since, until::text AS until FROM case_alert WHERE cursor = $1`,
    [cursor],
  );
  const known = rowsSchema.parse(rows);
  const isSame = (one: StandingAlert) => (other: StandingAlert) =>
    one.rule === other.rule && one.step === other.step && one.since === other.since;
  const open = known.filter(({ until }) => until === null);
  for (const row of open.filter((one) => !standing.some(isSame(one)))) {
    // Reckoned anew by another calendar, it may begin later than the day on which it ends.
    await client.query('UPDATE case_alert SET until = greatest($2::date, since) WHERE alert_no = $1', [
      row.alert_no,
      passed.find(isSame(row))?.until ?? chinaDate(nowMs),
    ]);
  }
  const missing = [
    ...passed.filter((one) => !known.some(isSame(one))),
    ...standing
      .filter((one) => !open.some(isSame(one)))
      .map((one): StandingAlert & { until: null } => ({ ...one, until: null })),
  ];
  for (const one of missing) {
    const serial = await client.query("SELECT nextval('case_alert_serial')::text AS serial");
    const { serial: drawn } = z.object({ serial: z.coerce.number().int() }).parse(serial.rows[0]);
    await client.query(
      `INSERT INTO case_alert (alert_no, cursor, application_id, level, rule, step, since, until, raised_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
      [
        alertNumber(drawn, nowMs),
        cursor,
        applicationId,
        levelOf[one.rule],
        one.rule,
        one.step,
        one.since,
        one.until,
        new Date(nowMs),
      ],
    );
  }
}

const ALERTS = `SELECT l.alert_no AS "alertNo", c.case_no AS "caseNo", l.level, l.rule, l.step,
    l.since::text AS since, l.until::text AS until
  FROM case_alert l JOIN case_record c USING (cursor, application_id)`;

/** Of one case, also those that are over, in the order of their beginning. */
export async function alertsOfCase(db: Queried, { cursor, applicationId }: CaseKey): Promise<Alert[]> {
  const { rows } = await db.query(
    `${ALERTS} WHERE cursor = $1 AND application_id = $2 ORDER BY l.since, l.alert_no LIMIT 200`,
    [cursor, applicationId],
  );
  return z.array(alertSchema).parse(rows);
}

const countsSchema = z.object({
  hint: z.coerce.number().int(),
  yellow: z.coerce.number().int(),
  red: z.coerce.number().int(),
});
const beyondSchema = z.object({ beyond: z.coerce.number().int() });

/**
 * What stands over the cases of a scope; null: over all. `levels` are listed, all are counted. `calendar` says whose years the days of
 * all cases were reckoned by.
 */
export async function standingAlerts(
  pool: pg.Pool,
  calendar: OfficeCalendar,
  {
    limit,
    scope,
    levels,
  }: {
    readonly limit: number;
    readonly scope: Scope | null;
    readonly levels: readonly AlertLevel[];
  },
): Promise<StandingAlerts> {
  const { condition, values } = within(scope, 3);
  // Who asks for all has no need of the applications.
  const applications = scope === null ? '' : 'JOIN application a USING (application_id, revision)';
  const listed = await pool.query(
    `${ALERTS} ${applications} WHERE l.until IS NULL AND l.level = ANY($2) AND ${condition}
     ORDER BY array_position(ARRAY['red', 'yellow', 'hint'], l.level), l.since, l.alert_no LIMIT $1`,
    [limit, levels, ...values],
  );
  const counts = within(scope, 1);
  const counted = await pool.query(
    `SELECT count(*) FILTER (WHERE level = 'hint') AS hint, count(*) FILTER (WHERE level = 'yellow') AS yellow,
       count(*) FILTER (WHERE level = 'red') AS red
     FROM case_alert l ${scope === null ? '' : `JOIN case_record c USING (cursor, application_id) ${applications}`}
     WHERE until IS NULL AND ${counts.condition}`,
    [...counts.values],
  );
  return {
    alerts: z.array(alertSchema).parse(listed.rows),
    counts: countsSchema.parse(counted.rows[0]),
    calendar: { years: [...calendar.years], casesBeyond: await casesBeyondCalendar(pool) },
  };
}

/** Open cases with a day in a year whose holidays are not delivered. */
export async function casesBeyondCalendar(pool: pg.Pool): Promise<number> {
  const { rows } = await pool.query(
    'SELECT count(*) AS beyond FROM case_record WHERE calendar_gap IS NOT NULL',
  );
  return beyondSchema.parse(rows[0]).beyond;
}
