import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { z } from 'zod';
import { departmentIdSchema } from '#contract/department.ts';
import type { Catalogue } from '../catalogue/load-catalogue.ts';
import { ensureQueue, openQueues } from './delivery-queue.ts';
import {
  decidedItems,
  giveItems,
  listDepartments,
  registerDepartment,
  revokeDepartment,
  setWebhook,
  takeItems,
  type ListedDepartment,
} from './departments.ts';
import { issueToken, revokeTokens } from './tokens.ts';
import type { AddressPolicy } from './webhook-address.ts';

/** `npm run platform -- department …`: what the operator does about departments (docs/operations/departments.md). */
export const departmentUsage = `npm run platform -- department register ID --zh NAME --en NAME
       npm run platform -- department items ID (SLUG... | --unit NAME)   what it decides from now on; --unit: all items that unit has now
       npm run platform -- department take ID SLUG...   the desk decides these again
       npm run platform -- department token ID [--days N]   shown once; good for a year
       npm run platform -- department revoke-token ID [--tail=XYZ]   one, by its last three characters, or all
       npm run platform -- department webhook ID (URL | --none)
       npm run platform -- department revoke ID --reason TEXT
       npm run platform -- department list`;

const DAYS_OF_A_YEAR = '365';
const MOST_DAYS = 1100;
/** Where an id stands in the list; an id has no parentheses. */
const DESKS = '(desk)';

const id = departmentIdSchema;
const slug = z.string().min(1).max(100);
const name = z.string().trim().min(1).max(60);
export const departmentOrderSchema = z.discriminatedUnion('what', [
  z.object({ what: z.literal('register'), operands: z.tuple([id]), zh: name, en: name }),
  z
    .object({ what: z.literal('items'), operands: z.tuple([id], slug), unit: name.optional() })
    .refine(({ operands, unit }) => (unit === undefined) === operands.length > 1),
  z.object({ what: z.literal('take'), operands: z.tuple([id, slug], slug) }),
  z.object({
    what: z.literal('token'),
    operands: z.tuple([id]),
    days: z.coerce.number().int().min(1).max(MOST_DAYS).default(Number(DAYS_OF_A_YEAR)),
  }),
  z.object({
    what: z.literal('revoke-token'),
    operands: z.tuple([id]),
    tail: z.string().length(3).optional(),
  }),
  z
    .object({
      what: z.literal('webhook'),
      operands: z.tuple([id], z.string().max(500)),
      none: z.literal(true).optional(),
    })
    .refine(({ operands, none }) => operands.length === (none === true ? 1 : 2)),
  z.object({
    what: z.literal('revoke'),
    operands: z.tuple([id]),
    reason: z.string().trim().min(3).max(200),
  }),
  z.object({ what: z.literal('list'), operands: z.tuple([]) }),
]);
export type DepartmentOrder = z.infer<typeof departmentOrderSchema>;

export interface OperatorParts {
  readonly pool: pg.Pool;
  readonly databaseUrl: string;
  readonly catalogue: Catalogue;
  readonly policy: AddressPolicy;
  readonly nowMs: number;
}

/** What is said to the operator; not `done`: nothing was changed. */
export interface Told {
  readonly done: boolean;
  readonly lines: readonly string[];
}

const done = (...lines: string[]): Told => ({ done: true, lines });
const refused = (line: string): Told => ({ done: false, lines: [line] });

export async function departmentCommand(order: DepartmentOrder, parts: OperatorParts): Promise<Told> {
  const { pool, nowMs } = parts;
  if (order.what === 'list') return done(...(await listLines(parts)));
  const [departmentId, ...rest] = order.operands;
  const unknown = refused(`${departmentId} is no department here, or was revoked`);
  switch (order.what) {
    case 'register': {
      const isNew = await registerDepartment(
        pool,
        { departmentId, name: { zh: order.zh, en: order.en } },
        nowMs,
      );
      return isNew ? done(`${departmentId} is registered`) : refused(`${departmentId} is taken`);
    }
    case 'items':
      return giveThem(departmentId, order.unit ?? null, rest, parts);
    case 'take': {
      const count = await takeItems(pool, departmentId, rest);
      return count === 0
        ? refused(`${departmentId} decides none of these`)
        : done(`${String(count)} items are the desk's from now on; open cases stay with ${departmentId}`);
    }
    case 'token': {
      const token = await issueToken(pool, { departmentId, days: order.days }, nowMs, randomBytes);
      return token === null ? unknown : done(token);
    }
    case 'revoke-token': {
      const count = await revokeTokens(pool, departmentId, order.tail ?? null, nowMs);
      return count === 0
        ? refused(`${departmentId} has no such token`)
        : done(`${String(count)} tokens of ${departmentId} are good no more`);
    }
    case 'webhook':
      return tellAt(departmentId, rest[0] ?? null, parts);
    case 'revoke':
      return (await revokeDepartment(pool, departmentId, order.reason, nowMs))
        ? done(
            `${departmentId} is revoked from now on; its open cases are for the desk, or who gets its items`,
          )
        : unknown;
    default: {
      const never: never = order;
      return never;
    }
  }
}

async function giveThem(
  departmentId: string,
  unit: string | null,
  named: readonly string[],
  { pool, catalogue, nowMs }: OperatorParts,
): Promise<Told> {
  const missing = named.filter((one) => !catalogue.items.has(one));
  if (missing.length > 0) return refused(`the catalogue has no ${missing.join(', ')}`);
  const slugs =
    unit === null
      ? named
      : [...catalogue.items.values()]
          .filter(({ item }) => item.department.zh === unit || item.department.en === unit)
          .map(({ item }) => item.slug);
  if (slugs.length === 0) return refused(`the catalogue has no item of ${unit ?? 'nobody'}`);
  const given = await giveItems({ pool, catalogue }, departmentId, slugs, nowMs);
  switch (given.kind) {
    case 'given':
      return done(
        `${departmentId} decides ${slugs.join(', ')}; ${String(given.openCases)} open cases came with them`,
      );
    case 'unknown':
      return refused(`${departmentId} is no department here, or was revoked`);
    case 'taken':
      return refused(`others decide ${given.slugs.join(', ')}; take these from them first`);
    default: {
      const never: never = given;
      return never;
    }
  }
}

/** The queue is there before the address: from then on each event makes a job in it. */
export async function tellAt(
  departmentId: string,
  url: string | null,
  { pool, databaseUrl, policy }: Pick<OperatorParts, 'pool' | 'databaseUrl' | 'policy'>,
): Promise<Told> {
  if (url !== null) {
    const problem = policy.problemOf(url);
    if (problem !== null) return refused(`${url} cannot be called: ${problem}`);
    const boss = openQueues(databaseUrl, { supervise: false });
    boss.on('error', () => undefined);
    await boss.start();
    try {
      await ensureQueue(boss, departmentId);
    } finally {
      await boss.stop({ graceful: false });
    }
  }
  if (!(await setWebhook(pool, departmentId, url)))
    return refused(`${departmentId} is no department here, or was revoked`);
  return done(
    url === null ? `${departmentId} is told nothing any more` : `${departmentId} is told at ${url}`,
  );
}

/** The departments, and in the end what is nobody's: an item that was published later belongs to no department by itself. */
async function listLines({ pool, catalogue, nowMs }: OperatorParts): Promise<string[]> {
  const decided = await decidedItems(pool);
  const nobodys = [...catalogue.items.keys()].filter((slug) => !decided.has(slug)).sort();
  const last = nobodys.length === 0 ? [] : [`${DESKS}  decided by no department  ${nobodys.join(' ')}`];
  return [...(await listDepartments(pool, nowMs)).map(lineOf), ...last];
}

function lineOf(row: ListedDepartment): string {
  const state =
    row.revoked_at === null
      ? `tokens: ${row.tokens.map((tail) => `…${tail}`).join(' ') || 'none'}`
      : `revoked ${row.revoked_at.toISOString()}`;
  const waits =
    row.waiting === 0
      ? 'nothing waits'
      : `${String(row.waiting)} wait since ${row.waiting_since?.toISOString() ?? ''}`;
  return [
    row.department_id,
    `${row.name.zh} (${row.name.en})`,
    state,
    row.items.join(' ') || 'no items',
    row.webhook_url ?? 'no address',
    waits,
  ].join('  ');
}
