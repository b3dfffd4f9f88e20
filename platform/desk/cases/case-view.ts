import { z } from 'zod';
import {
  caseStatusSchema,
  submissionSchema,
  type CaseStatus,
  type Submission,
} from '#contract/application.ts';
import type { CaseHistory } from '#contract/case-history.ts';
import type { InteractionState } from '#contract/interaction.ts';
import type { ServiceItem } from '#contract/item.ts';
import { localizedTextSchema, type LocalizedText } from '#contract/localized.ts';
import type { CaseInChain } from '#contract/progress.ts';
import { caseHistory } from '../../cases/case-history.ts';
import { togetherness } from '../../cases/chain-cases.ts';
import { applicationOf } from '../../cases/find-case.ts';
import { CASES_FROM } from '../../cases/scope.ts';
import { readDispatches } from '../../interactions/dispatch.ts';
import { interactionOf, readSaid, type Said } from '../../interactions/interactions.ts';
import { findCases } from '../../interactions/the-case.ts';
import type { ListParts } from './case-list.ts';
import { dueOf, type Due } from './due.ts';

/** What has happened to a case, in order; the first one is 1. */
export type CaseEvent = CaseHistory['events'][number] & { readonly ordinal: number };

/** A case as an official works on it: with what was submitted. */
export interface CaseView {
  readonly caseNo: string;
  readonly status: CaseStatus;
  readonly applicationId: string;
  readonly revision: number;
  readonly submission: Submission;
  /** Null: the platform does not publish it any more. */
  readonly item: ServiceItem | null;
  readonly receivedAtMs: number;
  readonly storedAtMs: number;
  readonly events: readonly CaseEvent[];
  /** Whose it is now, its clocks, and the alerts that stood or stand. */
  readonly life: Pick<CaseHistory, 'unit' | 'clocks' | 'alerts'>;
  readonly chain: CaseInChain | null;
  /** Null: an application, which is decided on and not replied to. */
  readonly interaction: InteractionState | null;
  readonly said: Said;
  /** To whom a matter was sent, in order; the last one answers. */
  readonly dispatches: readonly { readonly unit: string; readonly atMs: number }[];
  /** The department that plugs in and has it; null: none. */
  readonly department: LocalizedText | null;
  readonly due: Due;
  /** Another one as soon as anything has happened to the case. */
  readonly version: Version;
}

/** Events, replies and dispatches are only ever added: how many there are says what has been seen. */
export interface Version {
  readonly ordinal: number;
  readonly replies: number;
  readonly dispatches: number;
}

export function versionText({ ordinal, replies, dispatches }: Version): string {
  return `${String(ordinal)}.${String(replies)}.${String(dispatches)}`;
}

/** Null for what is no version: then nothing has been seen. */
export function readVersion(given: string): Version | null {
  const parts = /^(\d{1,6})\.(\d{1,3})\.(\d{1,3})$/.exec(given);
  return parts
    ? { ordinal: Number(parts[1]), replies: Number(parts[2]), dispatches: Number(parts[3]) }
    : null;
}

const caseSchema = z.object({
  cursor: z.string(),
  status: caseStatusSchema,
  decide_by: z.string().nullable(),
  application_id: z.string(),
  revision: z.number().int(),
  submission: submissionSchema,
  stored_at: z.date(),
  department: localizedTextSchema.nullable(),
});

export async function readCaseView(parts: ListParts, caseNo: string): Promise<CaseView | null> {
  const { pool, catalogue } = parts;
  const applicationId = await applicationOf(pool, caseNo);
  if (applicationId === null) return null;
  const { rows } = await pool.query(
    `SELECT c.cursor::text AS cursor, c.status, c.decide_by::text AS decide_by, c.application_id, c.revision,
       a.submission, a.stored_at, p.name AS department
     FROM ${CASES_FROM} LEFT JOIN case_dispatch t ON t.cursor = c.cursor
       LEFT JOIN department p ON p.department_id = t.department_id AND p.revoked_at IS NULL
     WHERE c.application_id = $1 AND c.case_no = $2 AND c.joins IS NULL`,
    [applicationId, caseNo],
  );
  if (rows.length === 0) return null;
  const row = caseSchema.parse(rows[0]);
  const { status, submission } = row;
  const life = await caseHistory(parts, caseNo, parts.nowMs);
  if (life === null) return null;
  const events = life.events.map((event, index): CaseEvent => ({ ...event, ordinal: index + 1 }));
  const said = (await readSaid(pool, [caseNo]))(caseNo);
  const dispatches = (await readDispatches(pool, caseNo)).map(({ unit, dispatched_at: at }) => ({
    unit,
    atMs: at.getTime(),
  }));
  const place = submission.payload.chain ?? null;
  const together = (await togetherness(parts, [{ caseNo, status, place }])).get(caseNo);
  const item = catalogue.items.get(submission.itemSlug)?.item ?? null;
  const [found] = item?.interaction === undefined ? [] : await findCases(pool, catalogue, [caseNo]);
  const since = events.findLast(({ from, to }) => from !== to);
  const asked = events.findLast(({ document }) => document?.notice.kind === 'correction')?.document?.notice;
  const storedAtMs = row.stored_at.getTime();
  return {
    caseNo,
    status,
    applicationId: row.application_id,
    revision: row.revision,
    submission,
    item,
    receivedAtMs: Date.parse(submission.receivedAt),
    storedAtMs,
    events,
    life,
    chain: together?.chain ?? null,
    interaction: found ? interactionOf(found, said, parts.officeDays) : null,
    said,
    dispatches,
    department: row.department,
    due: dueOf(
      {
        status,
        decideBy: row.decide_by,
        item,
        storedAtMs,
        sinceMs: since ? Date.parse(since.at) : storedAtMs,
        held: together?.held ?? null,
        correctBy: asked?.kind === 'correction' ? asked.dueOn : null,
      },
      parts,
    ),
    version: {
      ordinal: events.at(-1)?.ordinal ?? 0,
      replies: said.replies.length,
      dispatches: dispatches.length,
    },
  };
}
