import { randomBytes } from 'node:crypto';
import { connect as connectSocket } from 'node:net';
import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { MAX_ATTACHMENTS, MAX_CHUNK_BYTES, MIN_CHUNK_BYTES } from '#contract/attachment.ts';
import { connect } from '../database/connect.ts';
import { startTestPostgres, type TestPostgres } from '../database/for-tests.ts';
import {
  DESK_TOKEN,
  ORDINARY_PAYLOAD,
  OTHER_TERMINAL,
  SISTER_TERMINAL,
  TERMINAL,
  TEST_NOW_MS,
  acknowledged,
  applicationId,
  call,
  listCases,
  startTestPlatform,
  submission,
  submit,
  type Answer,
  type By,
} from '../for-tests.ts';
import { signedBy } from '../identity/for-tests.ts';
import type { Platform } from '../server.ts';
import { abandonedDelays, forgetAbandoned } from './forget-abandoned.ts';
import { appendTo, attachmentUrl, sha256, withAttachments, type Sent } from './for-tests.ts';
import { chunksOf } from './upload.ts';

let postgres: TestPostgres;
let pool: pg.Pool;
let platform: Platform;

beforeAll(async () => {
  postgres = await startTestPostgres();
  const databaseUrl = await postgres.createDatabase();
  platform = await startTestPlatform(databaseUrl);
  pool = connect(databaseUrl);
}, 60_000);

afterAll(async () => {
  await pool.end();
  await platform.close();
  await postgres.close();
});

const pathOf = (n: number, hash: string) => attachmentUrl(platform.url, n, hash);

const statusOf = (n: number, bytes: Uint8Array, by: By = TERMINAL) => call(pathOf(n, sha256(bytes)), { by });

const append = (n: number, whole: Uint8Array, from: number, to: number, sent: Sent = {}): Promise<Answer> =>
  appendTo(platform.url, n, { whole, from, to }, sent);

async function upload(n: number, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; at += MAX_CHUNK_BYTES) {
    expect((await append(n, bytes, at, at + MAX_CHUNK_BYTES)).status).toBe(200);
  }
}

async function stored(n: number, hash: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  const key = { applicationId: applicationId(n), terminalId: 'T-01', sha256: hash };
  for await (const bytes of chunksOf(pool, key)) chunks.push(bytes);
  return Buffer.concat(chunks);
}

test('an attachment in chunks, then its submission, is a case that holds every byte', async () => {
  const picture = randomBytes(MAX_CHUNK_BYTES * 2 + 777);
  expect((await statusOf(1, picture)).status).toBe(404);
  const first = await append(1, picture, 0, MAX_CHUNK_BYTES);
  expect(first.json).toEqual({ receivedBytes: MAX_CHUNK_BYTES, isComplete: false });
  expect((await statusOf(1, picture)).json).toEqual(first.json);
  await append(1, picture, MAX_CHUNK_BYTES, 2 * MAX_CHUNK_BYTES);
  const last = await append(1, picture, 2 * MAX_CHUNK_BYTES, picture.length);
  expect(last.json).toEqual({ receivedBytes: picture.length, isComplete: true });

  const payload = withAttachments(picture);
  const answer = await submit(platform, 1, submission(payload));
  expect(answer.status).toBe(200);
  expect((await stored(1, sha256(picture))).equals(picture)).toBe(true);
  const full = await call(`${platform.url}/v1/cases/${acknowledged(answer).caseNo}`, { by: DESK_TOKEN });
  expect(full.json).toMatchObject({ payload });
});

test('a submission before its attachments is refused by name with the list, and is no case', async () => {
  const [whole, half, none] = [randomBytes(100), randomBytes(MAX_CHUNK_BYTES + 1), randomBytes(100)];
  await upload(2, whole);
  await append(2, half, 0, MAX_CHUNK_BYTES);
  const body = submission(withAttachments(whole, half, none));
  const before = await listCases(platform);
  const answer = await submit(platform, 2, body);
  expect(answer.status).toBe(422);
  expect(answer.json).toMatchObject({
    code: 'ATTACHMENTS_MISSING',
    data: { missing: [sha256(half), sha256(none)] },
  });
  expect(await listCases(platform)).toEqual(before);
  await append(2, half, MAX_CHUNK_BYTES, half.length);
  await upload(2, none);
  const accepted = await submit(platform, 2, body);
  expect(accepted.status).toBe(200);
  expect((await submit(platform, 2, body)).text).toBe(accepted.text);
});

test('the payload of an earlier release, without attachments, is stored beside the newest', async () => {
  expect(ORDINARY_PAYLOAD.formVersion).toBe(1);
  expect((await submit(platform, 3, submission(ORDINARY_PAYLOAD))).status).toBe(200);
  expect((await submit(platform, 4, submission(withAttachments()))).status).toBe(200);
});

test('a chunk that is sent twice changes nothing, and one at another place is told the right one', async () => {
  const picture = randomBytes(MAX_CHUNK_BYTES + MIN_CHUNK_BYTES);
  const first = await append(5, picture, 0, MAX_CHUNK_BYTES);
  expect((await append(5, picture, 0, MAX_CHUNK_BYTES)).text).toBe(first.text);
  const ahead = await append(5, picture, MAX_CHUNK_BYTES + 5, picture.length);
  expect(ahead.status).toBe(409);
  expect(ahead.json).toMatchObject({ code: 'WRONG_OFFSET', data: { receivedBytes: MAX_CHUNK_BYTES } });
  const across = await append(5, picture, MAX_CHUNK_BYTES - 5, picture.length);
  expect(across.json).toMatchObject({ code: 'WRONG_OFFSET', data: { receivedBytes: MAX_CHUNK_BYTES } });
  await append(5, picture, MAX_CHUNK_BYTES, picture.length);
  const again = await append(5, picture, MAX_CHUNK_BYTES, picture.length);
  expect(again.json).toEqual({ receivedBytes: picture.length, isComplete: true });
});

test('of one chunk sent many times at once one is stored', async () => {
  const picture = randomBytes(MAX_CHUNK_BYTES);
  const answers = await Promise.all(Array.from({ length: 20 }, () => append(6, picture, 0, picture.length)));
  expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
  expect((await stored(6, sha256(picture))).equals(picture)).toBe(true);
});

test('bytes that are not what their hash says are refused by name, and the upload begins anew', async () => {
  const picture = randomBytes(MAX_CHUNK_BYTES + 10);
  const torn = Buffer.from(picture);
  torn.writeUInt8(torn.readUInt8(7) ^ 1, 7);
  await append(7, torn, 0, MAX_CHUNK_BYTES, { hash: sha256(picture) });
  const refused = await append(7, picture, MAX_CHUNK_BYTES, picture.length);
  expect(refused.status).toBe(422);
  expect(refused.json).toMatchObject({ code: 'ATTACHMENT_DAMAGED' });
  expect((await statusOf(7, picture)).status).toBe(404);
  await upload(7, picture);
  expect((await stored(7, sha256(picture))).equals(picture)).toBe(true);
});

test('another terminal’s upload is not found, not gone on with, and not claimed', async () => {
  const picture = randomBytes(500);
  await upload(8, picture);
  expect((await statusOf(8, picture, OTHER_TERMINAL)).status).toBe(404);
  const own = {
    ...submission(withAttachments(picture)),
    terminalId: 'T-02',
    stationId: OTHER_TERMINAL.stationId,
  };
  const answer = await submit(platform, 8, own, OTHER_TERMINAL);
  expect(answer.json).toMatchObject({ code: 'ATTACHMENTS_MISSING' });
  expect((await submit(platform, 8, submission(withAttachments(picture)))).status).toBe(200);
});

test('another terminal of the station that brings an application sends its attachments too', async () => {
  const picture = randomBytes(500);
  const body = submission(withAttachments(picture));
  const missing = await submit(platform, 16, body, SISTER_TERMINAL);
  expect(missing.json).toMatchObject({ code: 'ATTACHMENTS_MISSING' });
  expect((await append(16, picture, 0, 500, { by: SISTER_TERMINAL })).status).toBe(200);
  const brought = await submit(platform, 16, body, SISTER_TERMINAL);
  expect(brought.status).toBe(200);
  expect((await submit(platform, 16, body)).text).toBe(brought.text);
});

test.each<[string, number, (picture: Buffer) => Promise<Answer>]>([
  ['by nobody', 401, (picture) => append(9, picture, 0, 10, { by: 'nobody-knows-this-token' })],
  ['by the desk', 401, (picture) => append(9, picture, 0, 10, { by: DESK_TOKEN })],
  ['as JSON', 415, (picture) => append(9, picture, 0, 10, { type: 'application/json' })],
  ['over the limit of a chunk', 413, (picture) => append(9, picture, 0, MAX_CHUNK_BYTES + 1)],
  ['of nothing', 400, (picture) => append(9, picture, 0, 0)],
  ['behind its end', 400, (picture) => append(9, picture, 0, 20_000, { byteCount: 10_000 })],
  ['in crumbs', 400, (picture) => append(9, picture, 0, MIN_CHUNK_BYTES - 1)],
  ['of nine megabytes', 400, (picture) => append(9, picture, 0, 20_000, { byteCount: 9_000_000 })],
  ['under a hash that is none', 400, (picture) => append(9, picture, 0, 20_000, { hash: 'abc' })],
])('a chunk %s is %i and leaves nothing', async (_name, status, sendWrong) => {
  const picture = randomBytes(MAX_CHUNK_BYTES * 2);
  expect((await sendWrong(picture)).status).toBe(status);
  expect((await statusOf(9, picture)).status).toBe(404);
});

test('the byte count of an upload stands from its first chunk', async () => {
  const picture = randomBytes(MAX_CHUNK_BYTES * 2);
  await append(10, picture, 0, MAX_CHUNK_BYTES);
  const answer = await append(10, picture, MAX_CHUNK_BYTES, picture.length, {
    byteCount: picture.length + 1,
  });
  expect(answer.status).toBe(400);
  expect((await statusOf(10, picture)).json).toMatchObject({ receivedBytes: MAX_CHUNK_BYTES });
});

test('a body that breaks off leaves the upload where it was', async () => {
  const picture = randomBytes(MAX_CHUNK_BYTES);
  const { hostname, port } = new URL(platform.url);
  const target = new URL(
    `${pathOf(11, sha256(picture))}/chunks?offset=0&byteCount=${String(picture.length)}`,
  );
  await new Promise<void>((resolve) => {
    const socket = connectSocket(Number(port), hostname, () => {
      const headers = signedBy(
        TERMINAL,
        {
          method: 'POST',
          url: target.href,
          headers: { 'content-type': 'application/octet-stream' },
          body: picture,
        },
        { nowMs: TEST_NOW_MS },
      );
      const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
      socket.write(
        `POST ${target.pathname}${target.search} HTTP/1.1\r\nHost: ${target.host}\r\n${lines.join('')}` +
          `Content-Length: ${String(picture.length)}\r\n\r\n`,
      );
      socket.write(picture.subarray(0, 50_000), () => socket.end());
    });
    socket.on('close', () => resolve());
    socket.resume();
  });
  expect((await statusOf(11, picture)).status).toBe(404);
});

test('an application has only so many uploads that wait for it', async () => {
  const pictures = Array.from({ length: MAX_ATTACHMENTS + 1 }, () => randomBytes(20));
  const answers = await Promise.all(pictures.map((picture) => append(12, picture, 0, 20)));
  const refused = answers.filter(({ status }) => status === 422);
  expect(refused.map(({ json }) => json)).toEqual([
    expect.objectContaining({ code: 'TOO_MANY_ATTACHMENTS' }),
  ]);
});

test('a correction names the attachments of before without sending them again', async () => {
  const picture = randomBytes(300);
  await upload(13, picture);
  await submit(platform, 13, submission(withAttachments(picture)));
  const url = `${platform.url}/v1/applications/${applicationId(13)}/revisions/2`;
  const corrected = {
    ...withAttachments(picture),
    answers: { ...ORDINARY_PAYLOAD.answers, note: 'corrected' },
  };
  const answer = await call(url, { method: 'PUT', by: TERMINAL, body: submission(corrected) });
  expect(answer.status).toBe(200);
});

test('what nobody claims is forgotten after its time; what is claimed stays', async () => {
  const [claimed, abandoned] = [randomBytes(300), randomBytes(300)];
  await upload(14, claimed);
  await submit(platform, 14, submission(withAttachments(claimed)));
  await upload(15, abandoned);
  const later = TEST_NOW_MS + abandonedDelays.forgetAfterMs;
  await forgetAbandoned(pool, later);
  expect((await statusOf(15, abandoned)).status).toBe(200);
  expect(await forgetAbandoned(pool, later + 1)).toBeGreaterThan(0);
  expect((await statusOf(15, abandoned)).status).toBe(404);
  expect((await stored(14, sha256(claimed))).equals(claimed)).toBe(true);
  const chunks = await pool.query(
    'SELECT count(*)::int AS n FROM attachment_chunk WHERE application_id = $1',
    [applicationId(15)],
  );
  expect(chunks.rows).toEqual([{ n: 0 }]);
});

test('the norm says how octets are sent', async () => {
  const document = await call(`${platform.url}/openapi.json`, {});
  const path = '/v1/applications/{applicationId}/attachments/{sha256}/chunks';
  const { paths } = document.json as {
    paths: Record<string, { post: { requestBody: { content: object } } }>;
  }; // our own document
  expect(Object.keys(paths[path]?.post.requestBody.content ?? {})).toEqual(['application/octet-stream']);
});
