import type pg from 'pg';
import { z } from 'zod';
import type { Clock } from '#contract/ports.ts';
import { inTransaction, isUnavailable } from '../database/connect.ts';
import { describeError, errorCode, type Log } from '../log.ts';
import { ENGINE_BEGIN } from './act.ts';
import { casesBeyondCalendar } from './alert-rows.ts';
import { putDown, settle, takeInHand, type EngineParts } from './case-in-hand.ts';

/** The clock's own acts: deemed acceptance, the return of what nobody corrected, alerts. On every node, at once. */

/** All intervals of it, in milliseconds. */
export const clockDelays = {
  lookEveryMs: 60_000,
  /** A case that cannot be settled is looked at again after so long: it holds up no other. */
  setAsideMs: 3_600_000,
  /** How often the log says that the calendar does not reach far enough, or that it is not the latest. */
  sayGapEveryMs: 86_400_000,
  /** A node whose clock is further from the database's than this does nothing by time: what it ended would stay ended. */
  mostClockDifferenceMs: 300_000,
  /** What a later calendar has reckoned is left to the nodes that have it; due for so long, none of them is there any more. */
  leaveToLaterMs: 86_400_000,
} as const;

/** Rows of one statement, so that it stays short. */
const ROWS_AT_ONCE = 500;

/**
 * What was reckoned by an earlier calendar, or before there was an engine, is due now. What a later one reckoned stays: while a release comes
 * node by node, the nodes would undo each other's days each minute. The two conditions are two looks into one index.
 */
async function dueByEarlierCalendar(
  pool: pg.Pool,
  id: string,
  nowMs: number,
  goOn: () => boolean,
): Promise<void> {
  while (goOn()) {
    const { rowCount } = await pool.query(
      `UPDATE case_record SET due_at = $2, reckoned_by = $1 WHERE (cursor, application_id) IN (
         SELECT cursor, application_id FROM case_record
         WHERE joins IS NULL AND status IN ('02', '05', '06', '11', '12') AND (reckoned_by IS NULL OR reckoned_by < $1)
         LIMIT $3 FOR UPDATE SKIP LOCKED)`,
      [id, new Date(nowMs), ROWS_AT_ONCE],
    );
    if ((rowCount ?? 0) < ROWS_AT_ONCE) return;
  }
}

/** Whether cases were reckoned by a calendar that is later than this node's. */
async function hasLaterCalendar(pool: pg.Pool, id: string): Promise<boolean> {
  const { rows } = await pool.query(
    `SELECT 1 FROM case_record
     WHERE joins IS NULL AND status IN ('02', '05', '06', '11', '12') AND reckoned_by > $1 LIMIT 1`,
    [id],
  );
  return rows.length > 0;
}

export interface Looked {
  readonly settled: number;
  /** Set aside, since settling them failed. */
  readonly failed: number;
}

/** Settles every case whose time has come, each in a small transaction of its own; `goOn` ends it between two. */
export async function settleDue(
  pool: pg.Pool,
  parts: EngineParts,
  nowMs: number,
  options: { readonly log: Log; readonly goOn: () => boolean },
): Promise<Looked> {
  await dueByEarlierCalendar(pool, parts.officeDays.id, nowMs, options.goOn);
  let settled = 0;
  let failed = 0;
  while (options.goOn()) {
    const outcome = await settleOne(pool, parts, nowMs, options.log);
    if (outcome === 'none') break;
    if (outcome === 'settled') settled += 1;
    else failed += 1;
  }
  return { settled, failed };
}

async function settleOne(
  pool: pg.Pool,
  parts: EngineParts,
  nowMs: number,
  log: Log,
): Promise<'none' | 'settled' | 'failed'> {
  let applicationId: string | null = null;
  try {
    return await inTransaction(pool, ENGINE_BEGIN, async (client) => {
      // Of several nodes each takes another one. By nothing but the index: all cases of a new calendar are due in the same moment.
      const { rows } = await client.query<{ application_id: string }>(
        `SELECT application_id FROM case_record WHERE joins IS NULL AND due_at <= $1
           AND (reckoned_by IS NULL OR reckoned_by <= $2 OR due_at <= $3)
         ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED`,
        [new Date(nowMs), parts.officeDays.id, new Date(nowMs - clockDelays.leaveToLaterMs)],
      );
      applicationId = rows[0]?.application_id ?? null;
      if (applicationId === null) return 'none';
      const taken = await takeInHand(client, parts, applicationId);
      if (taken === null) return 'none';
      await putDown(await settle(taken, nowMs), nowMs);
      return 'settled';
    });
  } catch (error) {
    // Nothing is wrong with the case when the line to the database is: the next look finds it again.
    const message = error instanceof Error ? error.message : '';
    if (applicationId === null || isUnavailable(errorCode(error), message)) throw error;
    log({ event: 'cases.not-settled', applicationId, ...describeError(error) });
    await pool.query(
      'UPDATE case_record SET due_at = $2 WHERE application_id = $1 AND joins IS NULL AND due_at <= $3',
      [applicationId, new Date(nowMs + clockDelays.setAsideMs), new Date(nowMs)],
    );
    return 'failed';
  }
}

const timeSchema = z.tuple([z.object({ at: z.date() })]);

/** How far this node's clock is ahead of the database's, which all nodes share. */
async function clockDifferenceMs(pool: pg.Pool, clock: Clock): Promise<number> {
  const { rows } = await pool.query('SELECT clock_timestamp() AS at');
  const [{ at }] = timeSchema.parse(rows);
  return clock.now() - at.getTime();
}

/** Looks at once and then every minute; several nodes do it side by side. */
export function watchClocks(pool: pg.Pool, parts: EngineParts, clock: Clock, log: Log): { stop: () => void } {
  let cancel: () => void;
  let isStopped = false;
  let gapSaidMs = -Infinity;

  async function sayGap(): Promise<void> {
    const nowMs = clock.now();
    if (nowMs - gapSaidMs < clockDelays.sayGapEveryMs) return;
    gapSaidMs = nowMs;
    const cases = await casesBeyondCalendar(pool);
    if (cases > 0) {
      log({ event: 'cases.calendar-too-short', cases, lastYear: Math.max(...parts.officeDays.years) });
    }
    if (await hasLaterCalendar(pool, parts.officeDays.id)) {
      log({ event: 'cases.calendar-not-the-latest', own: parts.officeDays.id });
    }
  }

  async function settleIfClockIsRight(): Promise<Looked> {
    const differsMs = await clockDifferenceMs(pool, clock);
    if (Math.abs(differsMs) <= clockDelays.mostClockDifferenceMs)
      return settleDue(pool, parts, clock.now(), { log, goOn: () => !isStopped });
    log({ event: 'cases.clock-differs', differsMs });
    return { settled: 0, failed: 0 };
  }

  function look(): void {
    settleIfClockIsRight()
      .then(async ({ settled, failed }) => {
        if (settled + failed > 0) log({ event: 'cases.settled', settled, failed });
        if (!isStopped) await sayGap();
      })
      .catch((error: unknown) => {
        if (!isStopped) log({ event: 'cases.not-looked', ...describeError(error) });
      })
      .finally(() => {
        if (!isStopped) cancel = clock.after(clockDelays.lookEveryMs, look);
      });
  }

  cancel = clock.after(0, look);
  return {
    stop: () => {
      isStopped = true;
      cancel();
    },
  };
}
