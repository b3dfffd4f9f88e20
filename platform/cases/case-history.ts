import type pg from 'pg';
import { z } from 'zod';
import { caseStatusSchema, chainPlaceSchema, type CaseStatus } from '#contract/application.ts';
import type { CaseHistory } from '#contract/case-history.ts';
import { alertsOfCase } from './alert-rows.ts';
import { isRunning, type CaseClocks } from './case-clocks.ts';
import { eventsOf } from './case-events.ts';
import type { EngineParts } from './case-in-hand.ts';
import { clocksOf, handedTo, termsOf, type CaseEvent } from './case-life.ts';
import { heldBy } from './chain-cases.ts';
import { applicationOf } from './find-case.ts';
import { daysOf, gapOf } from './engine.ts';
import { documentKind, noticeNo } from './notice.ts';
import { isOver } from './table.ts';
import { chinaDate } from './working-days.ts';

const rowSchema = z.object({
  cursor: z.string(),
  status: caseStatusSchema,
  item_slug: z.string(),
  chain: chainPlaceSchema.nullable(),
});

/** Every step of a case with its notices, as they were given; null: there is no such case. */
export async function caseHistory(
  { pool, catalogue, officeDays }: EngineParts & { readonly pool: pg.Pool },
  caseNo: string,
  nowMs: number,
): Promise<CaseHistory | null> {
  const applicationId = await applicationOf(pool, caseNo);
  if (applicationId === null) return null;
  const { rows } = await pool.query(
    `SELECT c.cursor::text AS cursor, c.status, a.item_slug, a.chain
     FROM case_record c JOIN application a USING (application_id, revision)
     WHERE c.application_id = $1 AND c.case_no = $2 AND c.joins IS NULL`,
    [applicationId, caseNo],
  );
  if (rows.length === 0) return null;
  const row = rowSchema.parse(rows[0]);
  const item = catalogue.items.get(row.item_slug)?.item;
  const held = await heldBy({ pool, officeDays }, { caseNo, status: row.status, place: row.chain });
  const key = { cursor: row.cursor, applicationId };
  const events = (await eventsOf(pool, [key]))(row.cursor);
  const clocks = clocksOf(events, termsOf(item, held, events));
  const own = item
    ? { zh: item.department.zh, en: item.department.en }
    : { zh: '主管部门', en: 'The office' };
  return {
    caseNo,
    status: row.status,
    unit: handedTo(events) ?? own,
    clocks: standing(clocks, row.status, { officeDays, nowMs }),
    events: events.map((event) => recorded(caseNo, event)),
    alerts: await alertsOfCase(pool, key),
  };
}

function recorded(caseNo: string, event: CaseEvent): CaseHistory['events'][number] {
  const { notice, facts } = event;
  return {
    at: new Date(event.atMs).toISOString(),
    verb: event.verb,
    from: event.from,
    to: event.to,
    actor: event.actor,
    unit: event.unit,
    revision: event.revision,
    handedTo: facts?.handedTo ?? null,
    step: facts?.step ?? null,
    document: notice && {
      no: noticeNo(caseNo, event.ordinal),
      kind: documentKind(notice),
      heading: event.heading,
      notice,
    },
  };
}

function standing(
  clocks: CaseClocks,
  status: CaseStatus,
  { officeDays, nowMs }: Pick<EngineParts, 'officeDays'> & { readonly nowMs: number },
): CaseHistory['clocks'] {
  const { stepBy, ...days } = daysOf(clocks, status, officeDays);
  const decide = isOver(status) || clocks.decide?.isStopped ? null : clocks.decide;
  const step = decide?.step;
  const named = step && decide.limits?.steps[step.index];
  return {
    ...days,
    state: decide === null ? 'none' : isRunning(decide) ? 'runs' : 'rests',
    step: step && named ? { index: step.index, name: named.name, by: stepBy } : null,
    calendarGap: gapOf({ ...days, stepBy }, chinaDate(nowMs), officeDays),
  };
}
