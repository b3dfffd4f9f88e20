import type pg from 'pg';
import { z } from 'zod';
import type { CaseStatus } from '#contract/application.ts';
import type { CaseVerb } from '#contract/case-choices.ts';
import {
  refusalReasonSchema,
  type InteractionState,
  type Reply,
  type ReplyFinding,
  type ReplyRefusal,
  type ReplyRequest,
} from '#contract/interaction.ts';
import type { ServiceItem } from '#contract/item.ts';
import { doAct, type By } from '../cases/act.ts';
import { daysAfter } from '../cases/case-clocks.ts';
import { putDown, settle, takeCase, type CaseInHand } from '../cases/case-in-hand.ts';
import { limitsOf, type Facts } from '../cases/case-life.ts';
import { reached } from '../cases/table.ts';
import { chinaDate, type OfficeCalendar } from '../cases/working-days.ts';
import type { Catalogue } from '../catalogue/load-catalogue.ts';
import { inTransaction } from '../database/connect.ts';
import { openCallBack } from '../ratings/call-backs.ts';
import { judgeBeforeStoring } from './reply-judgement.ts';
import { lockCase, type TheCase } from './the-case.ts';

/** A question, complaint or suggestion on its way: replied to, refused once, replied to again. */

export interface Parts {
  readonly pool: pg.Pool;
  readonly catalogue: Catalogue;
  readonly officeDays: OfficeCalendar;
  readonly nowMs: number;
}

type Queried = Pick<pg.Pool | pg.PoolClient, 'query'>;

/** A reply accepts what came in and closes it, verb by verb; null: it ended without one. */
const toReplied: Readonly<Record<CaseStatus, readonly CaseVerb[] | null>> = {
  '01': null,
  '02': ['accept', 'close'],
  '05': ['close'],
  '06': ['confirm-correction', 'accept', 'close'],
  '11': ['end-special', 'close'],
  '12': ['close'],
  // Closed before anybody replied: the reply comes late, and still comes.
  '10': [],
  '15': [],
  '07': null,
  '13': null,
  '14': null,
};

const repliesSchema = z.array(
  z
    .object({
      case_no: z.string(),
      reply_id: z.string(),
      unit: z.string(),
      words: z.string(),
      replied_at: z.date(),
      insisted_because: z.string().nullable(),
    })
    .transform(({ case_no, reply_id, unit, words, replied_at, insisted_because }) => ({
      caseNo: case_no,
      replyId: reply_id,
      insistedBecause: insisted_because,
      reply: { unit, text: words, repliedAt: replied_at.toISOString() } satisfies Reply,
    })),
);
const refusalsSchema = z.array(
  z
    .object({
      case_no: z.string(),
      refusal_id: z.string(),
      reason: refusalReasonSchema,
      due_on: z.iso.date(),
    })
    .transform(({ case_no, refusal_id, reason, due_on }) => ({
      caseNo: case_no,
      refusalId: refusal_id,
      reason,
      dueOn: due_on,
    })),
);
const ratedSchema = z.array(z.object({ case_no: z.string() }));

/** What was said about a case until now. */
export interface Said {
  readonly replies: z.infer<typeof repliesSchema>;
  readonly refusal: z.infer<typeof refusalsSchema>[number] | null;
  readonly isRated: boolean;
}

export async function readSaid(db: Queried, caseNos: readonly string[]): Promise<(caseNo: string) => Said> {
  const replied = await db.query(
    `SELECT case_no, reply_id, unit, words, replied_at, insisted_because FROM interaction_reply
     WHERE case_no = ANY($1) ORDER BY case_no, ordinal`,
    [caseNos],
  );
  const refused = await db.query(
    `SELECT case_no, refusal_id, reason, due_on::text AS due_on FROM reply_refusal WHERE case_no = ANY($1)`,
    [caseNos],
  );
  const rated = await db.query('SELECT case_no FROM rating WHERE case_no = ANY($1)', [caseNos]);
  const replies = repliesSchema.parse(replied.rows);
  const refusals = refusalsSchema.parse(refused.rows);
  const ratedCases = new Set(ratedSchema.parse(rated.rows).map(({ case_no }) => case_no));
  return (of) => ({
    replies: replies.filter(({ caseNo }) => caseNo === of),
    refusal: refusals.find(({ caseNo }) => caseNo === of) ?? null,
    isRated: ratedCases.has(of),
  });
}

/** Null: an application, which is decided on and not replied to. */
export function interactionOf(
  found: TheCase,
  said: Said,
  officeDays: OfficeCalendar,
): InteractionState | null {
  const { item } = found;
  if (item?.interaction === undefined) return null;
  const { replies, refusal, isRated } = said;
  const [first, second] = replies;
  if (!first) {
    return { state: 'waiting', dueOn: found.decideBy ?? dueDay(item, found.storedAtMs, officeDays) };
  }
  if (second) return { state: 'replied', reply: second.reply, mayRefuse: false };
  if (refusal) {
    return { state: 'reopened', refused: first.reply, reason: refusal.reason, dueOn: refusal.dueOn };
  }
  // Who has rated it has taken it.
  return { state: 'replied', reply: first.reply, mayRefuse: !isRated && canReopen(found) };
}

function canReopen({ status }: Pick<TheCase, 'status'>): boolean {
  return reached('reopen', status) !== null;
}

/** A refused reply has as long as the first one had. */
function dueDay(item: ServiceItem, sinceMs: number, officeDays: OfficeCalendar): string {
  return daysAfter(chinaDate(sinceMs), limitsOf(item).promised, officeDays);
}

export type ReplyOutcome =
  | { readonly kind: 'replied'; readonly state: InteractionState }
  | { readonly kind: 'no-interaction' }
  | { readonly kind: 'already-replied' }
  /** It ended without a reply. */
  | { readonly kind: 'ended'; readonly status: CaseStatus }
  | { readonly kind: 'id-of-another-case' }
  | {
      readonly kind: 'does-not-answer';
      readonly findings: readonly ReplyFinding[];
      readonly mayInsist: boolean;
    };

const BEGIN = 'BEGIN; SET LOCAL synchronous_commit TO on';

/** The same `replyId` again changes nothing. Whatever was due by time happens before. */
export function reply(parts: Parts, caseNo: string, request: ReplyRequest): Promise<ReplyOutcome> {
  return inTransaction(parts.pool, BEGIN, async (client): Promise<ReplyOutcome> => {
    const found = await lockCase(client, parts.catalogue, caseNo);
    if (found?.item?.interaction === undefined) return { kind: 'no-interaction' };
    const { replies, refusal } = (await readSaid(client, [caseNo]))(caseNo);
    const answered = async (): Promise<ReplyOutcome> => {
      const now = await lockCase(client, parts.catalogue, caseNo);
      const said = (await readSaid(client, [caseNo]))(caseNo);
      const state = now && interactionOf(now, said, parts.officeDays);
      return state === null ? { kind: 'no-interaction' } : { kind: 'replied', state };
    };
    if (replies.some(({ replyId }) => replyId === request.replyId)) return answered();
    const isWanted = replies.length === 0 || (replies.length === 1 && refusal !== null);
    if (!isWanted) return { kind: 'already-replied' };
    const inHand = await settledCase(client, parts, caseNo);
    const path = toReplied[inHand.status];
    if (path === null) return { kind: 'ended', status: inHand.status };
    const verdict = await judgeBeforeStoring(client, parts, found, request);
    if (verdict.kind === 'refused') return { ...verdict, kind: 'does-not-answer' };
    const { rowCount } = await client.query(
      `INSERT INTO interaction_reply (case_no, ordinal, reply_id, unit, words, replied_at, insisted_because)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
      [
        caseNo,
        replies.length + 1,
        request.replyId,
        request.unit,
        request.text,
        new Date(parts.nowMs),
        verdict.insistedBecause,
      ],
    );
    if (rowCount === 0) return { kind: 'id-of-another-case' };
    await walk(inHand, path, { actor: 'desk', unit: request.unit, atMs: parts.nowMs }, {});
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
  return inTransaction(parts.pool, BEGIN, async (client): Promise<RefusalOutcome> => {
    const found = await lockCase(client, parts.catalogue, caseNo);
    if (!found) return 'no-case';
    if (found.item?.interaction === undefined) return 'no-reply';
    const said = (await readSaid(client, [caseNo]))(caseNo);
    if (said.refusal?.refusalId === refusalId) return 'refused';
    const isOpenToIt = said.replies.length === 1 && said.refusal === null && !said.isRated;
    if (!isOpenToIt || !canReopen(found)) return 'no-reply';
    const dueOn = dueDay(found.item, parts.nowMs, parts.officeDays);
    const { rowCount } = await client.query(
      `INSERT INTO reply_refusal (case_no, refusal_id, terminal_id, reason, refused_at, stored_at, due_on)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING`,
      [caseNo, refusalId, terminalId, reason, refusedAt, new Date(parts.nowMs), dueOn],
    );
    // The id of a refusal of another case: no terminal makes one twice.
    if (rowCount === 0) return 'no-reply';
    // Whoever is asked before the second reply need not send that one back as well.
    await openCallBack(client, found, { because: 'refused-reply', dueOn, nowMs: parts.nowMs });
    const facts = { limits: limitsOf(found.item) };
    const inHand = await settledCase(client, parts, caseNo);
    await walk(inHand, ['reopen'], { actor: 'station', unit: null, atMs: parts.nowMs }, facts);
    return 'refused';
  });
}

/** With its row locked, and what was due by time done and put down: it stays, also where nothing comes behind it. */
export async function settledCase(client: pg.PoolClient, parts: Parts, caseNo: string): Promise<CaseInHand> {
  const taken = await takeCase(client, parts, caseNo);
  if (taken === null) throw new Error('a case that is locked is gone');
  const settled = await settle(taken, parts.nowMs);
  if (settled !== taken) await putDown(settled, parts.nowMs);
  return settled;
}

/** The verbs of the table, one after the other. There is no notice: the reply is the answer. */
export async function walk(
  found: CaseInHand,
  verbs: readonly CaseVerb[],
  by: By,
  facts: Facts,
): Promise<void> {
  if (verbs.length === 0) return;
  let inHand = found;
  for (const verb of verbs) {
    const { done, attempted } = await doAct(inHand, verb, by, { facts });
    if (attempted.kind === 'refused') throw new Error(`a reply may not ${verb}`);
    inHand = done;
  }
  await putDown(inHand, by.atMs);
}
