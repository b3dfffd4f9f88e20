import type pg from 'pg';
import { z } from 'zod';
import { caseStatusSchema, type CaseStatus } from '#contract/application.ts';
import { MOST_DISPATCHES, type Course, type MatterDispatch } from '#contract/interaction.ts';
import { addWorkdays, chinaDate } from '../cases/working-days.ts';
import { inTransaction } from '../database/connect.ts';
import { unitMeant } from '../departments/department-of-unit.ts';
import { interactionOf, readSaid, settledCase, walk, type Parts } from './interactions.ts';
import { findCases, lockCase, type TheCase } from './the-case.ts';

/** 受理 and 转办: a working day each (GB/T 33358 hotlines; the first stages of the delivered items). */
const ACCEPT_WORKDAYS = 1;
const DISPATCH_WORKDAYS = 1;

/** Accepted, suspended, being worked on: the office has it, and nobody has answered yet. */
export const ACCEPTED: ReadonlySet<CaseStatus> = new Set(['05', '11', '12']);

export type DispatchOutcome =
  | { readonly kind: 'dispatched'; readonly course: Course }
  | { readonly kind: 'no-interaction' }
  | { readonly kind: 'not-accepted'; readonly status: CaseStatus }
  | { readonly kind: 'too-many' }
  | { readonly kind: 'id-of-another-case' };

/**
 * Sends a matter to the unit that answers; the same `dispatchId` again changes nothing, another one sends it on. A unit that is known here
 * gets the case with it (hand-over); with one that is not, it stays where it lies, and whoever has it passes on what that unit says.
 */
export async function dispatch(
  parts: Parts,
  caseNo: string,
  { dispatchId, unit }: MatterDispatch,
): Promise<DispatchOutcome> {
  const kind = await inTransaction(
    parts.pool,
    'BEGIN; SET LOCAL synchronous_commit TO on',
    async (client): Promise<Exclude<DispatchOutcome, { kind: 'dispatched' }> | 'dispatched'> => {
      const found = await lockCase(client, parts.catalogue, caseNo);
      if (found?.item?.interaction === undefined) return { kind: 'no-interaction' };
      const given = await readDispatches(client, caseNo);
      if (given.some((one) => one.dispatch_id === dispatchId)) return 'dispatched';
      const inHand = await settledCase(client, parts, caseNo);
      if (!ACCEPTED.has(inHand.status)) return { kind: 'not-accepted', status: inHand.status };
      if (given.length >= MOST_DISPATCHES) return { kind: 'too-many' };
      const { rowCount } = await client.query(
        `INSERT INTO interaction_dispatch (case_no, ordinal, dispatch_id, unit, dispatched_at)
         VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
        [caseNo, given.length + 1, dispatchId, unit, new Date(parts.nowMs)],
      );
      if (rowCount === 0) return { kind: 'id-of-another-case' };
      const meant = await unitMeant(client, parts.catalogue, unit);
      if (meant !== null) {
        const { name: handedTo, departmentId } = meant;
        const facts = { handedTo, ...(departmentId === null ? {} : { departmentId }) };
        await walk(inHand, ['hand-over'], { actor: 'desk', unit: null, atMs: parts.nowMs }, facts);
      }
      return 'dispatched';
    },
  );
  if (kind !== 'dispatched') return kind;
  const course = await courseOf(parts, caseNo);
  return course === null ? { kind: 'no-interaction' } : { kind: 'dispatched', course };
}

/** Null: an application, or no case. */
export async function courseOf(
  { pool, catalogue, officeDays }: Omit<Parts, 'nowMs'>,
  caseNo: string,
): Promise<Course | null> {
  const [found] = await findCases(pool, catalogue, [caseNo]);
  if (found === undefined) return null;
  const said = (await readSaid(pool, [caseNo]))(caseNo);
  const state = interactionOf(found, said, officeDays);
  if (state === null) return null;
  const acceptedOn = await acceptedDay(pool, found);
  const receivedOn = chinaDate(found.storedAtMs);
  return {
    caseNo,
    receivedOn,
    accept: { by: addWorkdays(receivedOn, ACCEPT_WORKDAYS, officeDays), on: acceptedOn },
    dispatch: {
      by: acceptedOn === null ? null : addWorkdays(acceptedOn, DISPATCH_WORKDAYS, officeDays),
      to: (await readDispatches(pool, caseNo)).map(({ unit, dispatched_at: at }) => ({
        unit,
        on: chinaDate(at.getTime()),
      })),
    },
    reply: {
      by: state.state === 'replied' ? null : state.dueOn,
      given: said.replies.map(({ reply, insistedBecause }) => ({
        unit: reply.unit,
        on: chinaDate(Date.parse(reply.repliedAt)),
        insistedBecause,
      })),
    },
  };
}

type Queried = Pick<pg.Pool | pg.PoolClient, 'query'>;
const dispatchesSchema = z.array(
  z.object({ dispatch_id: z.string(), unit: z.string(), dispatched_at: z.date() }),
);

/** In their order; the last one answers. */
export async function readDispatches(db: Queried, caseNo: string): Promise<z.infer<typeof dispatchesSchema>> {
  const { rows } = await db.query(
    'SELECT dispatch_id, unit, dispatched_at FROM interaction_dispatch WHERE case_no = $1 ORDER BY ordinal',
    [caseNo],
  );
  return dispatchesSchema.parse(rows);
}

const ACCEPTANCE = caseStatusSchema.enum['05'];
const acceptedSchema = z.object({ at: z.date().nullable() });

async function acceptedDay(db: Queried, { cursor, applicationId }: TheCase): Promise<string | null> {
  const { rows } = await db.query(
    'SELECT min(at) AS at FROM case_event WHERE cursor = $1 AND application_id = $2 AND to_status = $3',
    [cursor, applicationId, ACCEPTANCE],
  );
  const { at } = acceptedSchema.parse(rows[0]);
  return at === null ? null : chinaDate(at.getTime());
}
