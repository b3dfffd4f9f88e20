import type pg from 'pg';
import { inboxPageSchema, type InboxEntry } from '#contract/department.ts';
import { connect } from '#platform/database/connect.ts';
import { openQueues, queueOf } from '#platform/departments/delivery-queue.ts';
import { operate, plugIn, startReceiver, takes, type Receiver } from '#platform/departments/for-tests.ts';
import { call } from '#platform/for-tests.ts';
import { seeded } from '../seeded.ts';
import type { Books, DepartmentBook } from './books.ts';
import { insist, pause } from './insist.ts';
import { decide, LOOK_EVERY_MS, type ReaderParts } from './office.ts';

/** Who decides what: the desk, a department that asks for its inbox, and one that is called. */
export const itemsOf = {
  desk: 'elderly-allowance',
  asking: 'senior-card',
  called: 'temporary-assistance',
} as const;

/** How departments fail, as shares of what comes to them. */
const SHARE = {
  /** An asking one forgets where it was, and begins again behind what it has acknowledged. */
  forgets: 0.2,
  acknowledges: 0.4,
  /** A called one has a bad moment and has understood nothing; */
  answers500: 0.1,
  hangs: 0.02,
  /** or has understood and the line is cut before the platform hears so. */
  isCut: 0.15,
} as const;

/** In place of half a minute to an hour, so that a proof of minutes meets as much as a department in a month. Longer than a call: 10 s. */
const HASTE = { retryBackoff: true, retryDelay: 1, retryDelayMax: 4, expireInSeconds: 12 } as const;
const PAGE = 7;
/** Until the last one has been told; behind it the judge says what was not. */
const TOLD_WITHIN_MS = 120_000;

export interface PlayedDepartments {
  /** When nothing is sent any more: returns when they have everything, or too long has passed. */
  end(): Promise<void>;
}

interface Plan {
  /** Of all nodes. */
  readonly url: string;
  readonly databaseUrl: string;
  readonly seed: number;
  readonly books: Books;
}

/** Registers two departments as the operator does, and sets them to work. The nodes are up. */
export async function plugInDepartments({ url, databaseUrl, seed, books }: Plan): Promise<PlayedDepartments> {
  const pool = connect(databaseUrl);
  const operator = { pool, databaseUrl, nowMs: Date.now() };
  const opened = async (departmentId: 'asking' | 'called', number: number): Promise<Officer> => {
    const slugs = [itemsOf[departmentId]];
    const by = await plugIn(operator, departmentId, slugs);
    const book: DepartmentBook = { departmentId, slugs, heard: [], forged: [] };
    books.departments.push(book);
    return openOfficer({ url, by, random: seeded(seed + number), books }, book);
  };
  const [asking, called] = [await opened('asking', 1), await opened('called', 2)];
  const receiver = await startReceiver(
    () => url,
    () => Date.now(),
  );
  receiver.habit = badHabits(called, seeded(seed + 3));
  await operate(operator, 'webhook', ['called', receiver.url]);
  await hasten(databaseUrl);
  let isAllSent = false;
  const asks = ask(asking, seeded(seed + 4), () => isAllSent);
  return {
    end: async () => {
      isAllSent = true;
      receiver.habit = taking(called);
      await asks;
      await untilAllIsTold(pool, called);
      called.book.forged.push(...receiver.forged);
      await receiver.close();
      await pool.end();
    },
  };
}

async function hasten(databaseUrl: string): Promise<void> {
  const boss = openQueues(databaseUrl, { supervise: false });
  boss.on('error', () => undefined);
  await boss.start();
  await boss.updateQueue(queueOf('called'), HASTE);
  await boss.stop({ graceful: false });
}

interface Officer {
  readonly parts: ReaderParts;
  readonly book: DepartmentBook;
  /** Notes what came; what is new by its cursor is done, one after the other. */
  take(entry: InboxEntry): void;
  /** What was taken so far is done. */
  rest(): Promise<void>;
}

function openOfficer(parts: ReaderParts, book: DepartmentBook): Officer {
  const known = new Set<number>();
  let work = Promise.resolve();
  return {
    parts,
    book,
    take: (entry) => {
      book.heard.push(entry);
      if (known.has(entry.cursor)) return;
      known.add(entry.cursor);
      if (entry.kind === 'new') work = work.then(() => decide(parts, entry.caseNo));
    },
    rest: () => work,
  };
}

/** Asks for its inbox until nothing more can come. */
async function ask(
  { parts, take, rest }: Officer,
  random: () => number,
  isAllSent: () => boolean,
): Promise<void> {
  const { url, by, books } = parts;
  const inbox = `${url}/v1/inbox`;
  const acknowledge = (cursor: number) =>
    insist(books, random, () => call(`${inbox}/acknowledgements`, { method: 'POST', by, body: { cursor } }));
  for (let after: number | null = null; ;) {
    const wasOver = isAllSent();
    if (wasOver) await rest();
    const from = after === null ? '' : `&after=${String(after)}`;
    const { answer } = await insist(books, random, () =>
      call(`${inbox}?limit=${String(PAGE)}${from}`, { by }),
    );
    const { entries, cursor, acknowledged } = inboxPageSchema.parse(answer.json);
    for (const entry of entries) take(entry);
    const chance = random();
    if (entries.length === 0) {
      if (acknowledged < cursor) await acknowledge(cursor);
      else if (wasOver) return;
      after = null;
      await pause(LOOK_EVERY_MS);
    } else if (chance < SHARE.forgets) after = null;
    else {
      after = cursor;
      if (chance < SHARE.forgets + SHARE.acknowledges) await acknowledge(cursor);
    }
  }
}

function taking(officer: Officer): Receiver['habit'] {
  return (entry, request, response) => {
    officer.take(entry);
    takes(entry, request, response);
  };
}

function badHabits(officer: Officer, random: () => number): Receiver['habit'] {
  return (entry, request, response) => {
    const chance = random();
    if (chance < SHARE.answers500) response.writeHead(500).end();
    else if (chance < SHARE.answers500 + SHARE.hangs) return;
    else if (chance < SHARE.answers500 + SHARE.hangs + SHARE.isCut) {
      officer.take(entry);
      request.socket.destroy();
    } else taking(officer)(entry, request, response);
  };
}

/** Its own acts come back to it as entries: it is over when it rests and nothing is left to tell. */
async function untilAllIsTold(pool: pg.Pool, { book, rest }: Officer): Promise<void> {
  for (const endMs = Date.now() + TOLD_WITHIN_MS; Date.now() < endMs; await pause(LOOK_EVERY_MS)) {
    await rest();
    const heard = book.heard.length;
    const { rows } = await pool.query(
      'SELECT 1 FROM inbox_entry WHERE department_id = $1 AND told_at IS NULL LIMIT 1',
      [book.departmentId],
    );
    if (rows.length === 0 && book.heard.length === heard) return;
  }
}
