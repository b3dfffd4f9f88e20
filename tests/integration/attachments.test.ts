import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Acknowledgement, Submission } from '#contract/application.ts';
import { MAX_CHUNK_BYTES, MIN_CHUNK_BYTES } from '#contract/attachment.ts';
import { canonicalJson } from '#contract/canonical-json.ts';
import { fault } from '#contract/fault.ts';
import type { UploadStatus } from '#contract/platform-api.ts';
import { err, type Result } from '#contract/result.ts';
import { chunksOf } from '#platform/attachments/upload.ts';
import { connect } from '#platform/database/connect.ts';
import { startTestPostgres, type TestPostgres } from '#platform/database/for-tests.ts';
import { startTestPlatform, TERMINAL, TEST_NOW_MS } from '#platform/for-tests.ts';
import type { Platform } from '#platform/server.ts';
import type { GivenAttachment } from '#terminal/outbox/attachments.ts';
import {
  createPlatformClient,
  type PlatformClient,
  type PlatformFault,
} from '#terminal/outbox/platform-client.ts';
import { createPlatformTransport } from '#terminal/outbox/platform-transport.ts';
import { APPLICATION_ID, migrations } from '#terminal/store/migrate.ts';
import { bindings } from '#terminal/store/sealed-columns.ts';
import { DATABASE_FILE } from '#terminal/store/store.ts';
import { suites } from '#terminal/store/suites.ts';
import { systemClock, systemRandomBytes } from '#terminal/system-ports.ts';
import { uuidV7 } from '#terminal/uuid.ts';
import { signedAs } from '../support/enrolment.ts';
import {
  coreConfig,
  coreItem,
  rotateKey,
  startTerminalCore,
  submitTo,
  type TerminalCore,
} from '../support/terminal-core.ts';
import { newDataDir, removeDataDir } from '../support/terminal-under-test.ts';

/** The terminal's parts and the reference platform, over a real socket and real disks. */

let postgres: TestPostgres;
let platform: Platform;
let pool: pg.Pool;
let databaseUrl: string;
let dataDir: string;
let core: TerminalCore;
const masterKey = randomBytes(32);
const item = coreItem();

beforeAll(async () => {
  postgres = await startTestPostgres();
  databaseUrl = await postgres.createDatabase();
  platform = await startTestPlatform(databaseUrl);
  pool = connect(databaseUrl);
});
afterAll(async () => {
  await pool.end();
  await platform.close();
  await postgres.close();
});
beforeEach(() => {
  dataDir = newDataDir();
});
afterEach(async () => {
  await core.forwarder.stop();
  core.store.close();
  removeDataDir(dataDir);
});

const realClient = (url = platform.url) =>
  createPlatformClient({
    url,
    signing: signedAs(TERMINAL, TEST_NOW_MS),
    timeoutMs: 10_000,
    transport: createPlatformTransport(null),
  });

function start(client: PlatformClient, hasRoomFor = (_byteCount: number): boolean => true): void {
  const config = coreConfig(1);
  core = startTerminalCore({
    dataDir,
    config: { ...config, terminal: { ...config.terminal, id: 'T-01' } },
    masterKey,
    clock: systemClock,
    random: () => 0.5,
    randomBytes: systemRandomBytes,
    client,
    hasRoomFor,
    payloadRetentionMs: 0,
    backoff: { baseMs: 10, capMs: 100 },
    bend: (outbox) => outbox,
  });
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

function page(bytes: Uint8Array): GivenAttachment {
  return {
    subject: { kind: 'paper', paperId: 'household-book', page: 1 },
    mediaType: 'image/jpeg',
    bytes,
  };
}

const signature = (bytes: Uint8Array): GivenAttachment => ({
  subject: { kind: 'signature' },
  mediaType: 'image/png',
  bytes,
});

async function atPlatform(applicationId: string, bytes: Uint8Array): Promise<boolean> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of chunksOf(pool, { applicationId, terminalId: 'T-01', sha256: sha256(bytes) }))
    chunks.push(chunk);
  return Buffer.concat(chunks).equals(bytes);
}

async function submit(...attachments: readonly GivenAttachment[]): Promise<string> {
  const applicationId = core.newId();
  const received = await submitTo(core, item, applicationId, 'note', attachments);
  if (!received.ok) throw new Error(received.fault.code);
  return applicationId;
}

async function ended(applicationId: string): Promise<string> {
  const stateOf = () => core.outbox.forwardingOf(applicationId).state;
  await expect.poll(stateOf, { timeout: 20_000 }).toMatch(/acknowledged|parked/);
  return stateOf();
}

const files = () => readdirSync(join(dataDir, 'attachments'));

it('a signature and photographed papers reach the platform whole, before their submission', async () => {
  const order: string[] = [];
  const client = realClient();
  start({
    ...client,
    appendAttachment: async (key, chunk) => {
      order.push('chunk');
      return client.appendAttachment(key, chunk);
    },
    submit: async (key, submission) => {
      order.push('submission');
      return client.submit(key, submission);
    },
  });
  const [drawn, photographed] = [randomBytes(4_000), randomBytes(2 * MAX_CHUNK_BYTES + 1)];
  const applicationId = await submit(signature(drawn), page(photographed));
  expect(await ended(applicationId)).toBe('acknowledged');
  expect(await atPlatform(applicationId, drawn)).toBe(true);
  expect(await atPlatform(applicationId, photographed)).toBe(true);
  expect(order).toEqual(['chunk', 'chunk', 'chunk', 'chunk', 'submission']);
});

it('a line that breaks in the middle costs the chunk and not the attachment', async () => {
  const client = realClient();
  let chunks = 0;
  let submissions = 0;
  const offsets: number[] = [];
  start({
    ...client,
    appendAttachment: async (key, chunk): Promise<Result<UploadStatus, PlatformFault>> => {
      offsets.push(chunk.offset);
      const answer = await client.appendAttachment(key, chunk);
      chunks += 1;
      // Stored there, and its answer is lost.
      return chunks === 2 ? err(fault('platform.unreachable')) : answer;
    },
    submit: async (key, submission) => {
      submissions += 1;
      return client.submit(key, submission);
    },
  });
  const photographed = randomBytes(4 * MAX_CHUNK_BYTES);
  const applicationId = await submit(page(photographed));
  expect(await ended(applicationId)).toBe('acknowledged');
  expect(offsets).toEqual([0, 1, 2, 3].map((n) => n * MAX_CHUNK_BYTES));
  // A submission whose papers are not there is not even tried.
  expect(submissions).toBe(1);
  expect(await atPlatform(applicationId, photographed)).toBe(true);
});

it('what the platform lost between upload and submission is sent again, and nothing is parked', async () => {
  const client = realClient();
  let isFirst = true;
  start({
    ...client,
    submit: async (key, submission): Promise<Result<Acknowledgement, PlatformFault>> => {
      if (isFirst) await pool.query('DELETE FROM attachment WHERE application_id = $1', [key.applicationId]);
      isFirst = false;
      return client.submit(key, submission);
    },
  });
  const photographed = randomBytes(MAX_CHUNK_BYTES + 1);
  const applicationId = await submit(page(photographed));
  expect(await ended(applicationId)).toBe('acknowledged');
  expect(await atPlatform(applicationId, photographed)).toBe(true);
});

it('attachments for which there is no room are refused before anything is received', async () => {
  const asked: number[] = [];
  start(realClient(), (byteCount) => (asked.push(byteCount), false));
  const papers = [page(randomBytes(500)), signature(randomBytes(70))];
  expect(await submitTo(core, item, core.newId(), 'note', papers)).toMatchObject({
    ok: false,
    fault: { code: 'store.full' },
  });
  expect(asked).toEqual([570]);
  expect(files()).toEqual([]);
  expect(core.store.sql('SELECT count(*) AS n FROM application').get()).toEqual({ n: 0 });
});

it('a database that is full behind the files leaves no file, and the next one is received', async () => {
  start(realClient());
  const pages = Number(core.store.sql('PRAGMA page_count').get()?.['page_count']);
  core.store.sql(`PRAGMA max_page_count = ${pages}`).get();
  const long = 'x'.repeat(50_000);
  expect(await submitTo(core, item, core.newId(), long, [page(randomBytes(500))])).toMatchObject({
    ok: false,
    fault: { code: 'store.full' },
  });
  expect(files()).toEqual([]);
  core.store.sql('PRAGMA max_page_count = 1073741823').get();
  expect(await ended(await submit(page(randomBytes(500))))).toBe('acknowledged');
});

it('a double touch is the same application, and writes its attachments once', async () => {
  start(realClient());
  const applicationId = core.newId();
  const papers = [page(randomBytes(500))];
  const first = await submitTo(core, item, applicationId, 'note', papers);
  expect(await submitTo(core, item, applicationId, 'note', papers)).toEqual(first);
  expect(files()).toHaveLength(1);
  expect(await ended(applicationId)).toBe('acknowledged');
});

it('an application whose file is gone is parked with its reason, and blocks no other', async () => {
  const client = realClient();
  let isDown = true;
  start({
    ...client,
    attachmentStatus: async (key) =>
      isDown ? err(fault('platform.unreachable')) : client.attachmentStatus(key),
  });
  const bad = await submit(page(randomBytes(500)));
  for (const name of files()) rmSync(join(dataDir, 'attachments', name));
  const good = await submit(page(randomBytes(500)));
  isDown = false;
  core.forwarder.lineIsBack();
  expect(await ended(good)).toBe('acknowledged');
  expect(await ended(bad)).toBe('parked');
  const row = core.store.sql('SELECT last_fault FROM outbox WHERE application_id = ?').get(bad);
  expect(row).toEqual({ last_fault: 'store.attachment-gone' });
});

it('keys that are exchanged while an application waits cost it nothing', async () => {
  const client = realClient();
  let isDown = true;
  start({
    ...client,
    attachmentStatus: async (key) =>
      isDown ? err(fault('platform.unreachable')) : client.attachmentStatus(key),
  });
  const photographed = randomBytes(MAX_CHUNK_BYTES + 1);
  const applicationId = await submit(page(photographed));
  rotateKey(core.ring);
  isDown = false;
  core.forwarder.lineIsBack();
  expect(await ended(applicationId)).toBe('acknowledged');
  expect(await atPlatform(applicationId, photographed)).toBe(true);
});

it('the files leave the disk with the payload, and not before', async () => {
  start(realClient());
  const applicationId = await submit(signature(randomBytes(500)), page(randomBytes(500)));
  expect(files()).toHaveLength(2);
  expect(core.outbox.erase()).toEqual({ ok: true, value: 0 });
  expect(await ended(applicationId)).toBe('acknowledged');
  expect(files()).toHaveLength(2);
  await expect.poll(() => core.outbox.erase()).toEqual({ ok: true, value: 1 });
  expect(files()).toEqual([]);
  expect(core.store.sql('SELECT count(*) AS n FROM attachment').get()).toEqual({ n: 0 });
});

it('a database of the previous release sends what it holds as it was stored, beside what is new', async () => {
  const older = uuidV7(systemClock, systemRandomBytes);
  writeAsPreviousRelease(older);
  const client = realClient();
  const sent: Submission[] = [];
  start({
    ...client,
    submit: async (key, submission) => {
      sent.push(submission);
      return client.submit(key, submission);
    },
  });
  const newer = await submit();
  expect(await ended(newer)).toBe('acknowledged');
  expect(await ended(older)).toBe('acknowledged');
  expect(sent.map(({ payload }) => payload.formVersion).toSorted()).toEqual([1, 3]);
  const stored = await pool.query(
    "SELECT submission->'payload' AS payload FROM application WHERE application_id = $1",
    [older],
  );
  expect(stored.rows).toEqual([{ payload: previousPayload }]);
});

const previousPayload = {
  formVersion: 1,
  answers: { applicantName: '测试' },
  consents: [],
  identitySource: 'typed',
};

/** The schema of the release before there were attachments. */
const PREVIOUS_SCHEMA = 7;

/** A database as the release before attachments left it, with one application that waits. */
function writeAsPreviousRelease(applicationId: string): void {
  const database = new DatabaseSync(join(dataDir, DATABASE_FILE));
  database.exec('PRAGMA journal_mode = WAL');
  for (const sql of migrations.slice(0, PREVIOUS_SCHEMA)) database.exec(sql);
  database.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${PREVIOUS_SCHEMA}`);
  const receiptNo = '9999010012611200100017';
  database
    .prepare(
      `INSERT INTO application (application_id, receipt_no, item_slug, item_version, identity_source, received_at_ms, received_on)
       VALUES (?, ?, ?, ?, 'typed', 1, '2026-11-20')`,
    )
    .run(applicationId, receiptNo, item.slug, item.version);
  const payloadSha256 = createHash('sha256').update(canonicalJson(previousPayload)).digest('hex');
  const submission = {
    terminalId: 'T-01',
    stationId: '999901001',
    receiptNo,
    itemSlug: item.slug,
    itemCode: item.code,
    itemVersion: item.version,
    language: 'zh',
    receivedAt: '2026-11-20T08:00:00.000Z',
    payloadSha256,
    payload: previousPayload,
  };
  const binding = `k1|${bindings.outbox(applicationId, 1)}`;
  const plain = Buffer.from(JSON.stringify(submission));
  database
    .prepare(
      `INSERT INTO outbox (application_id, revision, state, sealed_submission, key_id, payload_sha256, not_before_ms)
       VALUES (?, 1, 'pending', ?, 'k1', ?, 0)`,
    )
    .run(applicationId, suites['aes-256-gcm'].seal(masterKey, plain, binding, randomBytes), payloadSha256);
  database.close();
}

it('papers that the platform has no room for wait, keep nothing else back, and go when there is room', async () => {
  const quota = { dayBytes: 4 * MIN_CHUNK_BYTES, waitingBytes: 100 * MIN_CHUNK_BYTES };
  const narrow = await startTestPlatform(databaseUrl, undefined, undefined, undefined, quota);
  try {
    await pool.query('DELETE FROM terminal_uploads');
    start(realClient(narrow.url));
    const photographs = Array.from({ length: 8 }, () => randomBytes(900));
    const ids: string[] = [];
    for (const photograph of photographs) ids.push(await submit(page(photograph)));
    const stateOf = (id: string) => core.outbox.forwardingOf(id).state;
    const inState = (state: string) => ids.filter((id) => stateOf(id) === state);
    // The platform's wish is ten minutes: a circuit that took it for its own would let nothing through meanwhile.
    const counts = () => [inState('waiting').length, inState('acknowledged').length];
    await expect.poll(counts, { timeout: 20_000 }).toEqual([4, 4]);
    expect(await ended(await submit())).toBe('acknowledged');
    expect(counts()).toEqual([4, 4]);

    await pool.query("UPDATE terminal_uploads SET day = day - 1 WHERE terminal_id = 'T-01'");
    await core.forwarder.stop();
    core.store.close();
    start(realClient(narrow.url));
    core.forwarder.kick();
    for (const id of ids) expect(await ended(id)).toBe('acknowledged');
    for (const [n, id] of ids.entries())
      expect(await atPlatform(id, photographs[n] ?? Buffer.alloc(0))).toBe(true);
  } finally {
    await narrow.close();
  }
});
