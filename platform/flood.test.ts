import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { connect } from './database/connect.ts';
import { startTestPostgres, type TestPostgres } from './database/for-tests.ts';
import {
  DESK_TOKEN,
  ORDINARY_PAYLOAD,
  TERMINAL,
  applicationId,
  call,
  submission,
  type Answer,
} from './for-tests.ts';
import { plantTerminals, signedBy } from './identity/for-tests.ts';
import type { Platform } from './server.ts';

/** What the statement that stores takes in the slow database. */
const SLOW_S = 0.2;
const SUBMISSIONS = 1_500;
const CHUNKS = 500;
const CHUNK_BYTES = 262_144;
/** 120 MB are there at rest, and 256 MiB is what a node takes on. */
const MOST_MEMORY_KB = 420 * 1024;

let postgres: TestPostgres;
let pool: pg.Pool;
let node: Platform & { readonly pid: number };

beforeAll(async () => {
  postgres = await startTestPostgres();
  const databaseUrl = await postgres.createDatabase();
  node = await startNode(databaseUrl);
  pool = connect(databaseUrl);
  await plantTerminals(databaseUrl, [TERMINAL]);
  await pool.query(`CREATE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN PERFORM pg_sleep(${String(SLOW_S)}); RETURN NEW; END $$`);
  for (const table of ['application', 'attachment_chunk']) {
    await pool.query(`CREATE TRIGGER slow BEFORE INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION slowly()`);
  }
}, 60_000);
afterAll(async () => {
  await node.close();
  await pool.end();
  await postgres.close();
});

const readySchema = z.object({ ready: z.object({ url: z.string() }) });

/** A process of its own: its memory is what is looked at. */
async function startNode(databaseUrl: string): Promise<Platform & { readonly pid: number }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'main.ts')], {
    env: { PATH: process.env['PATH'], DATABASE_URL: databaseUrl, YIZHAN_DESK_TOKEN: DESK_TOKEN },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  for await (const line of createInterface({ input: child.stdout })) {
    return {
      url: readySchema.parse(JSON.parse(line)).ready.url,
      pid: child.pid ?? 0,
      close: () => {
        child.kill('SIGTERM');
        return ended;
      },
    };
  }
  throw new Error('the node did not come up');
}

/** The most that the node ever held, in kB. */
const mostMemoryKb = () =>
  Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${String(node.pid)}/status`, 'utf8'))?.[1]);

const submitNow = (n: number, body: object = submission(ORDINARY_PAYLOAD)) =>
  call(`${node.url}/v1/applications/${applicationId(n)}/revisions/1`, {
    method: 'PUT',
    by: TERMINAL,
    nowMs: Date.now(),
    body,
  });

const bytes = randomBytes(CHUNK_BYTES);
const sha256 = createHash('sha256').update(bytes).digest('hex');

interface Told {
  readonly n: number;
  /** 0: the line was cut before there was an answer, as it is for whoever was not heard within the time limit of a request. */
  readonly status: number;
  readonly retryAfter: string | null;
}

const cut = { status: 0, retryAfter: null };

/** An attachment of one chunk. */
async function upload(n: number): Promise<Pick<Told, 'status' | 'retryAfter'>> {
  const url = `${node.url}/v1/applications/${applicationId(n)}/attachments/${sha256}/chunks?offset=0&byteCount=${String(CHUNK_BYTES)}`;
  const plain = { 'content-type': 'application/octet-stream' };
  const headers = signedBy(
    TERMINAL,
    { method: 'POST', url, headers: plain, body: bytes },
    { nowMs: Date.now() },
  );
  const response = await fetch(url, { method: 'POST', headers, body: bytes });
  await response.arrayBuffer();
  return { status: response.status, retryAfter: response.headers.get('retry-after') };
}

/** Asks one after the other until the flood is over. */
async function askAllTheWhile(isOver: () => boolean, ask: () => Promise<Answer>): Promise<Set<number>> {
  const statuses = new Set<number>();
  while (!isOver()) {
    const answer = await ask().catch(() => null);
    if (answer !== null) statuses.add(answer.status);
  }
  return statuses;
}

const idsSchema = z.array(z.object({ id: z.string() }));
const storedIds = async (table: 'application' | 'attachment') =>
  idsSchema
    .parse((await pool.query(`SELECT application_id::text AS id FROM ${table} ORDER BY 1`)).rows)
    .map(({ id }) => id);

/** Whoever was told that it is stored has it stored; whoever was turned away has nothing. */
function judge(told: readonly Told[], stored: readonly string[]): void {
  const there = new Set(stored);
  for (const { n, status } of told) {
    if (status === 200) expect(there, `${String(n)} was acknowledged`).toContain(applicationId(n));
    if (status === 429) expect(there, `${String(n)} was turned away`).not.toContain(applicationId(n));
  }
}

test('two thousand requests at once before a slow database: the node says 429 to most, does the rest whole, and answers who reads', async () => {
  // Connections are made at the first use, and on a machine that is busy that takes as long as a 503.
  await Promise.all(Array.from({ length: 20 }, () => submitNow(0, {})));
  let isOver = false;
  const health = askAllTheWhile(
    () => isOver,
    () => call(`${node.url}/v1/health`, {}),
  );
  const reading = askAllTheWhile(
    () => isOver,
    () => call(`${node.url}/v1/catalogue/items`, { by: TERMINAL, nowMs: Date.now() }),
  );
  const submissions = Array.from({ length: SUBMISSIONS }, (_, n) => n);
  const uploads = Array.from({ length: CHUNKS }, (_, n) => SUBMISSIONS + n);
  const [submitted, uploaded] = await Promise.all([
    Promise.all(
      submissions.map(async (n): Promise<Told> => {
        const answer = await submitNow(n).catch(() => null);
        if (answer === null) return { n, ...cut };
        return { n, status: answer.status, retryAfter: answer.headers.get('retry-after') };
      }),
    ),
    Promise.all(uploads.map(async (n): Promise<Told> => ({ n, ...(await upload(n).catch(() => cut)) }))),
  ]);
  isOver = true;
  // Their lines are their own: nobody there is turned away.
  for (const statuses of [await health, await reading]) {
    expect(statuses).toContain(200);
    expect(statuses).not.toContain(429);
  }

  const all = [...submitted, ...uploaded];
  const turnedAway = all.filter(({ status }) => status === 429);
  expect(turnedAway.length).toBeGreaterThan(0);
  for (const { retryAfter } of turnedAway) expect(retryAfter).toMatch(/^([2-9]|10)$/);
  // On a machine that hardly gets to work, the time limits of a request come first: nobody is told a falsehood then either.
  expect(all.filter(({ status }) => ![200, 429, 503, 408, 0].includes(status))).toEqual([]);
  judge(submitted, await storedIds('application'));
  judge(uploaded, await storedIds('attachment'));
  expect(mostMemoryKb()).toBeLessThan(MOST_MEMORY_KB);

  // Afterwards all is well, also for those who were turned away.
  await pool.query('DROP TRIGGER slow ON application');
  for (const { n } of submitted.filter(({ status }) => status !== 200).slice(0, 50))
    expect((await submitNow(n)).status).toBe(200);
}, 300_000);
