import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { MAX_ATTACHMENT_BYTES, MIN_CHUNK_BYTES } from '#contract/attachment.ts';
import { heartbeat } from '../fleet/for-tests.ts';
import { countConditions, needsVisit } from '../fleet/needs-visit.ts';
import { withDatabase } from '../fixture/for-tests.ts';
import {
  applicationId,
  call,
  ORDINARY_PAYLOAD,
  OTHER_TERMINAL,
  startTestPlatform,
  submission,
  submit,
  TERMINAL,
  TEST_NOW_MS,
  type Answer,
  type By,
} from '../for-tests.ts';
import type { Platform } from '../server.ts';
import { appendTo, sha256, withAttachments } from './for-tests.ts';
import { forgetAbandoned } from './forget-abandoned.ts';
import { SHOWN_AS_FULL_MS, type UploadQuota } from './quota.ts';
import { appendChunk, type AppendOutcome } from './upload.ts';

/** One terminal sends more papers than it may: the others, and whatever else it sends, do not feel it. */

const database = withDatabase();
const DAY_MS = 86_400_000;
/** As much as five of the smallest count for, on a day and at a time. */
const FIVE = 5 * MIN_CHUNK_BYTES;
const MUCH = 1000 * MIN_CHUNK_BYTES;
let platform: Platform;
let serial = 0;

beforeAll(async () => {
  const quota = { dayBytes: FIVE, waitingBytes: MUCH };
  platform = await startTestPlatform(database().url, undefined, undefined, undefined, quota);
}, 120_000);
afterAll(() => platform.close(), 60_000);

beforeEach(async () => {
  await database().pool.query('DELETE FROM terminal_uploads; DELETE FROM attachment WHERE NOT is_claimed');
});

interface Paper {
  readonly n: number;
  readonly id: string;
  readonly bytes: Buffer;
}
function paper(byteCount = 10): Paper {
  serial += 1;
  return { n: serial, id: applicationId(serial), bytes: randomBytes(byteCount) };
}

/** By the call of the contract. */
const upload = ({ n, bytes }: Paper, by: By = TERMINAL, from = 0, to = bytes.length): Promise<Answer> =>
  appendTo(platform.url, n, { whole: bytes, from, to }, { by });

/** The first chunk of an upload, or all of a small one. */
const begin = (
  { id, bytes }: Paper,
  quota: UploadQuota,
  { nowMs = TEST_NOW_MS, terminalId = 'T-01', pool = database().pool } = {},
): Promise<AppendOutcome> =>
  appendChunk(
    pool,
    { applicationId: id, terminalId, sha256: sha256(bytes) },
    { offset: 0, byteCount: bytes.length, bytes: bytes.subarray(0, MIN_CHUNK_BYTES) },
    quota,
    nowMs,
  );
const kindOf = async (outcome: Promise<AppendOutcome>) => (await outcome).kind;

describe('over the bound of a day', () => {
  async function filled(): Promise<void> {
    for (let n = 0; n < 5; n += 1) expect((await upload(paper())).status).toBe(200);
  }

  test('no upload is begun: 429 by its name, with when to come again', async () => {
    await filled();
    const refused = await upload(paper());
    expect(refused.status).toBe(429);
    expect(refused.json).toMatchObject({ code: 'UPLOADS_FULL' });
    expect(refused.headers.get('retry-after')).toBe('600');
  });

  test('what was begun goes on, another terminal is served, and so is what has no papers', async () => {
    const long = paper(MIN_CHUNK_BYTES + 5);
    expect((await upload(long, TERMINAL, 0, MIN_CHUNK_BYTES)).status).toBe(200);
    for (let n = 0; n < 4; n += 1) await upload(paper());
    expect((await upload(paper())).status).toBe(429);
    expect((await upload(long, TERMINAL, MIN_CHUNK_BYTES)).json).toMatchObject({ isComplete: true });
    expect((await upload(paper(), OTHER_TERMINAL)).status).toBe(200);
    serial += 1;
    expect((await submit(platform, serial, submission(ORDINARY_PAYLOAD))).status).toBe(200);
  });

  test('the next day begins anew, by China’s clock, and a clock that is behind does not begin the old one again', async () => {
    const quota = { dayBytes: FIVE, waitingBytes: MUCH };
    for (let n = 0; n < 5; n += 1) expect(await kindOf(begin(paper(), quota))).toBe('received');
    // 01:30 of the 22nd in China; the day is over at 16:00 by UTC.
    const nextDay = Date.UTC(2026, 10, 22, 16, 0);
    expect(await kindOf(begin(paper(), quota, { nowMs: nextDay - 1 }))).toBe('full');
    for (let n = 0; n < 5; n += 1)
      expect(await kindOf(begin(paper(), quota, { nowMs: nextDay }))).toBe('received');
    expect(await kindOf(begin(paper(), quota, { nowMs: nextDay - 1 }))).toBe('full');
    expect(await kindOf(begin(paper(), quota, { nowMs: nextDay }))).toBe('full');
  });

  test('a day that a clock years ahead wrote down is over when the clock is right again', async () => {
    const quota = { dayBytes: FIVE, waitingBytes: MUCH };
    expect(await kindOf(begin(paper(), quota, { nowMs: TEST_NOW_MS + 400 * DAY_MS }))).toBe('received');
    for (let n = 0; n < 5; n += 1) expect(await kindOf(begin(paper(), quota))).toBe('received');
    expect(await kindOf(begin(paper(), quota))).toBe('full');
    expect(await kindOf(begin(paper(), quota, { nowMs: TEST_NOW_MS + DAY_MS }))).toBe('received');
  });

  test('an upload counts by all its bytes when it is begun, and one of a byte as the smallest chunk', async () => {
    const quota = {
      dayBytes: MAX_ATTACHMENT_BYTES + MIN_CHUNK_BYTES,
      waitingBytes: 10 * MAX_ATTACHMENT_BYTES,
    };
    expect(await kindOf(begin(paper(MAX_ATTACHMENT_BYTES), quota))).toBe('received');
    expect(await kindOf(begin(paper(1), quota))).toBe('received');
    expect(await kindOf(begin(paper(1), quota))).toBe('full');
  });
});

describe('over the bound of what waits for its submission', () => {
  const quota = { dayBytes: MUCH, waitingBytes: 2 * MIN_CHUNK_BYTES };

  test('room is made by what is submitted', async () => {
    const one = paper();
    expect(await kindOf(begin(one, quota))).toBe('received');
    expect(await kindOf(begin(paper(), quota))).toBe('received');
    expect(await kindOf(begin(paper(), quota))).toBe('full');
    const stored = await submit(platform, one.n, submission(withAttachments(one.bytes)));
    expect(stored.status).toBe(200);
    expect(await kindOf(begin(paper(), quota))).toBe('received');
  });

  test('room is made by what came damaged, and by what nobody came back for', async () => {
    const damaged = paper(MIN_CHUNK_BYTES + 1);
    expect(await kindOf(begin(damaged, quota))).toBe('received');
    expect(await kindOf(begin(paper(), quota, { nowMs: TEST_NOW_MS }))).toBe('full');
    const key = { applicationId: damaged.id, terminalId: 'T-01', sha256: sha256(damaged.bytes) };
    const rest = { offset: MIN_CHUNK_BYTES, byteCount: damaged.bytes.length, bytes: Buffer.from('x') };
    expect(await kindOf(appendChunk(database().pool, key, rest, quota, TEST_NOW_MS))).toBe('damaged');
    for (let n = 0; n < 2; n += 1) expect(await kindOf(begin(paper(), quota))).toBe('received');
    expect(await kindOf(begin(paper(), quota))).toBe('full');
    expect(await forgetAbandoned(database().pool, TEST_NOW_MS + 15 * DAY_MS)).toBe(2);
    expect(await kindOf(begin(paper(), quota))).toBe('received');
  });

  test('of ten that are begun at once, on two nodes, only as many are as there is room for', async () => {
    const { pool, otherPool } = database();
    const kinds = await Promise.all(
      Array.from({ length: 10 }, (_none, n) =>
        kindOf(begin(paper(), quota, { pool: n % 2 ? pool : otherPool })),
      ),
    );
    expect(kinds.filter((kind) => kind === 'received')).toHaveLength(2);
    expect(kinds.filter((kind) => kind === 'full')).toHaveLength(8);
  });
});

describe('whoever watches over the fleet', () => {
  const quota = { dayBytes: MIN_CHUNK_BYTES, waitingBytes: MUCH };
  const conditionAt = async (nowMs: number) => {
    const found = await needsVisit(database().pool, { stations: null, withFine: true, limit: 10 }, nowMs);
    return found.find(({ terminalId }) => terminalId === 'T-01')?.condition;
  };
  const beat = async (troubles: readonly object[] = []) => {
    const report = { ...heartbeat(TEST_NOW_MS), troubles };
    const heard = await call(`${platform.url}/v1/fleet/heartbeat`, {
      method: 'PUT',
      by: TERMINAL,
      body: report,
    });
    expect(heard.status).toBe(200);
  };

  test('sees which terminal is held back, for an hour behind its last try', async () => {
    await beat();
    expect(await conditionAt(TEST_NOW_MS)).toBe('fine');
    await begin(paper(), quota);
    expect(await kindOf(begin(paper(), quota))).toBe('full');
    expect(await conditionAt(TEST_NOW_MS)).toBe('uploads-full');
    expect(await countConditions(database().pool, '999901001', TEST_NOW_MS)).toContainEqual({
      condition: 'uploads-full',
      count: 1,
    });
    await database().pool.query(`UPDATE fleet_terminal SET silent_at = 'infinity'`);
    expect(await conditionAt(TEST_NOW_MS + SHOWN_AS_FULL_MS - 1)).toBe('uploads-full');
    expect(await conditionAt(TEST_NOW_MS + SHOWN_AS_FULL_MS)).toBe('fine');
  });

  test('is told nothing for years by a clock that was years ahead, and of the next refusal at once', async () => {
    await beat();
    const aheadMs = TEST_NOW_MS + 400 * DAY_MS;
    for (let n = 0; n < 2; n += 1) await begin(paper(), quota, { nowMs: aheadMs });
    expect(await conditionAt(TEST_NOW_MS)).toBe('fine');
    for (let n = 0; n < 2; n += 1) await begin(paper(), quota);
    expect(await conditionAt(TEST_NOW_MS)).toBe('uploads-full');
  });

  test('sees what residents lose more by instead', async () => {
    await begin(paper(), quota);
    await begin(paper(), quota);
    await beat([
      { device: 'printer', kind: 'receipt-printer', code: 'paper-out', since: new Date(0).toISOString() },
    ]);
    expect(await conditionAt(TEST_NOW_MS)).toBe('paper-out');
    await database().pool.query(`UPDATE fleet_terminal SET silent_at = now() - interval '10 years'`);
    expect(await conditionAt(TEST_NOW_MS)).toBe('unreachable');
  });

  test('a flood of refusals writes its row once a minute', async () => {
    const refusedAt = async () =>
      (await database().pool.query<{ refused_at: Date }>('SELECT refused_at FROM terminal_uploads')).rows[0]
        ?.refused_at;
    await begin(paper(), quota);
    for (const [afterMs, noted] of [
      [0, 0],
      [59_999, 0],
      [60_000, 60_000],
    ] as const) {
      await begin(paper(), quota, { nowMs: TEST_NOW_MS + afterMs });
      expect(await refusedAt()).toEqual(new Date(TEST_NOW_MS + noted));
    }
  });
});
