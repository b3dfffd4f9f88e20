import type pg from 'pg';
import { z } from 'zod';
import { localDate } from '#contract/form/local-date.ts';
import {
  refusalReasonSchema,
  type InteractionState,
  type Reply,
  type ReplyRefusal,
  type ReplyRequest,
} from '#contract/interaction.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { Catalogue } from '../catalogue/load-catalogue.ts';
import { inTransaction } from '../database/connect.ts';
import { dueDay, STATION_TIME_ZONE } from './due-day.ts';
import { findCase, type TheCase } from './the-case.ts';

/** A question, complaint or suggestion on its way: replied to, refused once, replied to again. */

export interface Parts {
  readonly pool: pg.Pool;
  readonly catalogue: Catalogue;
  readonly nowMs: number;
}

/** GB/T 39046 as deployed: 12 in progress, 10 closed. */
const IN_PROGRESS = '12';
const CLOSED = '10';

type Queried = Pick<pg.Pool | pg.PoolClient, 'query'>;

const repliesSchema = z.array(
  z
    .object({ reply_id: z.string(), unit: z.string(), words: z.string(), replied_at: z.date() })
    .transform(({ reply_id, unit, words, replied_at }) => ({
      replyId: reply_id,
      reply: { unit, text: words, repliedAt: replied_at.toISOString() } satisfies Reply,
    })),
);
const refusalsSchema = z
  .array(z.object({ refusal_id: z.string(), reason: refusalReasonSchema, due_on: z.iso.date() }))
  .max(1);

interface Said {
  readonly replies: z.infer<typeof repliesSchema>;
  readonly refusal: z.infer<typeof refusalsSchema>[number] | null;
  readonly isRated: boolean;
}

async function readSaid(db: Queried, caseNo: string): Promise<Said> {
  const replies = await db.query(
    `SELECT reply_id, unit, words, replied_at FROM interaction_reply WHERE case_no = $1 ORDER BY ordinal`,
    [caseNo],
  );
  const refusals = await db.query(
    `SELECT refusal_id, reason, due_on::text AS due_on FROM reply_refusal WHERE case_no = $1`,
    [caseNo],
  );
  const rated = await db.query('SELECT 1 FROM rating WHERE case_no = $1', [caseNo]);
  return {
    replies: repliesSchema.parse(replies.rows),
    refusal: refusalsSchema.parse(refusals.rows)[0] ?? null,
    isRated: rated.rowCount === 1,
  };
}

/** Null: an application, which is decided on and not replied to. */
export async function interactionOf(db: Queried, found: TheCase): Promise<InteractionState | null> {
  if (found.item?.interaction === undefined) return null;
  return stateOf(found, found.item, await readSaid(db, found.caseNo));
}

function stateOf(found: TheCase, item: ServiceItem, { replies, refusal, isRated }: Said): InteractionState {
  const [first, second] = replies;
  if (!first) {
    const from = localDate(found.storedAtMs, STATION_TIME_ZONE);
    return { state: 'waiting', dueOn: dueDay(from, item.timeLimits.promised) };
  }
  if (second) return { state: 'replied', reply: second.reply, mayRefuse: false };
  if (refusal) {
    return { state: 'reopened', refused: first.reply, reason: refusal.reason, dueOn: refusal.due_on };
  }
  // Who has rated it has taken it.
  return { state: 'replied', reply: first.reply, mayRefuse: !isRated };
}

export type ReplyOutcome =
  | { readonly kind: 'replied'; readonly state: InteractionState }
  | { readonly kind: 'no-interaction' }
  | { readonly kind: 'already-replied' };

/** The same `replyId` again changes nothing. */
export function reply(parts: Parts, caseNo: string, request: ReplyRequest): Promise<ReplyOutcome> {
  return inTransaction(parts.pool, 'BEGIN', async (client): Promise<ReplyOutcome> => {
    const found = await findCase(client, parts.catalogue, caseNo, { lock: true });
    if (found?.item?.interaction === undefined) return { kind: 'no-interaction' };
    const before = await readSaid(client, caseNo);
    const answered = async (): Promise<ReplyOutcome> => {
      const state = await interactionOf(client, found);
      return state === null ? { kind: 'no-interaction' } : { kind: 'replied', state };
    };
    if (before.replies.some(({ replyId }) => replyId === request.replyId)) return answered();
    const isWanted = before.replies.length === 0 || (before.replies.length === 1 && before.refusal !== null);
    if (!isWanted) return { kind: 'already-replied' };
    await client.query(
      `INSERT INTO interaction_reply (case_no, ordinal, reply_id, unit, words, replied_at)
       VALUES ($1, $2, $3, $4, $5, $6)`,
      [caseNo, before.replies.length + 1, request.replyId, request.unit, request.text, new Date(parts.nowMs)],
    );
    await client.query('UPDATE case_record SET status = $2 WHERE case_no = $1', [caseNo, CLOSED]);
    return answered();
  });
}

export type RefusalOutcome = 'refused' | 'no-case' | 'no-reply';

/** Opens the case again, once; the same `refusalId` again changes nothing. */
export function refuseReply(
  parts: Parts,
  terminalId: string,
  refusal: ReplyRefusal,
): Promise<RefusalOutcome> {
  const { caseNo, refusalId, reason, refusedAt } = refusal;
  return inTransaction(parts.pool, 'BEGIN', async (client): Promise<RefusalOutcome> => {
    const found = await findCase(client, parts.catalogue, caseNo, { lock: true });
    if (!found) return 'no-case';
    if (found.item?.interaction === undefined) return 'no-reply';
    const said = await readSaid(client, caseNo);
    if (said.refusal?.refusal_id === refusalId) return 'refused';
    if (said.replies.length !== 1 || said.refusal !== null || said.isRated) return 'no-reply';
    const today = localDate(parts.nowMs, STATION_TIME_ZONE);
    await client.query(
      `INSERT INTO reply_refusal (case_no, refusal_id, terminal_id, reason, refused_at, stored_at, due_on)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [
        caseNo,
        refusalId,
        terminalId,
        reason,
        refusedAt,
        new Date(parts.nowMs),
        dueDay(today, found.item.timeLimits.promised),
      ],
    );
    await client.query('UPDATE case_record SET status = $2 WHERE case_no = $1', [caseNo, IN_PROGRESS]);
    return 'refused';
  });
}
