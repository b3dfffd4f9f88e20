import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { connect } from '../database/connect.ts';
import { startTestPostgres, type TestPostgres } from '../database/for-tests.ts';
import { migrate } from '../database/migrate.ts';
import { migrationsDir } from '../database/release.ts';
import { PASSWORD, plantOfficial } from '../desk/for-tests.ts';
import { TEST_NOW_MS } from '../for-tests.ts';
import { addOfficial, closeOfficial, giveFirstPassword, setPassword, unlockOfficial } from './accounts.ts';
import { findSession, hashOfToken, newToken, sessionLimits } from './sessions.ts';
import { isOwnPassword, signIn } from './sign-in.ts';
import { sweepDesk } from './sweep.ts';
import { wrongPasswordLimits } from './wrong-passwords.ts';

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

const auditedOf = async (id: string) =>
  (
    await pool.query<{ line: string }>(
      `SELECT event || ' ' || disposition AS line FROM desk_audit
       WHERE official_id = $1 OR detail ->> 'subject' = $1 ORDER BY seq`,
      [id],
    )
  ).rows.map(({ line }) => line);

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
  expect(await unlockOfficial(at(TEST_NOW_MS), official)).toBe(true);
  expect(await auditedOf(official)).toContain('account.unlocked done');
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
  const added = await addOfficial(
    at(TEST_NOW_MS),
    { officialId: id, shownName: '李', unitName: '示例街道', unitCode: '999901', roles: ['clerk'] },
    'operator',
  );
  const given = added.kind === 'added' ? added.password : '';
  const days = 24 * 60 * MINUTE;
  expect(await tryIn(given, newBrowser(), TEST_NOW_MS + 3 * days, id)).toBe('in');
  expect(await tryIn(given, newBrowser(), TEST_NOW_MS + 3 * days + 1, id)).toBe('wrong');
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
  // Bytes are printed as hex: of the text as it is, and of what it stands for.
  const spellings = (secret: string) => [
    secret,
    Buffer.from(secret, 'utf8').toString('hex'),
    Buffer.from(secret, 'base64url').toString('hex'),
  ];
  for (const secret of [PASSWORD, token, browser].flatMap(spellings)) {
    expect(rows[0]?.text).not.toContain(secret);
  }
  expect(rows[0]?.text).toContain(hashOfToken(token).toString('hex'));
});

test('an auditor is nothing else, in the database too', async () => {
  await expect(plantOfficial(pool, { officialId: 'both', roles: ['auditor', 'clerk'] })).rejects.toThrow();
});

test('who keeps signing in with ids that he makes up keeps no official from signing in at her own computer', async () => {
  const own = newBrowser();
  await signedIn(own);
  const flood = Array.from({ length: 40 }, (_, n) =>
    tryIn('wrong', newBrowser(), TEST_NOW_MS, `made.up${String(n)}`),
  );
  const [hers, ...theirs] = await Promise.all([tryIn(PASSWORD, own), ...flood]);
  expect(hers).toBe('in');
  expect(new Set(theirs)).toEqual(new Set(['wrong', 'busy']));
});

test('wrong sign-ins with ids that nobody has are one row of the audit a window, with their number', async () => {
  const nobodys = async () =>
    (
      await pool.query<{ detail: object }>(
        `SELECT detail FROM desk_audit WHERE event = 'session.nobody' AND at = $1`,
        [new Date(late)],
      )
    ).rows.map(({ detail }) => detail);
  const begin = TEST_NOW_MS + 40 * 24 * 60 * MINUTE;
  const late = begin + 2 * wrongPasswordLimits.windowMs;
  await sweepDesk(pool, begin);
  for (let n = 0; n < 7; n += 1) {
    expect(await tryIn('wrong', newBrowser(), begin, `nobody${String(serial)}x${String(n)}`)).toBe('wrong');
  }
  await sweepDesk(pool, begin);
  expect(await nobodys()).toEqual([]);
  await sweepDesk(pool, late);
  await sweepDesk(pool, late);
  expect(await nobodys()).toEqual([{ from: new Date(begin).toISOString(), minutes: 15, tries: 7 }]);
});

test('the present password is guessed five times in a session, each in the audit, and then the session is over', async () => {
  const token = await signedIn();
  const session = await findSession(pool, token, TEST_NOW_MS);
  if (session === null) throw new Error('no session');
  // All at once, as somebody would who has a stolen cookie: by no count of another browser is it gone round.
  const guesses: string[] = [];
  for (let round = 0; round < 5; round += 1) {
    guesses.push(
      ...(await Promise.all(
        Array.from({ length: 3 }, () => isOwnPassword(at(TEST_NOW_MS), session, 'not the password')),
      )),
    );
  }
  expect(guesses.filter((kind) => kind === 'wrong')).toHaveLength(4);
  expect(guesses.filter((kind) => kind === 'ended')).toHaveLength(11);
  expect(await findSession(pool, token, TEST_NOW_MS)).toBeNull();
  expect(await isOwnPassword(at(TEST_NOW_MS), session, PASSWORD)).toBe('ended');
  const lines = await auditedOf(official);
  expect(lines.filter((line) => line === 'account.password-changed wrong')).toHaveLength(4);
  expect(lines).toContain('account.password-changed wrong-and-ended');
  expect(lines).toContain('session.ended wrong-passwords');
});

test('a right one in between begins the count anew', async () => {
  const session = await findSession(pool, await signedIn(), TEST_NOW_MS);
  if (session === null) throw new Error('no session');
  const own = (password: string) => isOwnPassword(at(TEST_NOW_MS), session, password);
  for (let n = 0; n < 4; n += 1) expect(await own('not the password')).toBe('wrong');
  expect(await own(PASSWORD)).toBe('right');
  expect(await own('not the password')).toBe('wrong');
});

test('a sign-in that was on its way while the password was changed opens nothing', async () => {
  const hurried = new Proxy(pool, {
    get: (target, name) =>
      name === 'query'
        ? async (text: string, values: unknown[]) => {
            const answer = await target.query(text, values);
            // Between the look at the password and the session.
            if (text.includes('o.password,')) {
              await setPassword(at(TEST_NOW_MS), official, 'another good and long one', new Uint8Array());
            }
            return answer;
          }
        : (Reflect.get(target, name, target) as unknown), // whatever else a pool has
  });
  const outcome = await signIn(
    { ...at(TEST_NOW_MS), pool: hurried },
    { officialId: official, password: PASSWORD, browser: newBrowser(), language: 'zh' },
  );
  expect(outcome.kind).toBe('wrong');
  const { rows } = await pool.query('SELECT 1 FROM official_session WHERE official_id = $1', [official]);
  expect(rows).toHaveLength(0);
});

test('wrong tries of a node whose clock was a day ahead lock nobody when it is put right', async () => {
  const tomorrow = TEST_NOW_MS + 24 * 60 * MINUTE;
  for (let n = 0; n < wrongPasswordLimits.most; n += 1) await tryIn('wrong', newBrowser(), tomorrow);
  expect(await tryIn(PASSWORD, newBrowser(), tomorrow)).toBe('locked');
  expect(await tryIn(PASSWORD, newBrowser())).toBe('in');
  await tryIn('wrong', newBrowser());
  const { rows } = await pool.query('SELECT 1 FROM wrong_password WHERE at > $1', [new Date(TEST_NOW_MS)]);
  expect(rows).toHaveLength(0);
});

test('sessions that nobody came back to end in the audit, and browsers of long ago are forgotten', async () => {
  const browser = newBrowser();
  await signedIn(browser);
  const kept = async () =>
    (
      await pool.query<{ sessions: number; browsers: number }>(
        `SELECT (SELECT count(*) FROM official_session WHERE official_id = $1)::int AS sessions,
           (SELECT count(*) FROM official_browser WHERE official_id = $1)::int AS browsers`,
        [official],
      )
    ).rows[0];
  await sweepDesk(pool, TEST_NOW_MS + sessionLimits.idleMs);
  expect(await kept()).toEqual({ sessions: 1, browsers: 1 });
  await sweepDesk(pool, TEST_NOW_MS + sessionLimits.idleMs + 1);
  expect(await kept()).toEqual({ sessions: 0, browsers: 1 });
  expect(await auditedOf(official)).toContain('session.ended idle');
  await sweepDesk(pool, TEST_NOW_MS + 366 * 24 * 60 * MINUTE);
  expect(await kept()).toEqual({ sessions: 0, browsers: 0 });
});
