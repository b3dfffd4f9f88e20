import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { IdentityDocument } from '#contract/identity.ts';
import { MAX_CODE_CHARS } from '#contract/resident-code.ts';
import { startTestPostgres, type TestPostgres } from '../database/for-tests.ts';
import { TERMINAL, TEST_NOW_MS, call, clockForTests, startTestPlatform, type Answer } from '../for-tests.ts';
import type { Platform } from '../server.ts';
import { demoResolver, readDemoCodes } from './demo-resolver.ts';

const zhang: IdentityDocument = {
  kind: 'resident',
  idType: '111',
  name: '张建国',
  sex: '1',
  birthday: '19450312',
  number: '999901194503120014',
};
const soon = new Date(TEST_NOW_MS + 60_000).toISOString();
const PLANTED = 'planted-code-7f3a';

let postgres: TestPostgres;
let platform: Platform;
let without: Platform;
let folder: string;
let file: string;
const logged: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'yizhan-codes-'));
  file = join(folder, 'codes.json');
  write([
    { token: PLANTED, expiresAt: soon, used: false, identity: zhang },
    { token: 'twice', expiresAt: soon, used: false, identity: zhang },
    { token: 'at-once', expiresAt: soon, used: false, identity: zhang },
    { token: 'old', expiresAt: new Date(TEST_NOW_MS).toISOString(), used: false, identity: zhang },
    { token: 'spent', expiresAt: soon, used: true, identity: zhang },
  ]);
  postgres = await startTestPostgres();
  const databaseUrl = await postgres.createDatabase();
  const log = (line: object) => logged.push(JSON.stringify(line));
  platform = await startTestPlatform(databaseUrl, log, demoResolver(file, clockForTests));
  without = await startTestPlatform(databaseUrl);
}, 60_000);

afterAll(async () => {
  await platform.close();
  await without.close();
  await postgres.close();
  rmSync(folder, { recursive: true });
});

function write(codes: object[]): void {
  writeFileSync(file, JSON.stringify({ codes }));
}

function resolve(token: unknown, at = platform): Promise<Answer> {
  return call(`${at.url}/v1/codes/resolve`, { method: 'POST', by: TERMINAL, body: { token } });
}

test('a code gives the document behind it, and until when an application may be begun with it', async () => {
  const answer = await resolve(PLANTED);
  expect(answer.status).toBe(200);
  expect(answer.json).toEqual({ identity: zhang, expiresAt: '2026-11-21T17:40:00.000Z' });
  expect(answer.headers.get('cache-control')).toBe('no-store');
});

test('a code is good for one answer', async () => {
  expect((await resolve('twice')).status).toBe(200);
  const again = await resolve('twice');
  expect(again.status).toBe(409);
  expect(again.json).toMatchObject({ code: 'CODE_USED' });
});

test('of twenty who show one code at once, one is answered', async () => {
  const answers = await Promise.all(Array.from({ length: 20 }, () => resolve('at-once')));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(19).fill(409)]);
});

describe('a code that gives nobody has its name', () => {
  test.each([
    ['old', 410, 'CODE_EXPIRED'],
    ['spent', 409, 'CODE_USED'],
    ['never-issued', 404, 'CODE_UNKNOWN'],
    ['__proto__', 404, 'CODE_UNKNOWN'],
    ['x'.repeat(MAX_CODE_CHARS), 404, 'CODE_UNKNOWN'],
  ])('%.20s', async (token, status, code) => {
    const answer = await resolve(token);
    expect(answer.status).toBe(status);
    expect(answer.json).toMatchObject({ code });
    expect(answer.text).not.toContain(zhang.name);
  });
});

test('a platform without a code platform behind it says that it resolves none', async () => {
  const answer = await resolve('anything', without);
  expect(answer.status).toBe(501);
  expect(answer.json).toMatchObject({ code: 'CODES_NOT_SUPPORTED' });
});

test.each<[string, unknown]>([
  ['empty', ''],
  ['too long', 'x'.repeat(MAX_CODE_CHARS + 1)],
  ['a number', 17],
  ['null', null],
])('what is %s is no code and 400, and is not quoted', async (_name, token) => {
  const answer = await resolve(token);
  expect(answer.status).toBe(400);
  expect(answer.text).not.toContain('xxx');
});

test('a code that is shown later than the start is found, and one that is withdrawn is not', async () => {
  write([{ token: 'fresh', expiresAt: soon, used: false, identity: zhang }]);
  expect((await resolve('fresh')).status).toBe(200);
  expect((await resolve('old')).status).toBe(404);
});

test('a file that is no list of codes is named, and nothing of it is quoted', async () => {
  writeFileSync(file, `{"codes":[{"token":"${PLANTED}"}]}`);
  await expect(readDemoCodes(file)).rejects.toThrow(`YIZHAN_DEMO_CODES: ${file} is not a list of codes`);
  await expect(readDemoCodes(file)).rejects.not.toThrow(PLANTED);
  await expect(readDemoCodes(join(folder, 'none.json'))).rejects.toThrow('none.json');
  const answer = await resolve(PLANTED);
  expect(answer.status).toBe(500);
  expect(answer.text).not.toContain(PLANTED);
});

test('no code and no person is in the log', () => {
  expect(logged.length).toBeGreaterThan(20);
  const all = logged.join('\n');
  for (const secret of [PLANTED, 'at-once', zhang.name, zhang.number]) expect(all).not.toContain(secret);
});
