import type pg from 'pg';
import type { RefusedOrder } from '#contract/fleet.ts';

/** What is written down of the fleet (fleet_event), with what it means to whoever reads it. */
export const fleetEvents = {
  'command.ordered': 'An order to a terminal was signed; the detail is the order, the subject its id.',
  'command.fetched': 'The terminal has fetched it.',
  'command.settled': 'The terminal said what came of it; the detail is that.',
  'command.refused': 'A terminal did not follow what came to it as an order; the detail says why.',
  'key.made': 'The next key for orders was made; it signs nothing yet, and is the subject.',
  'key.exchanged':
    'The subject signs orders from now on; the detail is the key that signed that as its last.',
  'key.ended':
    'Terminals are no longer told how to come on from the subject; the detail says how many may be at it still.',
  'records.erased': 'What was older than is kept went; the detail says before which day, and how much.',
  'release.moved': 'A release went on, was stopped, or taken back; the detail is its state, cohort and why.',
} as const;
export type FleetEvent = keyof typeof fleetEvents;

export interface FleetEventRow {
  readonly event: FleetEvent;
  readonly terminalId: string | null;
  readonly subject: string | null;
  readonly detail: string | null;
}

export async function writeFleetEvents(
  db: Pick<pg.Pool, 'query'>,
  rows: readonly FleetEventRow[],
  nowMs: number,
): Promise<void> {
  if (rows.length === 0) return;
  await db.query(
    `INSERT INTO fleet_event (at, event, terminal_id, subject, detail)
     SELECT $1, r.event, r.terminal_id, r.subject, r.detail
     FROM unnest($2::text[], $3::text[], $4::text[], $5::text[]) AS r (event, terminal_id, subject, detail)`,
    [
      new Date(nowMs),
      rows.map(({ event }) => event),
      rows.map(({ terminalId }) => terminalId),
      rows.map(({ subject }) => subject),
      rows.map(({ detail }) => detail),
    ],
  );
}

/** In milliseconds. */
const REFUSED_AGAIN_MS = 3_600_000;

/** What a terminal did not follow; the same of the same terminal once an hour, however often it is told. */
export async function writeRefusals(
  db: Pick<pg.Pool, 'query'>,
  terminalId: string,
  refused: readonly RefusedOrder[],
  nowMs: number,
): Promise<void> {
  if (refused.length === 0) return;
  await db.query(
    `INSERT INTO fleet_event (at, event, terminal_id, subject, detail)
     SELECT DISTINCT $1::timestamptz, 'command.refused', $2, r.subject, r.detail
     FROM unnest($3::text[], $4::text[]) AS r (subject, detail)
     WHERE NOT EXISTS (
       SELECT 1 FROM fleet_event e WHERE e.event = 'command.refused' AND e.terminal_id = $2 AND e.at > $5
         AND e.subject IS NOT DISTINCT FROM r.subject AND e.detail = r.detail)`,
    [
      new Date(nowMs),
      terminalId,
      refused.map(({ commandId }) => commandId),
      refused.map(({ why }) => why),
      new Date(nowMs - REFUSED_AGAIN_MS),
    ],
  );
}
