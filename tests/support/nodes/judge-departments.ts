import type pg from 'pg';
import { z } from 'zod';
import { inboxKindSchema, type InboxEntry } from '#contract/department.ts';
import type { DepartmentBook } from './books.ts';

const entriesSchema = z.array(
  z.object({
    cursor: z.coerce.number().int(),
    department_id: z.string(),
    case_no: z.string(),
    ordinal: z.number().int(),
    kind: inboxKindSchema,
    status: z.string(),
  }),
);
type Stored = z.infer<typeof entriesSchema>[number];
const casesSchema = z.array(
  z.object({ case_no: z.string(), item_slug: z.string(), events: z.coerce.number().int() }),
);
type Case = z.infer<typeof casesSchema>[number];

/** Every event of each case that a department decides came to it, once in effect and in its order; and nothing else did. */
export async function judgeDepartments(pool: pg.Pool, books: readonly DepartmentBook[]): Promise<string[]> {
  const entries = await pool.query(
    'SELECT cursor, department_id, case_no, ordinal, kind, status FROM inbox_entry ORDER BY cursor',
  );
  // By the cases and not by the inbox: what never came into it is missed as well.
  const cases = await pool.query(
    `SELECT c.case_no, a.item_slug, (SELECT count(*) FROM case_event e WHERE e.cursor = c.cursor) AS events
     FROM case_record c JOIN application a USING (application_id, revision)`,
  );
  const stored = entriesSchema.parse(entries.rows);
  const all = casesSchema.parse(cases.rows);
  return books.flatMap((book) => [
    ...book.forged.map((why) => `${book.departmentId} was called by somebody else: ${why}`),
    ...againstInbox(
      book,
      stored.filter((row) => row.department_id === book.departmentId),
    ),
    ...againstCases(
      book,
      all.filter(({ item_slug }) => book.slugs.includes(item_slug)),
    ),
  ]);
}

function againstInbox({ departmentId, heard }: DepartmentBook, inbox: readonly Stored[]): string[] {
  const byCursor = new Map(inbox.map((row) => [row.cursor, row]));
  const known = new Set(heard.map(({ cursor }) => cursor));
  return [
    ...inbox
      .filter(({ cursor }) => !known.has(cursor))
      .map(({ cursor, case_no }) => `${departmentId} never heard of ${String(cursor)}, of ${case_no}`),
    ...heard
      .filter((entry) => !saysAs(entry, byCursor.get(entry.cursor)))
      .map(({ cursor }) => `${departmentId} heard ${String(cursor)}, which does not stand so in its inbox`),
  ];
}

function saysAs(entry: InboxEntry, row: Stored | undefined): boolean {
  return (
    row !== undefined &&
    [entry.departmentId, entry.caseNo, entry.ordinal, entry.kind, entry.status].join(' ') ===
      [row.department_id, row.case_no, row.ordinal, row.kind, row.status].join(' ')
  );
}

function againstCases(book: DepartmentBook, own: readonly Case[]): string[] {
  const { departmentId } = book;
  const ordinals = inEffect(book);
  const numbers = new Set(own.map(({ case_no }) => case_no));
  return [
    ...[...ordinals.keys()]
      .filter((caseNo) => !numbers.has(caseNo))
      .map((caseNo) => `${departmentId} heard of ${caseNo}, which is not its own`),
    ...own.flatMap(({ case_no, events }) => {
      const wanted = Array.from({ length: events }, (_, at) => at + 1).join(' ');
      const came = (ordinals.get(case_no) ?? []).join(' ');
      return came === wanted ? [] : [`${departmentId}: of ${case_no} came [${came}], it has [${wanted}]`];
    }),
  ];
}

/** By the case: its events as they came, without what came under a cursor that the department had already. */
function inEffect({ heard }: DepartmentBook): ReadonlyMap<string, readonly number[]> {
  const known = new Set<number>();
  const came = new Map<string, number[]>();
  for (const { cursor, caseNo, ordinal } of heard) {
    if (known.has(cursor)) continue;
    known.add(cursor);
    came.set(caseNo, [...(came.get(caseNo) ?? []), ordinal]);
  }
  return came;
}
