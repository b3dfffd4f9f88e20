import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestPostgres, type TestPostgres } from './database/for-tests.ts';
import {
  DESK_TOKEN,
  ORDINARY_PAYLOAD,
  OTHER_TERMINAL,
  SISTER_TERMINAL,
  TERMINAL,
  acknowledged,
  applicationId,
  call,
  listCases,
  payload,
  startTestPlatform,
  submission,
  submit,
} from './for-tests.ts';
import type { Platform } from './server.ts';

let postgres: TestPostgres;
let databaseUrl: string;
let platform: Platform;

beforeAll(async () => {
  postgres = await startTestPostgres();
  databaseUrl = await postgres.createDatabase();
  platform = await startTestPlatform(databaseUrl);
}, 60_000);

afterAll(async () => {
  await platform.close();
  await postgres.close();
});

test('a submission becomes a case in status 02 with a number of the day in China', async () => {
  const sent = submission(ORDINARY_PAYLOAD);
  const answer = await submit(platform, 1, sent);
  expect(answer.status).toBe(200);
  const { caseNo, ...rest } = acknowledged(answer);
  expect(caseNo).toMatch(/^BJ20261122\d{8}$/);
  expect(rest).toEqual({
    applicationId: applicationId(1),
    revision: 1,
    status: '02',
    receivedAt: '2026-11-21T17:30:00.000Z',
    payloadSha256: sent.payloadSha256,
  });
  const full = await call(`${platform.url}/v1/cases/${caseNo}`, { by: DESK_TOKEN });
  expect(full.json).toEqual({ ...sent, caseNo, status: '02' });
});

test('a guide that residents find wrong is on the desk’s list, each report counted once', async () => {
  const report = (n: number, error: string) => ({
    reportId: `00000000-0000-4000-8000-00000000000${n}`,
    slug: 'elderly-allowance',
    version: '1',
    error,
    reportedAt: '2026-11-21T02:00:00.000Z',
  });
  const send = (body: unknown) =>
    call(`${platform.url}/v1/catalogue/guide-reports`, { method: 'POST', by: TERMINAL, body });
  for (const body of [report(1, 'phone'), report(1, 'phone'), report(2, 'phone'), report(3, 'fee')])
    expect(await send(body)).toMatchObject({ status: 200, json: { reportId: body.reportId } });
  expect((await send(report(4, 'my neighbour'))).status).toBe(400);
  const listed = await call(`${platform.url}/v1/catalogue/guide-errors`, { by: DESK_TOKEN });
  expect(listed.json).toMatchObject({
    errors: [
      { slug: 'elderly-allowance', version: '1', error: 'phone', count: 2 },
      { slug: 'elderly-allowance', version: '1', error: 'fee', count: 1 },
    ],
  });
  expect((await call(`${platform.url}/v1/catalogue/guide-errors`, { by: TERMINAL })).status).toBe(401);
});

test('of a hundred concurrent duplicates one is stored and all get its acknowledgement', async () => {
  const before = await listCases(platform, '?limit=1000');
  const sent = submission(ORDINARY_PAYLOAD);
  const answers = await Promise.all(Array.from({ length: 100 }, () => submit(platform, 2, sent)));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect(await listCases(platform, '?limit=1000')).toHaveLength(before.length + 1);
});

test('another payload under the same key is a conflict that names the stored hash and changes nothing', async () => {
  const first = submission(ORDINARY_PAYLOAD);
  const second = submission(payload({ applicantName: '张建中' }));
  const stored = await submit(platform, 3, first);
  const refused = await submit(platform, 3, second);
  expect(refused.status).toBe(409);
  expect(refused.json).toMatchObject({ code: 'CONFLICT', data: { storedSha256: first.payloadSha256 } });
  expect((await submit(platform, 3, first)).text).toBe(stored.text);
});

test('of two payloads racing for one key exactly one wins', async () => {
  const bodies = [submission(ORDINARY_PAYLOAD), submission(payload({ applicantName: '张建中' }))];
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => submit(platform, 4, bodies[index % 2])),
  );
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
  expect(answers.filter(({ status }) => status === 409)).toHaveLength(10);
});

test('revisions of an application are one case, also when they come at once', async () => {
  const body = submission(ORDINARY_PAYLOAD);
  const numbers = await Promise.all(
    [2, 1, 3, 4, 5].map(async (revision) => {
      const url = `${platform.url}/v1/applications/${applicationId(5)}/revisions/${String(revision)}`;
      return acknowledged(await call(url, { method: 'PUT', by: TERMINAL, body })).caseNo;
    }),
  );
  expect(new Set(numbers).size).toBe(1);
});

test('a hash that is not the payload’s is refused and stores nothing', async () => {
  const body = { ...submission(ORDINARY_PAYLOAD), payloadSha256: 'a'.repeat(64) };
  const answer = await submit(platform, 6, body);
  expect(answer.status).toBe(400);
  expect(answer.json).toMatchObject({ data: { reason: 'payloadSha256 is not the hash of payload' } });
  const look = `${platform.url}/v1/applications/${applicationId(6)}/revisions/1`;
  expect((await call(look, { by: TERMINAL })).status).toBe(404);
});

test('a look-up finds what was acknowledged, for terminals of its station only', async () => {
  const stored = await submit(platform, 7, submission(ORDINARY_PAYLOAD));
  const url = `${platform.url}/v1/applications/${applicationId(7)}/revisions/1`;
  expect((await call(url, { by: TERMINAL })).json).toEqual(stored.json);
  expect((await call(url, { by: SISTER_TERMINAL })).json).toEqual(stored.json);
  expect((await call(url, { by: OTHER_TERMINAL })).status).toBe(404);
});

test('a terminal cannot submit for another station, nor take a key of it', async () => {
  expect((await submit(platform, 8, submission(ORDINARY_PAYLOAD), OTHER_TERMINAL)).status).toBe(400);
  await submit(platform, 8, submission(ORDINARY_PAYLOAD));
  const own = { ...submission(ORDINARY_PAYLOAD), terminalId: 'T-02', stationId: OTHER_TERMINAL.stationId };
  expect((await submit(platform, 8, own, OTHER_TERMINAL)).status).toBe(409);
});

test('another terminal of the station brings what a broken one took, and it stays the broken one’s', async () => {
  const sent = submission(ORDINARY_PAYLOAD);
  const brought = await submit(platform, 13, sent, SISTER_TERMINAL);
  expect(brought.status).toBe(200);
  expect((await submit(platform, 13, sent)).text).toBe(brought.text);
  expect((await submit(platform, 13, { ...sent, terminalId: 'T-03' }, SISTER_TERMINAL)).status).toBe(409);
  const full = await call(`${platform.url}/v1/cases/${acknowledged(brought).caseNo}`, { by: DESK_TOKEN });
  expect(full.json).toMatchObject({ terminalId: 'T-01' });
  const { connect } = await import('./database/connect.ts');
  const pool = connect(databaseUrl);
  const { rows } = await pool.query(
    'SELECT terminal_id, forwarded_by FROM application WHERE application_id = $1',
    [applicationId(13)],
  );
  await pool.end();
  expect(rows).toEqual([{ terminal_id: 'T-01', forwarded_by: 'T-03' }]);
});

test('SQL and HTML in a text come back as the same text, and the page shows none of it', async () => {
  const hostile = "'); DROP TABLE application; -- <script>alert(1)</script> \u{20000}𠮷 ${x} \\' %00";
  const sent = submission(payload({ note: hostile }));
  const { caseNo } = acknowledged(await submit(platform, 9, { ...sent, itemVersion: '<img src=x>' }));
  const full = await call(`${platform.url}/v1/cases/${caseNo}`, { by: DESK_TOKEN });
  expect(full.json).toMatchObject({ payload: { answers: { note: hostile } }, itemVersion: '<img src=x>' });
  const page = await call(`${platform.url}/?token=${DESK_TOKEN}`, {});
  expect(page.text).toContain(caseNo);
  expect(page.text).not.toMatch(/<script|<img|张建国|999901194503120014/);
});

test.each([
  ['U+0000', 'a\0b'],
  ['half a surrogate pair', 'a\ud800b'],
])('%s, which the database cannot hold, is refused as the sender’s fault', async (_name, text) => {
  const answer = await submit(platform, 10, submission(payload({ note: text })));
  expect(answer.status).toBe(400);
  expect(answer.json).toMatchObject({ code: 'BAD_REQUEST' });
});

test('whoever reads page after page while others write sees every case once, in order', async () => {
  const seen: number[] = [];
  let written = 0;
  const last = (await listCases(platform, '?limit=1000')).at(-1)?.cursor ?? 0;
  const writers = Promise.all(
    Array.from({ length: 60 }, async (_, index) => {
      await submit(platform, 1000 + index, submission(ORDINARY_PAYLOAD));
      written += 1;
    }),
  );
  let after = last;
  while (written < 60 || seen.length < 60) {
    const page = await listCases(platform, `?after=${String(after)}&limit=7`);
    if (page.length === 0 && written === 60) break;
    seen.push(...page.map(({ cursor }) => cursor));
    after = page.at(-1)?.cursor ?? after;
  }
  await writers;
  expect(new Set(seen).size).toBe(60);
  expect(seen).toEqual([...seen].sort((a, b) => a - b));
});

test('a reader waits for a writer in between instead of passing it', async () => {
  const { connect } = await import('./database/connect.ts');
  const { WRITERS_BEGIN } = await import('./cases/cursor-lock.ts');
  const { casesAfter } = await import('./cases/read-cases.ts');
  const pool = connect(databaseUrl);
  const slow = await pool.connect();
  try {
    await slow.query(WRITERS_BEGIN);
    const { rows } = await slow.query("SELECT nextval('case_cursor')::int AS cursor");
    const mine: number = rows[0].cursor;
    const id = applicationId(2000);
    await slow.query(
      `INSERT INTO application SELECT $1, 1, terminal_id, station_id, receipt_no, item_slug, item_version,
       payload_sha256, received_at, stored_at, submission FROM application LIMIT 1`,
      [id],
    );
    await slow.query("INSERT INTO case_record VALUES ($1, 'BJ-slow', $2, 1, '02')", [mine, id]);
    // A later number is asked for at once; whichever comes first, the reader may not see it without ours.
    const later = submit(platform, 2001, submission(ORDINARY_PAYLOAD));
    const read = casesAfter(pool, mine - 1, 10);
    await slow.query('SELECT pg_sleep(0.1)');
    await slow.query('COMMIT');
    expect((await read)[0]?.cursor).toBe(mine);
    expect((await later).status).toBe(200);
  } finally {
    slow.release();
    await pool.end();
  }
});

test('after a restart of the database the platform says 503, then works on with every case', async () => {
  const before = await listCases(platform, '?limit=1000');
  const old = platform;
  await postgres.restart();
  const away = await submit(old, 11, submission(ORDINARY_PAYLOAD)); // its port is gone for good
  expect(away.status).toBe(503);
  expect(away.json).toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  await old.close();
  platform = await startTestPlatform(postgres.urlNow(databaseUrl));
  expect(await listCases(platform, '?limit=1000')).toEqual(before);
  const again = await submit(platform, 2, submission(ORDINARY_PAYLOAD));
  expect(before.map(({ caseNo }) => caseNo)).toContain(acknowledged(again).caseNo);
});

test('the hash is over the canonical form, so the order of keys does not matter', async () => {
  const content = payload({ b: '2', a: '1' });
  const reordered = { ...content, answers: { a: '1', b: '2' } };
  const sha = submission(content).payloadSha256;
  expect(createHash('sha256').update(JSON.stringify(content)).digest('hex')).not.toBe(sha);
  expect((await submit(platform, 12, { ...submission(content), payload: reordered })).status).toBe(200);
});
