import type pg from 'pg';
import { z } from 'zod';
import {
  caseStatusSchema,
  chainPlaceSchema,
  type CaseStatus,
  type ChainPlace,
} from '#contract/application.ts';
import type { LocalizedText } from '#contract/localized.ts';
import type { CaseInChain } from '#contract/progress.ts';
import type { Catalogue } from '../catalogue/load-catalogue.ts';
import { applicationOf } from './find-case.ts';
import { isOver, overStatuses } from './table.ts';

/**
 * What cases that were submitted together (一件事) have to do with each other. Over is whatever nothing more comes of: who
 * needs its result knows it then, and decides with it.
 */

const memberSchema = z.object({
  case_no: z.string(),
  status: caseStatusSchema,
  item_slug: z.string(),
  chain: chainPlaceSchema,
  /** When it came to its end; null: it has not. */
  ended_at: z.date().nullable(),
});
type Member = z.infer<typeof memberSchema>;

export interface Togetherness {
  readonly chain: CaseInChain;
  /** Unix time in ms at which the last of those that it needed was over; null: it needed none, or still waits. */
  readonly freeSinceMs: number | null;
}

export interface PlacedCase {
  readonly caseNo: string;
  readonly status: CaseStatus;
  /** Null: an application by itself. */
  readonly place: ChainPlace | null;
}

/** By case number, for those that came in a chain. */
export async function togetherness(
  {
    pool,
    catalogue,
  }: { readonly pool: Pick<pg.Pool | pg.PoolClient, 'query'>; readonly catalogue: Catalogue },
  cases: readonly PlacedCase[],
): Promise<ReadonlyMap<string, Togetherness>> {
  const ids = new Set(cases.flatMap(({ place }) => (place ? [place.chainApplicationId] : [])));
  if (ids.size === 0) return new Map();
  const { rows } = await pool.query(
    `SELECT c.case_no, c.status, a.item_slug, a.chain,
       -- Not what comes behind the end: a delivery, or a revision that is only kept.
       (SELECT max(e.at) FROM case_event e
          WHERE e.cursor = c.cursor AND e.application_id = c.application_id AND e.to_status = ANY($2)
          AND e.from_status <> ALL($2)) AS ended_at
     FROM case_record c JOIN application a USING (application_id, revision)
     WHERE c.joins IS NULL AND a.chain IS NOT NULL AND a.chain ->> 'chainApplicationId' = ANY($1)`,
    [[...ids], overStatuses],
  );
  const members = rows.map((row) => memberSchema.parse(row));
  return new Map(
    cases.flatMap(({ caseNo, status, place }): [string, Togetherness][] =>
      place ? [[caseNo, togetherOf(catalogue, { place, status }, members)]] : [],
    ),
  );
}

function togetherOf(
  catalogue: Catalogue,
  { place, status }: { readonly place: ChainPlace; readonly status: CaseStatus },
  members: readonly Member[],
): Togetherness {
  const published = catalogue.chains.find(({ id }) => id === place.id);
  const needed = place.needs.map((order) => ({
    order,
    member: members.find(
      ({ chain }) => chain.chainApplicationId === place.chainApplicationId && chain.order === order,
    ),
  }));
  // One that has not come yet is on its way from the same station, and is waited for as well.
  const open = needed.filter(({ member }) => member === undefined || !isOver(member.status));
  const nameOf = ({ order, member }: (typeof needed)[number]): LocalizedText =>
    (member && catalogue.items.get(member.item_slug)?.item.name) ??
    published?.steps.find((step) => step.order === order)?.name ?? {
      zh: `第 ${String(order)} 项`,
      en: `Step ${String(order)}`,
    };
  const ends = needed.flatMap(({ member }) => (member?.ended_at ? [member.ended_at.getTime()] : []));
  return {
    chain: {
      id: place.id,
      name: published?.name ?? { zh: place.id, en: place.id },
      chainApplicationId: place.chainApplicationId,
      order: place.order,
      waitsFor: isUntouched(status) ? open.map(nameOf) : [],
    },
    freeSinceMs: open.length === 0 && ends.length > 0 ? Math.max(...ends) : null,
  };
}

/** The office has not decided whether it accepts. */
function isUntouched(status: CaseStatus): boolean {
  return status === '01' || status === '02';
}

const placedSchema = z.object({
  case_no: z.string(),
  status: caseStatusSchema,
  chain: chainPlaceSchema.nullable(),
});

/** What this case waits for, by name; nothing for one that waits for nothing, or is not there. */
export async function waitsFor(
  parts: { readonly pool: pg.Pool; readonly catalogue: Catalogue },
  caseNo: string,
): Promise<readonly LocalizedText[]> {
  const { rows } = await parts.pool.query(
    `SELECT c.case_no, c.status, a.chain FROM case_record c JOIN application a USING (application_id, revision)
     WHERE c.application_id = $1 AND c.case_no = $2 AND c.joins IS NULL`,
    [await applicationOf(parts.pool, caseNo), caseNo],
  );
  if (rows.length === 0) return [];
  const { status, chain: place } = placedSchema.parse(rows[0]);
  const found = await togetherness(parts, [{ caseNo, status, place }]);
  return found.get(caseNo)?.chain.waitsFor ?? [];
}
