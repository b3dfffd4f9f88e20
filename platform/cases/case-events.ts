import type pg from 'pg';
import { z } from 'zod';
import { caseStatusSchema } from '#contract/application.ts';
import { caseVerbs } from '#contract/case-choices.ts';
import { actorSchema, noticeHeadingSchema, noticeSchema } from '#contract/case-history.ts';
import { factsSchema, type CaseEvent } from './case-life.ts';
import { verbOfMove } from './table.ts';

/** The events of cases, as rows. */

type Queried = Pick<pg.Pool | pg.PoolClient, 'query'>;

const rowSchema = z
  .object({
    cursor: z.string(),
    ordinal: z.number().int(),
    at: z.date(),
    from_status: caseStatusSchema.nullable(),
    to_status: caseStatusSchema,
    actor: actorSchema,
    revision: z.number().int().nullable(),
    verb: z.enum(caseVerbs).nullable(),
    unit: z.string().nullable(),
    facts: factsSchema.nullable(),
    notice: noticeSchema.nullable(),
    heading: noticeHeadingSchema.nullable(),
  })
  .transform(({ cursor, at, from_status, to_status, verb, ...row }): CaseEvent & { cursor: string } => ({
    ...row,
    cursor,
    atMs: at.getTime(),
    from: from_status,
    to: to_status,
    verb: verb ?? verbOfMove(from_status ?? 'nowhere', to_status, row.actor),
  }));

/** By what the rows of a case are found: the id says in which month, the cursor which of them. */
export interface CaseKey {
  readonly cursor: string;
  readonly applicationId: string;
}

/** In their order, by the cursor of the case. */
export async function eventsOf(
  db: Queried,
  cases: readonly CaseKey[],
): Promise<(cursor: string) => readonly CaseEvent[]> {
  const { rows } = await db.query(
    `SELECT cursor::text AS cursor, ordinal, at, from_status, to_status, actor, revision, verb, unit, facts, notice, heading
     FROM case_event WHERE cursor = ANY($1::bigint[]) AND application_id = ANY($2::uuid[]) ORDER BY cursor, ordinal`,
    [cases.map(({ cursor }) => cursor), cases.map(({ applicationId }) => applicationId)],
  );
  const events = z.array(rowSchema).parse(rows);
  return (of) => events.filter(({ cursor }) => cursor === of);
}

const asJson = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));

/** The case's row is locked: nobody else counts its events at this moment. */
export async function addEvent(
  client: pg.PoolClient,
  { cursor, applicationId }: CaseKey,
  event: CaseEvent,
): Promise<void> {
  await client.query(
    `INSERT INTO case_event (cursor, ordinal, at, from_status, to_status, actor, revision, verb, unit, facts, notice, heading, application_id)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      cursor,
      event.ordinal,
      new Date(event.atMs),
      event.from,
      event.to,
      event.actor,
      event.revision,
      event.verb,
      event.unit,
      asJson(event.facts),
      asJson(event.notice),
      asJson(event.heading),
      applicationId,
    ],
  );
}
