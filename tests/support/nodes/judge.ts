import { createHash } from 'node:crypto';
import type pg from 'pg';
import { z } from 'zod';
import type { Books } from './books.ts';
import { judgeDepartments } from './judge-departments.ts';

const applicationSchema = z.array(
  z.object({ key: z.string(), payload_sha256: z.string(), case_no: z.string().nullable() }),
);
const casesSchema = z.array(z.object({ case_no: z.string(), application_id: z.string() }));
const eventsSchema = z.array(
  z.object({ case_no: z.string(), ordinals: z.array(z.number().int()), desk: z.array(z.string()) }),
);
const chunkSchema = z.array(z.object({ bytes: z.instanceof(Uint8Array) }));

/** What the database has, held against what everybody was told. Empty: the books agree. */
export async function judgeNodes(pool: pg.Pool, books: Books): Promise<string[]> {
  return [
    ...books.wrong,
    ...(await applications(pool, books)),
    ...(await cases(pool, books)),
    ...(await histories(pool, books)),
    ...(await attachments(pool, books)),
    ...(await judgeDepartments(pool, books.departments)),
  ];
}

async function applications(pool: pg.Pool, books: Books): Promise<string[]> {
  const { rows } = await pool.query(
    `SELECT a.application_id || '/' || a.revision AS key, a.payload_sha256, c.case_no
     FROM application a LEFT JOIN case_record c ON c.application_id = a.application_id`,
  );
  const stored = applicationSchema.parse(rows);
  const wrong = stored.flatMap(({ key, payload_sha256, case_no }) => {
    const told = books.acknowledged.get(key);
    if (told === undefined) return [`${key} is stored, and its terminal does not know`];
    if (told.payloadSha256 !== payload_sha256) return [`${key} is stored with other content`];
    return told.caseNo === case_no ? [] : [`${key} was told ${told.caseNo} and is ${case_no ?? 'no case'}`];
  });
  const keys = new Set(stored.map(({ key }) => key));
  const lost = [...books.acknowledged.keys()].filter((key) => !keys.has(key));
  return [
    ...wrong,
    ...lost.map((key) => `${key} was acknowledged and is lost`),
    ...twice(stored.map(({ key }) => key)).map((key) => `${key} belongs to two cases`),
  ];
}

async function cases(pool: pg.Pool, books: Books): Promise<string[]> {
  const { rows } = await pool.query(
    'SELECT case_no, application_id::text AS application_id FROM case_record',
  );
  const stored = casesSchema.parse(rows);
  const numbers = new Set(stored.map(({ case_no }) => case_no));
  return [
    ...twice(stored.map(({ case_no }) => case_no)).map((number) => `${number} was given twice`),
    ...twice(stored.map(({ application_id }) => application_id)).map((id) => `${id} has two cases`),
    ...books.read.flatMap((read, reader) => [
      ...twice(read).map((number) => `reader ${String(reader)} saw ${number} twice`),
      ...[...numbers]
        .filter((number) => !read.includes(number))
        .map((number) => `reader ${String(reader)} missed ${number}`),
      ...read
        .filter((number) => !numbers.has(number))
        .map((number) => `reader ${String(reader)} saw ${number}, which is not there`),
    ]),
  ];
}

/** Each act of the office once, in its order, and no gap in what happened to a case. */
async function histories(pool: pg.Pool, books: Books): Promise<string[]> {
  const { rows } = await pool.query(
    `SELECT c.case_no, array_agg(e.ordinal ORDER BY e.ordinal) AS ordinals,
       coalesce(array_agg(e.to_status ORDER BY e.ordinal) FILTER (WHERE e.actor = 'desk'), '{}') AS desk
     FROM case_record c JOIN case_event e USING (cursor) GROUP BY c.case_no`,
  );
  return eventsSchema.parse(rows).flatMap(({ case_no, ordinals, desk }) => {
    const done = (books.acts.get(case_no) ?? []).join(' ');
    return [
      ...(ordinals.every((ordinal, at) => ordinal === at + 1) ? [] : [`${case_no} has a gap in its history`]),
      ...(desk.join(' ') === done
        ? []
        : [`${case_no}: the office did [${done}], there is [${desk.join(' ')}]`]),
    ];
  });
}

async function attachments(pool: pg.Pool, books: Books): Promise<string[]> {
  const wrong: string[] = [];
  for (const { applicationId, sha256 } of books.attachments) {
    const { rows } = await pool.query(
      `SELECT chunk.bytes FROM case_attachment named JOIN attachment_chunk chunk USING (application_id, terminal_id, sha256)
       WHERE application_id = $1 AND sha256 = $2 ORDER BY chunk.start_byte`,
      [applicationId, sha256],
    );
    const hash = createHash('sha256');
    for (const { bytes } of chunkSchema.parse(rows)) hash.update(bytes);
    if (hash.digest('hex') !== sha256) wrong.push(`an attachment of ${applicationId} is not whole`);
  }
  return wrong;
}

function twice(values: readonly string[]): string[] {
  const seen = new Set<string>();
  return values.filter((value) => seen.size === seen.add(value).size);
}
