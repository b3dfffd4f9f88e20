import type pg from 'pg';
import { z } from 'zod';
import {
  caseStatusSchema,
  chainPlaceSchema,
  type CaseStatus,
  type ChainPlace,
} from '#contract/application.ts';
import type { NoticeHeading } from '#contract/case-history.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { Catalogue } from '../catalogue/load-catalogue.ts';
import { settleAlerts } from './alert-rows.ts';
import { addEvent, eventsOf } from './case-events.ts';
import { applicationOf } from './find-case.ts';
import { handedTo, termsOf, type CaseEvent, type CaseTerms } from './case-life.ts';
import { heldBy } from './chain-cases.ts';
import { attempt, dueAct, reckon, type Act, type Attempt } from './engine.ts';
import { headingOf } from './heading.ts';
import { isOver } from './table.ts';
import type { OfficeCalendar } from './working-days.ts';

/** What the engine is told of from outside. */
export interface EngineParts {
  readonly catalogue: Catalogue;
  readonly officeDays: OfficeCalendar;
}

/** A case whose row is locked until the end of the transaction: nobody else does anything to it. */
export interface CaseInHand {
  readonly client: pg.PoolClient;
  readonly parts: EngineParts;
  readonly cursor: string;
  readonly caseNo: string;
  readonly applicationId: string;
  readonly revision: number;
  /** Null: not published any more. */
  readonly item: ServiceItem | null;
  readonly place: ChainPlace | null;
  readonly terms: CaseTerms;
  readonly status: CaseStatus;
  readonly events: readonly CaseEvent[];
}

const lockedSchema = z.object({
  cursor: z.string(),
  case_no: z.string(),
  revision: z.number().int(),
  status: caseStatusSchema,
});
const submittedSchema = z.object({ item_slug: z.string(), chain: chainPlaceSchema.nullable() });

/** Null: the application has no case. */
export async function takeInHand(
  client: pg.PoolClient,
  parts: EngineParts,
  applicationId: string,
): Promise<CaseInHand | null> {
  // Alone, and the rest after it: what waits for the lock sees of other tables what was there before it waited.
  const locked = await client.query(
    `SELECT cursor::text AS cursor, case_no, revision, status FROM case_record
     WHERE joins IS NULL AND application_id = $1 FOR UPDATE`,
    [applicationId],
  );
  if (locked.rows.length === 0) return null;
  const row = lockedSchema.parse(locked.rows[0]);
  const submitted = await client.query(
    'SELECT item_slug, chain FROM application WHERE application_id = $1 AND revision = $2',
    [applicationId, row.revision],
  );
  const { item_slug: slug, chain: place } = submittedSchema.parse(submitted.rows[0]);
  const item = parts.catalogue.items.get(slug)?.item;
  const events = (await eventsOf(client, [{ cursor: row.cursor, applicationId }]))(row.cursor);
  const held = await heldBy(
    { pool: client, officeDays: parts.officeDays },
    { caseNo: row.case_no, status: row.status, place },
  );
  return {
    client,
    parts,
    cursor: row.cursor,
    caseNo: row.case_no,
    applicationId,
    revision: row.revision,
    item: item ?? null,
    place,
    terms: termsOf(item, held, events),
    status: row.status,
    events,
  };
}

/** By its number, for as long as the transaction lasts. */
export async function takeCase(
  client: pg.PoolClient,
  parts: EngineParts,
  caseNo: string,
): Promise<CaseInHand | null> {
  const applicationId = await applicationOf(client, caseNo);
  const taken = applicationId === null ? null : await takeInHand(client, parts, applicationId);
  // The number of a revision that once had a case of its own is not the case's.
  return taken?.caseNo === caseNo ? taken : null;
}

/** Whatever was due by time until now has happened. */
export async function settle(inHand: CaseInHand, nowMs: number): Promise<CaseInHand> {
  const act = dueAct(inHand, nowMs, inHand.parts.officeDays);
  if (act === null) {
    await noteAlerts(inHand, nowMs);
    return inHand;
  }
  const { done, attempted } = await perform(inHand, act);
  if (attempted.kind === 'refused') throw new Error(`the clock may not ${act.verb}`);
  return settle(done, nowMs);
}

/** What stands now is on record, also when the next act ends it in the same moment. */
export function noteAlerts(inHand: CaseInHand, nowMs: number): Promise<void> {
  return settleAlerts(inHand.client, inHand, reckon(inHand, nowMs, inHand.parts.officeDays), nowMs);
}

export interface Performed {
  readonly done: CaseInHand;
  readonly attempted: Attempt;
}

/** One act, or nothing of it. A notice gets its head here. */
export async function perform(inHand: CaseInHand, act: Act): Promise<Performed> {
  const heading = act.notice === null ? null : headingNow(inHand);
  const attempted = attempt(inHand, { ...act, heading }, inHand.parts.officeDays);
  if (attempted.kind === 'refused') return { done: inHand, attempted };
  const { event } = attempted;
  await addEvent(inHand.client, inHand, event);
  return { done: { ...inHand, status: event.to, events: [...inHand.events, event] }, attempted };
}

function headingNow({ item, events }: CaseInHand): NoticeHeading | null {
  return item && headingOf(item, handedTo(events));
}

/** The row and its alerts say again what the events add up to. */
export async function putDown(inHand: CaseInHand, nowMs: number): Promise<void> {
  const { client, parts, cursor, applicationId, place, events } = inHand;
  const reckoned = reckon(inHand, nowMs, parts.officeDays);
  await client.query(
    `UPDATE case_record SET status = $2, decide_by = $3, due_at = $4, reckoned_by = $5, calendar_gap = $6, handed_to = $7
     WHERE cursor = $1 AND application_id = $8`,
    [
      cursor,
      reckoned.status,
      reckoned.decideBy,
      reckoned.dueAtMs === null ? null : new Date(reckoned.dueAtMs),
      parts.officeDays.id,
      reckoned.gap,
      handedTo(events)?.zh ?? null,
      applicationId,
    ],
  );
  await settleAlerts(client, inHand, reckoned, nowMs);
  if (place !== null && isOver(reckoned.status)) await wakeThoseThatWait(client, place, nowMs);
}

/** What needed this one is before its office from now on: its clock is looked at by whoever looks next. */
async function wakeThoseThatWait(client: pg.PoolClient, place: ChainPlace, nowMs: number): Promise<void> {
  await client.query(
    `UPDATE case_record SET due_at = $3 WHERE (cursor, application_id) IN (
       SELECT c.cursor, c.application_id FROM case_record c JOIN application a USING (application_id, revision)
       WHERE a.chain IS NOT NULL AND a.chain ->> 'chainApplicationId' = $1 AND a.chain -> 'needs' @> to_jsonb($2::int)
         AND c.joins IS NULL AND c.status = '02' ORDER BY c.cursor FOR UPDATE OF c)`,
    [place.chainApplicationId, place.order, new Date(nowMs)],
  );
}
