import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { connect } from '../database/connect.ts';
import { startTestPostgres, type TestPostgres } from '../database/for-tests.ts';
import { migrate } from '../database/migrate.ts';
import { migrationsDir } from '../database/release.ts';
import { PASSWORD, plantOfficial } from '../desk/for-tests.ts';
import { TEST_NOW_MS } from '../for-tests.ts';
import { addOfficial, closeOfficial, giveFirstPassword } from './accounts.ts';
import { findSession, newToken, sessionLimits } from './sessions.ts';
import { signIn } from './sign-in.ts';
import { unlock, wrongPasswordLimits } from './wrong-passwords.ts';

let postgres: TestPostgres;
let pool: pg.Pool;
let official: string;
let serial = 0;

beforeAll(async () => {
  postgres = await startTestPostgres();
  pool = connect(await postgres.createDatabase());
  await migrate(pool, migrationsDir);
}, 60_000);

afterAll(async () => {
  await pool.end();
  await postgres.close();
}, 60_000);

beforeEach(async () => {
  serial += 1;
  official = `clerk${String(serial)}`;
  await plantOfficial(pool, { officialId: official, roles: ['clerk'] });
}, 60_000);

const MINUTE = 60_000;
const at = (nowMs: number) => ({ pool, nowMs, randomBytes });
const tryIn = async (password: string, browser: string, nowMs = TEST_NOW_MS, officialId = official) =>
  (await signIn(at(nowMs), { officialId, password, browser, language: 'zh' })).kind;
const newBrowser = () => newToken(randomBytes);

async function signedIn(browser = newBrowser(), nowMs = TEST_NOW_MS): Promise<string> {
  const outcome = await signIn(at(nowMs), {
    officialId: official,
    password: PASSWORD,
    browser,
    language: 'zh',
  });
  if (outcome.kind !== 'in') throw new Error(outcome.kind);
  return outcome.token;
}

test('five wrong passwords lock the account for a quarter of an hour, the right one too', async () => {
  const browser = newBrowser();
  for (let n = 0; n < wrongPasswordLimits.most; n += 1) expect(await tryIn('wrong', browser)).toBe('wrong');
  expect(await tryIn(PASSWORD, browser)).toBe('locked');
  expect(await tryIn(PASSWORD, newBrowser())).toBe('locked');
  expect(await tryIn(PASSWORD, browser, TEST_NOW_MS + wrongPasswordLimits.windowMs)).toBe('locked');
  expect(await tryIn(PASSWORD, browser, TEST_NOW_MS + wrongPasswordLimits.windowMs + 1)).toBe('in');
});

test('whoever tries a clerk’s id from elsewhere does not lock her out of her own computer', async () => {
  const own = newBrowser();
  await signedIn(own);
  for (let n = 0; n < 50; n += 1) await tryIn('wrong', newBrowser());
  expect(await tryIn(PASSWORD, newBrowser())).toBe('locked');
  expect(await tryIn(PASSWORD, own)).toBe('in');
  // Her own wrong ones count there, and somebody else's computer is not hers.
  for (let n = 0; n < wrongPasswordLimits.most; n += 1) await tryIn('wrong', own);
  expect(await tryIn(PASSWORD, own)).toBe('locked');
});

test('a browser that is known for one official is not known for another', async () => {
  const shared = newBrowser();
  await signedIn(shared);
  await plantOfficial(pool, { officialId: `other${String(serial)}`, roles: ['clerk'] });
  for (let n = 0; n < wrongPasswordLimits.most; n += 1) {
    await tryIn('wrong', newBrowser(), TEST_NOW_MS, `other${String(serial)}`);
  }
  expect(await tryIn(PASSWORD, shared, TEST_NOW_MS, `other${String(serial)}`)).toBe('locked');
});

test('a hundred tries at once are a hundred tries', async () => {
  const kinds = await Promise.all(Array.from({ length: 100 }, () => tryIn('wrong', newBrowser())));
  expect(kinds.filter((kind) => kind === 'wrong').length).toBeLessThanOrEqual(wrongPasswordLimits.most);
});

test('the operator lets in whom somebody’s tries have locked out at a new computer', async () => {
  for (let n = 0; n < wrongPasswordLimits.most; n += 1) await tryIn('wrong', newBrowser());
  expect(await tryIn(PASSWORD, newBrowser())).toBe('locked');
  await unlock(pool, official);
  expect(await tryIn(PASSWORD, newBrowser())).toBe('in');
});

test('an id that nobody has is answered and locked alike, and is not written down', async () => {
  const typed = `secret.typed.here${String(serial)}`;
  for (let n = 0; n < wrongPasswordLimits.most; n += 1) {
    expect(await tryIn('wrong', newBrowser(), TEST_NOW_MS, typed)).toBe('wrong');
  }
  expect(await tryIn('wrong', newBrowser(), TEST_NOW_MS, typed)).toBe('locked');
  const { rows } = await pool.query(
    'SELECT 1 FROM desk_audit WHERE official_id = $1 OR detail::text LIKE $2',
    [typed, `%${typed}%`],
  );
  expect(rows).toHaveLength(0);
});

test('a first password opens nothing after three days', async () => {
  const id = `late${String(serial)}`;
  const given = await addOfficial(
    at(TEST_NOW_MS),
    { officialId: id, shownName: '李', unitName: '示例街道', unitCode: '999901', roles: ['clerk'] },
    'operator',
  );
  const days = 24 * 60 * MINUTE;
  expect(await tryIn(given ?? '', newBrowser(), TEST_NOW_MS + 3 * days, id)).toBe('in');
  expect(await tryIn(given ?? '', newBrowser(), TEST_NOW_MS + 3 * days + 1, id)).toBe('wrong');
});

test('a session ends half an hour after its last use, and ten hours after its beginning', async () => {
  const token = await signedIn();
  let nowMs = TEST_NOW_MS;
  while (nowMs + 20 * MINUTE <= TEST_NOW_MS + sessionLimits.longestMs) {
    nowMs += 20 * MINUTE;
    expect(await findSession(pool, token, nowMs)).not.toBeNull();
  }
  expect(await findSession(pool, token, TEST_NOW_MS + sessionLimits.longestMs + 1)).toBeNull();
  const idle = await signedIn();
  expect(await findSession(pool, idle, TEST_NOW_MS + sessionLimits.idleMs)).not.toBeNull();
  expect(await findSession(pool, idle, TEST_NOW_MS + 2 * sessionLimits.idleMs + 1)).toBeNull();
  // Ended is ended, whatever a clock says afterwards.
  expect(await findSession(pool, idle, TEST_NOW_MS)).toBeNull();
});

test('closing an account and giving another first password end what is open', async () => {
  const first = await signedIn();
  expect(await giveFirstPassword(at(TEST_NOW_MS), official, 'operator')).not.toBeNull();
  expect(await findSession(pool, first, TEST_NOW_MS)).toBeNull();
  expect(await tryIn(PASSWORD, newBrowser())).toBe('wrong');
  expect(await closeOfficial(at(TEST_NOW_MS), official, 'operator')).toBe(true);
  expect(await closeOfficial(at(TEST_NOW_MS), official, 'operator')).toBe(false);
  expect(await giveFirstPassword(at(TEST_NOW_MS), official, 'operator')).toBeNull();
});

test('the database holds neither a password nor what a browser keeps', async () => {
  const browser = newBrowser();
  const token = await signedIn(browser);
  const { rows } = await pool.query<{ text: string }>(
    `SELECT (SELECT json_agg(o) FROM official o)::text || (SELECT json_agg(s) FROM official_session s)::text
       || (SELECT json_agg(b) FROM official_browser b)::text || (SELECT json_agg(a) FROM desk_audit a)::text AS text`,
  );
  for (const secret of [PASSWORD, token, browser]) expect(rows[0]?.text).not.toContain(secret);
});

test('an auditor is nothing else, in the database too', async () => {
  await expect(plantOfficial(pool, { officialId: 'both', roles: ['auditor', 'clerk'] })).rejects.toThrow();
});
