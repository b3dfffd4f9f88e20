import { connect as connectSocket, type Socket } from 'node:net';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { connect } from './database/connect.ts';
import { startTestPostgres, type TestPostgres } from './database/for-tests.ts';
import { call, DESK_TOKEN, startTestPlatform, TERMINAL } from './for-tests.ts';
import type { Platform } from './server.ts';

/** Whoever has neither a key nor a session keeps nobody else from being served. */

let postgres: TestPostgres;
let platform: Platform;
let pool: pg.Pool;
const sockets = new Set<Socket>();

beforeAll(async () => {
  postgres = await startTestPostgres();
  const databaseUrl = await postgres.createDatabase();
  platform = await startTestPlatform(databaseUrl, undefined, undefined, {
    connections: 10,
    requestsPerConnection: 5,
    memoryBytes: 64 * 1_048_576,
  });
  pool = connect(databaseUrl, 2);
}, 60_000);
afterEach(() => {
  for (const socket of sockets) socket.destroy();
  sockets.clear();
});
afterAll(async () => {
  await pool.end();
  await platform.close();
  await postgres.close();
}, 60_000);

interface Held {
  /** Of the answer, if there was one; null: it waits for the rest of the body. */
  status(): number | null;
}

/** Sends the head of a request and the first byte of its body, and goes silent. */
async function hold(head: readonly string[], firstByte: string): Promise<Held> {
  const { hostname, port } = new URL(platform.url);
  const socket = connectSocket(Number(port), hostname);
  sockets.add(socket);
  socket.on('error', () => undefined); // the end of a test cuts it
  let received = '';
  socket.setEncoding('utf8').on('data', (text: string) => (received += text));
  await new Promise<void>((resolve) => {
    socket.write([...head, '', firstByte].join('\r\n'), () => resolve());
  });
  return {
    status: () => {
      const status = /^HTTP\/1\.1 (\d{3})/.exec(received)?.[1];
      return status === undefined ? null : Number(status);
    },
  };
}

const holdMany = (count: number, head: readonly string[], firstByte: string): Promise<Held[]> =>
  Promise.all(Array.from({ length: count }, () => hold(head, firstByte)));

const waitingOf = (held: readonly Held[]): number => held.filter((one) => one.status() === null).length;

/** A busy machine takes its time over a thousand sockets. */
const PATIENTLY = { timeout: 30_000 } as const;

const HOST = 'Host: 127.0.0.1';
const CHUNKED = ['Content-Type: application/json', 'Transfer-Encoding: chunked'];
const A_BYTE = '1\r\n{\r\n';
const form = (byteCount: number) => [
  'Content-Type: application/x-www-form-urlencoded',
  `Content-Length: ${String(byteCount)}`,
];

/** Of a resident at the screen, of the outbox, of the balancer and of an official: what must go on. */
async function othersAreServed(): Promise<void> {
  const items = await call(`${platform.url}/v1/catalogue/items`, { by: TERMINAL });
  expect(items.status).toBe(200);
  const progress = await call(`${platform.url}/v1/cases/progress`, {
    method: 'POST',
    by: TERMINAL,
    body: { by: 'card', personNumber: '999901194503120014' },
  });
  expect(progress.status).toBe(200);
  // It is refused for what it says, and not for want of room.
  const put = await call(`${platform.url}/v1/applications/01995b00-0000-7000-8000-000000000001/revisions/1`, {
    method: 'PUT',
    by: TERMINAL,
    body: {},
  });
  expect(put.status).toBe(400);
  expect((await call(`${platform.url}/v1/health`, {})).status).toBe(200);
  expect((await call(`${platform.url}/desk/sign-in`, {})).status).toBe(200);
}

test.each(['/v1/terminals/enrol', '/v1/terminals/key'])(
  'a thousand newcomers who hold their bodies back at %s shut nobody out',
  async (path) => {
    const head = [`POST ${path} HTTP/1.1`, HOST, 'Signature: x'];
    const long = await holdMany(500, [...head, ...CHUNKED], A_BYTE);
    const short = await holdMany(500, [...head, 'Content-Type: application/json', 'Content-Length: 9'], '{');
    // As many as there is room for; the others have their answer.
    await expect.poll(() => waitingOf([...long, ...short]), PATIENTLY).toBeLessThan(200);
    await othersAreServed();
  },
);

test('calls of a made-up signature that announce a megabyte each take no memory of anybody', async () => {
  await holdMany(
    300,
    [
      'POST /v1/cases/progress HTTP/1.1',
      HOST,
      'Signature: x',
      'Content-Type: application/json',
      'Content-Length: 1048576',
    ],
    '{',
  );
  await othersAreServed();
});

test('forms that strangers hold back are bounded, and turned away with a page that says what to do', async () => {
  const held = await holdMany(300, ['POST /desk/sign-in HTTP/1.1', HOST, ...form(60_000)], 'a');
  // With a cookie that looks like one of a session, and is none.
  const cookie = `Cookie: yizhan_official=${'x'.repeat(43)}`;
  const dressed = await holdMany(
    100,
    ['POST /desk/cases/1/acts/reply HTTP/1.1', HOST, cookie, ...form(700_000)],
    'a',
  );
  await expect.poll(() => waitingOf([...held, ...dressed]), PATIENTLY).toBeLessThan(20);
  await othersAreServed();
  expect(new Set([...held, ...dressed].map((one) => one.status()))).toEqual(new Set([null, 429]));

  for (const [lang, says] of [
    ['zh', '平台现在很忙'],
    ['en', 'very busy'],
  ] as const) {
    const page = await call(`${platform.url}/desk/sign-in?lang=${lang}`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: `a=${'x'.repeat(60_000)}`,
    });
    expect(page.status).toBe(429);
    expect(page.headers.get('content-type')).toContain('text/html');
    expect(page.headers.get('retry-after')).toMatch(/^([2-9]|10)$/);
    expect(page.text).toContain(says);
    expect(page.text).toContain(`lang="${lang === 'zh' ? 'zh-CN' : 'en'}"`);
  }
});

test('before a session’s cookie came, a form is 64 KiB at most', async () => {
  const send = (byteCount: number, headers: Record<string, string>) =>
    call(`${platform.url}/desk/sign-in`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
      body: `a=${'x'.repeat(byteCount)}`,
    });
  // Those who were cut are forgotten by now.
  await expect.poll(async () => (await send(60_000, {})).status, PATIENTLY).toBe(403);
  expect((await send(70_000, {})).status).toBe(413);
  expect((await send(70_000, { cookie: `yizhan_official=${'x'.repeat(43)}` })).status).toBe(403);
});

const deskCookie = async (): Promise<string> => {
  const opened = await call(`${platform.url}/?token=${DESK_TOKEN}`, {});
  return opened.headers.get('set-cookie')?.split(';')[0] ?? '';
};

test('one evaluation runs at a time, whoever wants the same gets it, and residents’ connections stay theirs', async () => {
  const cookie = await deskCookie();
  const client = await pool.connect();
  await client.query('BEGIN; LOCK TABLE case_event IN ACCESS EXCLUSIVE MODE');
  const evaluation = (query: string) =>
    call(`${platform.url}/evaluation?from=2026-11-01&until=${query}`, { headers: { cookie } });
  const same = Array.from({ length: 4 }, () => evaluation('2026-11-20'));
  // It has begun, and waits for the table.
  for (;;) {
    const { rowCount } = await pool.query(
      `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%WITH items AS%'`,
    );
    if (rowCount === 1) break;
  }
  const other = await evaluation('2026-11-21&lang=en');
  expect(other.status).toBe(429);
  expect(other.text).toContain('very busy');
  expect(other.headers.get('retry-after')).toMatch(/^([2-9]|10)$/);
  const byToken = await call(`${platform.url}/v1/evaluation?from=2026-11-01&until=2026-11-19`, {
    by: DESK_TOKEN,
  });
  expect(byToken).toMatchObject({ status: 429, json: { code: 'PLATFORM_BUSY' } });
  expect(byToken.headers.get('retry-after')).toMatch(/^([2-9]|10)$/);
  const items = await Promise.all(
    Array.from({ length: 5 }, () => call(`${platform.url}/v1/catalogue/items`, { by: TERMINAL })),
  );
  expect(new Set(items.map(({ status }) => status))).toEqual(new Set([200]));
  await client.query('ROLLBACK');
  client.release();
  expect((await Promise.all(same)).map(({ status }) => status)).toEqual([200, 200, 200, 200]);
  expect((await evaluation('2026-11-21')).status).toBe(200);
}, 30_000);
