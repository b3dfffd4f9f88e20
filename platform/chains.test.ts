import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { canonicalJson } from '#contract/canonical-json.ts';
import { startTestPostgres, type TestPostgres } from './database/for-tests.ts';
import {
  acknowledged,
  applicationId,
  call,
  DESK_TOKEN,
  listCases,
  ORDINARY_PAYLOAD,
  startTestPlatform,
  submission,
  submit,
} from './for-tests.ts';
import type { Platform } from './server.ts';

let postgres: TestPostgres;
let platform: Platform;

beforeAll(async () => {
  postgres = await startTestPostgres();
  platform = await startTestPlatform(await postgres.createDatabase());
}, 60_000);

afterAll(async () => {
  await platform.close();
  await postgres.close();
});

/** A step of the n-th chain. */
function step(n: number, order: number, needs: number[]) {
  const chain = { id: 'vulnerable', chainApplicationId: applicationId(900 + n), order, needs };
  return { chain, sent: submission({ ...ORDINARY_PAYLOAD, chain }) };
}

test('the applications of a chain are cases each, and are found together in the order of their steps', async () => {
  const later = step(1, 2, [1]);
  const first = step(1, 1, []);
  const cases = [await submit(platform, 2, later.sent), await submit(platform, 1, first.sent)].map(
    (answer) => acknowledged(answer).caseNo,
  );
  await submit(platform, 3, step(2, 1, []).sent);
  await submit(platform, 4, submission(ORDINARY_PAYLOAD));
  const together = await listCases(platform, `?chain=${applicationId(901)}`);
  expect(together).toMatchObject([
    { caseNo: cases[1], chain: first.chain },
    { caseNo: cases[0], chain: later.chain },
  ]);
  expect(await listCases(platform, `?chain=${applicationId(999)}`)).toEqual([]);
  const all = await listCases(platform);
  expect(all).toHaveLength(4);
  expect(all[3]).not.toHaveProperty('chain');
  const full = await call(`${platform.url}/v1/cases/${cases[0] ?? ''}`, { by: DESK_TOKEN });
  expect(full.json).toMatchObject({ payload: { chain: later.chain } });
});

test('the place in the chain is under the hash: nobody puts an application into another chain on its way', async () => {
  const { sent } = step(3, 1, []);
  const moved = { ...sent, payload: { ...sent.payload, chain: step(4, 1, []).chain } };
  expect((await submit(platform, 5, moved)).status).toBe(400);
  const payloadSha256 = createHash('sha256').update(canonicalJson(moved.payload)).digest('hex');
  expect((await submit(platform, 5, sent)).status).toBe(200);
  expect((await submit(platform, 5, { ...moved, payloadSha256 })).status).toBe(409);
});
