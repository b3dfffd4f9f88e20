import type pg from 'pg';
import { z } from 'zod';
import { addMonths } from '#contract/form/local-date.ts';
import type { Clock } from '#contract/ports.ts';
import { chinaDate, dayBegins } from '../cases/working-days.ts';
import { writeFleetEvents } from '../fleet/events.ts';
import { describeError, type Log } from '../log.ts';
import { repeat } from '../repeat.ts';
import { inTransaction } from './connect.ts';
import { clockDoubt } from './retention.ts';

/**
 * Ends of what is written down of terminals: events, orders and releases of the fleet, codes, whom they asked for, words about guides, what they told of
 * their audit, findings in it.
 */

/** 网络安全法 (2016) 第二十一条 (三), GB/T 22239—2019 8.1.5.4: logs are kept for six months at least. The audit's table refuses less by itself. */
export const LEAST_RECORD_MONTHS = 6;
export const USUAL_RECORD_MONTHS = 36;

export const recordEnds = {
  lookEveryMs: 3_600_000,
  /** Of a statement. */
  rowsAtOnce: 2_000,
  /** Of one table, or one chain, at a time: what is left goes with the next look. */
  statementsAtOnce: 50,
  chainsAtOnce: 1_000,
} as const;

/** How many rows of each went. */
export type Ended = Readonly<Record<keyof typeof BY_AGE | 'auditRows', number>>;

export const NOTHING_ENDED: Ended = {
  events: 0,
  orders: 0,
  rollouts: 0,
  releases: 0,
  permits: 0,
  searches: 0,
  guideReports: 0,
  enrolmentCodes: 0,
  findings: 0,
  auditRows: 0,
};

/** All before the first moment of a day, so that one look a day finds something. */
export function recordsEndBefore(months: number, nowMs: number): Date {
  return new Date(dayBegins(addMonths(chinaDate(nowMs), -months)));
}

/**
 * Of a release `r` that is over, by age: withdrawn, and not the last one of its kind; or complete, and another one has been complete for as long. The
 * newest complete one is what terminals are brought to, whatever its age.
 */
const RELEASE_IS_OVER = `r.state IN ('complete', 'withdrawn') AND r.moved_at < $1 AND EXISTS (
    SELECT FROM fleet_release n WHERE n.kind = r.kind AND n.release_id > r.release_id
      AND (r.state = 'withdrawn' OR (n.state = 'complete' AND n.moved_at < $1)))`;

/** That a terminal which may come back would still be told something by it: to go back, now or when somebody withdraws what it runs. */
const ROLLOUT_IS_NEEDED = `SELECT FROM terminal t LEFT JOIN fleet_terminal f USING (terminal_id)
    WHERE t.terminal_id = x.terminal_id AND t.revoked_at IS NULL
      AND ((r.state = 'withdrawn' AND x.sent_back_at IS NULL) OR f.report->'versions'->>r.kind = r.version)`;

/** One of a code that was used may be told by a terminal as late as this: it has told something since, or nothing of it is taken any more. */
const PERMIT_IS_TOLD = `EXISTS (SELECT FROM terminal_audit_chain c WHERE c.terminal_id = x.terminal_id AND c.told_at >= $1)
    OR EXISTS (SELECT FROM terminal t WHERE t.terminal_id = x.terminal_id AND t.revoked_at IS NOT NULL)`;

interface Records {
  readonly table: string;
  /** Of a row `x`; $1: before when. */
  readonly isOld: string;
  readonly oldestFirst: string;
  /** As what went is told. */
  readonly words: string;
}

/** In the order in which they go: a release behind its orders and what is known of it at terminals. */
const BY_AGE = {
  events: { table: 'fleet_event', isOld: 'at < $1', oldestFirst: 'at', words: 'events' },
  orders: {
    table: 'fleet_command',
    isOld: 'coalesce(settled_at, expires_at) < $1',
    oldestFirst: 'coalesce(settled_at, expires_at)',
    words: 'orders',
  },
  rollouts: {
    table: 'fleet_rollout',
    isOld: `EXISTS (SELECT FROM fleet_release r WHERE r.release_id = x.release_id AND ${RELEASE_IS_OVER}
      AND NOT EXISTS (${ROLLOUT_IS_NEEDED}))`,
    oldestFirst: 'release_id',
    words: 'terminals of releases',
  },
  releases: {
    table: 'fleet_release',
    // Of complete ones the oldest first: when a newer one is withdrawn, the one before it is offered, and never one that is older than that.
    isOld: `EXISTS (SELECT FROM fleet_release r WHERE r.release_id = x.release_id AND ${RELEASE_IS_OVER})
      AND NOT EXISTS (SELECT FROM fleet_rollout o WHERE o.release_id = x.release_id)
      AND NOT EXISTS (SELECT FROM fleet_command c WHERE c.release_id = x.release_id)
      AND (state = 'withdrawn' OR NOT EXISTS (
        SELECT FROM fleet_release e WHERE e.kind = x.kind AND e.state = 'complete' AND e.release_id < x.release_id))`,
    oldestFirst: 'release_id',
    words: 'releases',
  },
  permits: {
    table: 'terminal_permit',
    isOld: `start_hour + hours <= floor(extract(epoch FROM $1::timestamptz) / 3600)::integer AND (${PERMIT_IS_TOLD})`,
    oldestFirst: 'start_hour + hours',
    words: 'codes',
  },
  searches: { table: 'person_search', isOld: 'at < $1', oldestFirst: 'at', words: 'searches for people' },
  guideReports: {
    table: 'guide_report',
    isOld: 'stored_at < $1',
    oldestFirst: 'stored_at',
    words: 'words about guides',
  },
  enrolmentCodes: {
    table: 'enrolment_code',
    isOld: 'expires_at < $1',
    oldestFirst: 'expires_at',
    words: 'codes of enrolments',
  },
  findings: {
    table: 'terminal_audit_finding',
    isOld: 'found_at < $1',
    oldestFirst: 'found_at',
    words: 'findings',
  },
} as const satisfies Readonly<Record<string, Records>>;

const kinds = Object.keys(BY_AGE) as (keyof typeof BY_AGE)[]; // its own keys, in their order

/** Counted as it goes: whatever fails behind it, what went is known. */
type Ending = { -readonly [what in keyof Ended]: number };

/** What another node is erasing just now is left to it. */
async function eraseByAge(
  pool: pg.Pool,
  what: keyof typeof BY_AGE,
  before: Date,
  ended: Ending,
): Promise<void> {
  const { table, isOld, oldestFirst } = BY_AGE[what];
  const statement = `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM ${table} x WHERE ${isOld} ORDER BY ${oldestFirst} LIMIT $2 FOR UPDATE OF x SKIP LOCKED))`;
  for (let done = 0; done < recordEnds.statementsAtOnce; done += 1) {
    const { rowCount } = await pool.query(statement, [before, recordEnds.rowsAtOnce]);
    ended[what] += rowCount ?? 0;
    if ((rowCount ?? 0) < recordEnds.rowsAtOnce) break;
  }
}

const chainsSchema = z.array(z.object({ terminal_id: z.string(), chain: z.string() }));
type Chain = z.infer<typeof chainsSchema>[number];

/** Months differ in length, and dates by place: never younger than what the table itself lets go (terminal_audit_is_kept). */
const orWhatIsKept = (before: string): string => `least(${before}, clock_timestamp() - interval '6 months')`;

/** Chains whose oldest row is older: `$1`. By its key alone, whatever is in it. */
const OF_OLD_CHAINS = `FROM terminal_audit_chain c CROSS JOIN LATERAL (SELECT told_at FROM terminal_audit a
    WHERE a.terminal_id = c.terminal_id AND a.chain = c.chain ORDER BY sequence LIMIT 1) oldest
  WHERE c.begun_at < ${orWhatIsKept('$1')} AND oldest.told_at < ${orWhatIsKept('$1')}`;

/** The longest overdue first: of more than go at a time, none is always behind the others. */
const OLD_CHAINS = `SELECT c.terminal_id, c.chain ${OF_OLD_CHAINS} ORDER BY oldest.told_at, c.terminal_id, c.chain LIMIT $2`;

/**
 * From the oldest row to the first that is young: what is left goes on without a gap, whatever a clock did between them. The chain says through which
 * row, so that a terminal which tells these again is not found to tell otherwise.
 */
const ERASE_OLDEST = `WITH oldest AS MATERIALIZED (
    SELECT sequence, told_at FROM terminal_audit WHERE terminal_id = $1 AND chain = $2 ORDER BY sequence LIMIT $4
  ), cut AS MATERIALIZED (
    SELECT max(sequence) AS through FROM oldest
    WHERE sequence < coalesce((SELECT min(sequence) FROM oldest WHERE told_at >= ${orWhatIsKept('$3')}), 9223372036854775807)
  ), noted AS (
    UPDATE terminal_audit_chain SET erased_through = through FROM cut
    WHERE terminal_id = $1 AND chain = $2 AND through IS NOT NULL
  ) DELETE FROM terminal_audit USING cut WHERE terminal_id = $1 AND chain = $2 AND sequence <= through`;

async function eraseOldest(pool: pg.Pool, { terminal_id, chain }: Chain, before: Date): Promise<number> {
  return inTransaction(pool, 'BEGIN', async (client) => {
    // As who keeps a batch of it (terminal-audit/keep-terminal-audit.ts).
    await client.query('SELECT 1 FROM terminal WHERE terminal_id = $1 FOR NO KEY UPDATE', [terminal_id]);
    await client.query(`SET LOCAL yizhan.erases_by_age = 'on'`);
    const { rowCount } = await client.query(ERASE_OLDEST, [
      terminal_id,
      chain,
      before,
      recordEnds.rowsAtOnce,
    ]);
    return rowCount ?? 0;
  });
}

async function eraseAudit(pool: pg.Pool, before: Date, ended: Ending): Promise<void> {
  const { rows } = await pool.query(OLD_CHAINS, [before, recordEnds.chainsAtOnce]);
  for (const chain of chainsSchema.parse(rows))
    for (let done = 0; done < recordEnds.statementsAtOnce; done += 1) {
      const erased = await eraseOldest(pool, chain, before);
      ended.auditRows += erased;
      if (erased < recordEnds.rowsAtOnce) break;
    }
}

/** Whatever is older goes, up to the bounds above. What went is written down where the fleet's events are. */
export async function endRecords(pool: pg.Pool, months: number, nowMs: number): Promise<Ended> {
  const before = recordsEndBefore(months, nowMs);
  const ended: Ending = { ...NOTHING_ENDED };
  try {
    for (const what of kinds) await eraseByAge(pool, what, before, ended);
    await eraseAudit(pool, before, ended);
  } finally {
    await writeDown(pool, before, ended, nowMs);
  }
  return ended;
}

async function writeDown(pool: pg.Pool, before: Date, ended: Ended, nowMs: number): Promise<void> {
  const words = {
    ...Object.fromEntries(kinds.map((what) => [what, BY_AGE[what].words])),
    auditRows: 'rows of audit',
  };
  const went = Object.entries(words).flatMap(([what, said]) => {
    const count = ended[what as keyof Ended]; // of its own keys
    return count === 0 ? [] : [`${String(count)} ${said}`];
  });
  if (went.length === 0) return;
  const detail = `before ${chinaDate(before.getTime())}: ${went.join(', ')}`;
  await writeFleetEvents(pool, [{ event: 'records.erased', terminalId: null, subject: null, detail }], nowMs);
}

const oldSchema = z.object({ old: z.boolean() });
const IS_ANYTHING_OLD = `SELECT ${[
  ...kinds.map((what) => `EXISTS (SELECT FROM ${BY_AGE[what].table} x WHERE ${BY_AGE[what].isOld})`),
  `EXISTS (SELECT ${OF_OLD_CHAINS})`,
].join(' OR ')} AS old`;

async function isAnythingOld(pool: pg.Pool, before: Date): Promise<boolean> {
  const { rows } = await pool.query(IS_ANYTHING_OLD, [before]);
  return oldSchema.parse(rows[0]).old;
}

/** Looks every hour until it is stopped; any node may, side by side. By a clock that is not believed nothing goes. */
export function watchRecordEnds(pool: pg.Pool, months: number, clock: Clock, log: Log): { stop: () => void } {
  const { lookEveryMs } = recordEnds;
  return repeat(clock, { firstMs: lookEveryMs, everyMs: lookEveryMs }, async () => {
    try {
      const nowMs = clock.now();
      if (!(await isAnythingOld(pool, recordsEndBefore(months, nowMs)))) return;
      const doubt = await clockDoubt(pool, nowMs);
      if (doubt === null) log({ event: 'records.erased', ...(await endRecords(pool, months, nowMs)) });
      else log({ event: 'records.not-erased', why: doubt });
    } catch (error) {
      log({ event: 'records.not-erased', ...describeError(error) });
    }
  });
}
