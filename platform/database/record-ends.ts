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

/** Ends of what is written down of terminals: events and orders of the fleet, what terminals told of their audit, findings in it. */

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

export interface Ended {
  readonly events: number;
  readonly orders: number;
  readonly auditRows: number;
  readonly findings: number;
}

/** All before the first moment of a day, so that one look a day finds something. */
export function recordsEndBefore(months: number, nowMs: number): Date {
  return new Date(dayBegins(addMonths(chinaDate(nowMs), -months)));
}

/** $1: before when, $2: how many. What another node is erasing just now is left to it. */
const BY_AGE = {
  events: `DELETE FROM fleet_event WHERE seq = ANY (ARRAY(
    SELECT seq FROM fleet_event WHERE at < $1 ORDER BY at LIMIT $2 FOR UPDATE SKIP LOCKED))`,
  orders: `DELETE FROM fleet_command WHERE command_id = ANY (ARRAY(
    SELECT command_id FROM fleet_command WHERE coalesce(settled_at, expires_at) < $1
    ORDER BY coalesce(settled_at, expires_at) LIMIT $2 FOR UPDATE SKIP LOCKED))`,
  findings: `DELETE FROM terminal_audit_finding WHERE ctid = ANY (ARRAY(
    SELECT ctid FROM terminal_audit_finding WHERE found_at < $1 ORDER BY found_at LIMIT $2 FOR UPDATE SKIP LOCKED))`,
} as const;

/** Counted as it goes: whatever fails behind it, what went is known. */
type Ending = { -readonly [what in keyof Ended]: number };

async function eraseByAge(
  pool: pg.Pool,
  what: keyof typeof BY_AGE,
  before: Date,
  ended: Ending,
): Promise<void> {
  for (let done = 0; done < recordEnds.statementsAtOnce; done += 1) {
    const { rowCount } = await pool.query(BY_AGE[what], [before, recordEnds.rowsAtOnce]);
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
  const ended: Ending = { events: 0, orders: 0, auditRows: 0, findings: 0 };
  try {
    await eraseByAge(pool, 'events', before, ended);
    await eraseByAge(pool, 'orders', before, ended);
    await eraseAudit(pool, before, ended);
    await eraseByAge(pool, 'findings', before, ended);
  } finally {
    await writeDown(pool, before, ended, nowMs);
  }
  return ended;
}

async function writeDown(
  pool: pg.Pool,
  before: Date,
  { events, orders, auditRows, findings }: Ended,
  nowMs: number,
): Promise<void> {
  if (events + orders + auditRows + findings === 0) return;
  const detail = `before ${chinaDate(before.getTime())}: ${String(events)} events, ${String(orders)} orders, ${String(auditRows)} rows of audit, ${String(findings)} findings`;
  await writeFleetEvents(pool, [{ event: 'records.erased', terminalId: null, subject: null, detail }], nowMs);
}

const oldSchema = z.object({ old: z.boolean() });

async function isAnythingOld(pool: pg.Pool, before: Date): Promise<boolean> {
  const { rows } = await pool.query(
    `SELECT EXISTS (SELECT 1 FROM fleet_event WHERE at < $1)
       OR EXISTS (SELECT 1 FROM fleet_command WHERE coalesce(settled_at, expires_at) < $1)
       OR EXISTS (SELECT 1 FROM terminal_audit_finding WHERE found_at < $1)
       OR EXISTS (SELECT 1 ${OF_OLD_CHAINS}) AS old`,
    [before],
  );
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
