import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { inboxPageSchema, type InboxPage } from '#contract/department.ts';
import { connect } from '../database/connect.ts';
import { startTestPostgres, type TestPostgres } from '../database/for-tests.ts';
import {
  applicationId,
  call,
  DESK_TOKEN,
  ORDINARY_PAYLOAD,
  startTestPlatform,
  TEST_NOW_MS,
} from '../for-tests.ts';
import type { Platform } from '../server.ts';
import { office, operate, plugIn, RESULT, submitOf } from './for-tests.ts';

/** A department asks for what concerns it, sees nobody else's, and misses nothing. */

const ELDERLY = 'elderly-allowance';
const CARD = 'senior-card';
const CONSULTATION = 'consultation';

let postgres: TestPostgres;
let platform: Platform;
let pool: pg.Pool;
let parts: { pool: pg.Pool; databaseUrl: string; nowMs: number };
/** One that decides the elderly allowance and consultations, and one that decides the senior card. */
let civil: string;
let health: string;

beforeAll(async () => {
  postgres = await startTestPostgres();
}, 60_000);
afterAll(() => postgres.close(), 180_000);

beforeEach(async () => {
  const databaseUrl = await postgres.createDatabase();
  platform = await startTestPlatform(databaseUrl);
  pool = connect(databaseUrl);
  parts = { pool, databaseUrl, nowMs: TEST_NOW_MS };
  civil = await plugIn(parts, 'civil', [ELDERLY, CONSULTATION]);
  health = await plugIn(parts, 'health', [CARD]);
  return async () => {
    await pool.end();
    await platform.close();
  };
});

async function inbox(by: string, query = ''): Promise<InboxPage> {
  const answer = await call(`${platform.url}/v1/inbox${query}`, { by });
  expect(answer.status, answer.text).toBe(200);
  return inboxPageSchema.parse(answer.json);
}

/** Until somebody waits for the lock of the inbox. */
async function untilOneWaits(): Promise<void> {
  for (;;) {
    const { rows } = await pool.query(`SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND NOT granted`);
    if (rows.length > 0) return;
  }
}

const acknowledge = (by: string, cursor: unknown) =>
  call(`${platform.url}/v1/inbox/acknowledgements`, { method: 'POST', by, body: { cursor } });

const CORRECTION = {
  entries: [
    { target: { of: 'page', pageId: 'applicantName' }, reason: { zh: '姓名不符', en: 'The name differs' } },
  ],
  workdays: 10,
};

describe('an inbox', () => {
  test('tells what happened to a case from its coming to its end, and what is a person’s only in the case', async () => {
    const caseNo = await submitOf(platform, 1, ELDERLY);
    expect((await office(platform, caseNo, 'corrections', CORRECTION, civil)).status).toBe(200);
    await submitOf(platform, 1, ELDERLY, { revision: 2 });
    expect((await office(platform, caseNo, 'acceptance', {}, civil)).status).toBe(200);
    expect((await office(platform, caseNo, 'result', RESULT, civil)).status).toBe(200);
    const { entries, cursor } = await inbox(civil);
    expect(entries.map(({ kind, status, ordinal }) => [kind, status, ordinal])).toEqual([
      ['new', '02', 1],
      ['changed', '06', 2],
      ['resubmitted', '02', 3],
      ['changed', '05', 4],
      ['changed', '10', 5],
    ]);
    expect(cursor).toBe(entries.at(-1)?.cursor);
    const words = JSON.stringify(entries);
    expect(words).not.toContain('张建国');
    expect(words).not.toContain('999901194503120014');
    const full = await call(`${platform.url}/v1/cases/${caseNo}`, { by: civil });
    expect(full.text).toContain('张建国');
  });

  test('goes on behind what was acknowledged, and never back', async () => {
    for (const n of [1, 2, 3]) await submitOf(platform, n, ELDERLY);
    const first = await inbox(civil, '?limit=2');
    expect(first.entries).toHaveLength(2);
    expect((await acknowledge(civil, first.cursor)).json).toEqual({ cursor: first.cursor });
    const rest = await inbox(civil);
    expect(rest).toMatchObject({ acknowledged: first.cursor, entries: [{ kind: 'new' }] });
    expect((await acknowledge(civil, 1)).json).toEqual({ cursor: first.cursor });
    expect((await inbox(civil, '?after=0')).entries).toHaveLength(3);
  });

  test('takes no mark that skips what is still to come', async () => {
    await submitOf(platform, 1, ELDERLY);
    const { cursor } = await inbox(civil);
    await submitOf(platform, 2, CARD);
    expect((await acknowledge(civil, cursor + 1_000)).status).toBe(400);
    for (const wrong of [-1, 1.5, '7', null]) expect((await acknowledge(civil, wrong)).status).toBe(400);
    expect((await inbox(civil)).acknowledged).toBe(0);
  });

  test('tells of a case that was over and goes on', async () => {
    const caseNo = await submitOf(platform, 1, CONSULTATION);
    const reply = {
      replyId: '01995b00-0000-4000-8000-000000000001',
      unit: '别的单位',
      text: '高龄津贴年满八十岁可以申请，带身份证到 3 号窗口。',
    };
    const replied = await office(platform, caseNo, 'replies', reply, civil);
    // In its own name, whatever it calls itself.
    expect(replied.json).toMatchObject({ state: 'replied', reply: { unit: 'civil局' } });
    await pool.query(
      `INSERT INTO case_event (cursor, application_id, ordinal, at, from_status, to_status, actor)
       SELECT cursor, application_id, 9, now(), '10', '12', 'station' FROM case_record WHERE case_no = $1`,
      [caseNo],
    );
    expect((await inbox(civil)).entries.at(-1)).toMatchObject({ kind: 'reopened', status: '12' });
  });

  test('misses nothing and shows nothing twice while many write at once', async () => {
    const seen: number[] = [];
    let after = 0;
    let isOver = false;
    const reading = (async () => {
      for (let last = false; !last;) {
        last = isOver;
        const page = await inbox(civil, `?after=${String(after)}&limit=7`);
        seen.push(...page.entries.map(({ cursor }) => cursor));
        after = page.cursor;
        if (page.entries.length > 0) last = false;
      }
    })();
    // As many as the node's line of people takes at once, but for whoever reads.
    const cases = await Promise.all(Array.from({ length: 50 }, (_, n) => submitOf(platform, n + 1, ELDERLY)));
    await Promise.all(cases.map((caseNo) => office(platform, caseNo, 'acceptance', {}, civil)));
    isOver = true;
    await reading;
    const all = await pool.query<{ cursor: string }>(
      `SELECT cursor FROM inbox_entry WHERE department_id = 'civil' ORDER BY cursor`,
    );
    expect(all.rows).toHaveLength(100);
    expect(seen).toEqual(all.rows.map(({ cursor }) => Number(cursor)));
  }, 60_000);

  test('waits for a writer who has taken an earlier place and has not committed yet', async () => {
    const slow = await pool.connect();
    const caseNo = await submitOf(platform, 1, ELDERLY);
    await slow.query('BEGIN');
    await slow.query('SET CONSTRAINTS ALL IMMEDIATE');
    await slow.query(
      `INSERT INTO case_event (cursor, application_id, ordinal, at, from_status, to_status, actor)
       SELECT cursor, application_id, 2, now(), '02', '05', 'desk' FROM case_record WHERE case_no = $1`,
      [caseNo],
    );
    // Its place is taken; another one takes a later place, and commits first.
    await submitOf(platform, 2, ELDERLY);
    const asked = inbox(civil, '?after=0');
    // A reader that does not wait has answered by then, and without the earlier place.
    await Promise.race([asked, untilOneWaits()]);
    await slow.query('COMMIT');
    slow.release();
    const { entries } = await asked;
    expect(entries.map(({ kind, ordinal }) => [kind, ordinal])).toEqual([
      ['new', 1],
      ['changed', 2],
      ['new', 1],
    ]);
  });
});

describe('another department’s case', () => {
  test('is as if it were not there, for every act', async () => {
    const caseNo = await submitOf(platform, 1, ELDERLY);
    const question = await submitOf(platform, 2, CONSULTATION);
    expect((await inbox(health)).entries).toEqual([]);
    const refused = await Promise.all([
      call(`${platform.url}/v1/cases/${caseNo}`, { by: health }),
      office(platform, caseNo, 'acceptance', {}, health),
      office(platform, caseNo, 'refusal', { reason: RESULT.text }, health),
      office(platform, caseNo, 'corrections', CORRECTION, health),
      office(platform, caseNo, 'result', RESULT, health),
      call(`${platform.url}/v1/cases/${question}/interaction`, { by: health }),
      office(platform, question, 'replies', { replyId: applicationId(7), unit: 'x', text: 'y' }, health),
    ]);
    expect(refused.map(({ status, json }) => [status, (json as { code: string }).code])).toEqual(
      refused.map(() => [404, 'NOT_FOUND']),
    );
    const untouched = await call(`${platform.url}/v1/cases/${caseNo}`, { by: DESK_TOKEN });
    expect(untouched.json).toMatchObject({ status: '02' });
  });

  test('is the desk’s when no department decides its item, and comes to who is given it', async () => {
    const caseNo = await submitOf(platform, 1, 'fertility-registration');
    expect((await call(`${platform.url}/v1/cases/${caseNo}`, { by: civil })).status).toBe(404);
    expect((await office(platform, caseNo, 'acceptance')).status).toBe(200);
    expect((await operate(parts, 'items', ['civil', 'fertility-registration'])).lines[0]).toContain(
      '1 open cases',
    );
    expect((await inbox(civil)).entries).toMatchObject([{ kind: 'new', caseNo, status: '05' }]);
    expect((await office(platform, caseNo, 'result', RESULT, civil)).status).toBe(200);
    expect((await inbox(civil)).entries).toMatchObject([{ kind: 'new' }, { kind: 'changed', status: '10' }]);
  });

  test('what only the desk may do is refused', async () => {
    for (const path of ['/v1/cases', '/v1/ratings', `/v1/dispatches?chain=${applicationId(1)}`]) {
      expect((await call(platform.url + path, { by: civil })).status).toBe(401);
    }
    expect((await call(`${platform.url}/v1/inbox`, { by: DESK_TOKEN })).status).toBe(401);
    expect((await call(`${platform.url}/v1/inbox`, {})).status).toBe(401);
  });
});

describe('the operator', () => {
  test('ends a token at once, on every node, and the other one stays good', async () => {
    const second = (await operate(parts, 'token', ['civil'])).lines[0] ?? '';
    const node = await startTestPlatform(parts.databaseUrl);
    await operate(parts, 'revoke-token', ['civil'], { tail: civil.slice(-3) });
    expect((await call(`${platform.url}/v1/inbox`, { by: civil })).status).toBe(401);
    expect((await call(`${node.url}/v1/inbox`, { by: civil })).status).toBe(401);
    expect((await call(`${node.url}/v1/inbox`, { by: second })).status).toBe(200);
    await node.close();
    expect(
      await pool.query('SELECT * FROM department_token').then(({ rows }) => JSON.stringify(rows)),
    ).not.toContain(civil.slice(0, -3));
  });

  test('a token is good until its day, and no longer', async () => {
    const old = (
      await operate({ ...parts, nowMs: TEST_NOW_MS - 86_400_000 }, 'token', ['civil'], { days: 1 })
    ).lines[0];
    expect((await call(`${platform.url}/v1/inbox`, { by: old ?? '' })).status).toBe(401);
    const young = (
      await operate({ ...parts, nowMs: TEST_NOW_MS - 86_399_000 }, 'token', ['civil'], { days: 1 })
    ).lines[0];
    expect((await call(`${platform.url}/v1/inbox`, { by: young ?? '' })).status).toBe(200);
  });

  test('who revokes a department ends its tokens, and gives its open cases on with its items', async () => {
    const caseNo = await submitOf(platform, 1, ELDERLY);
    expect((await operate(parts, 'items', ['health', ELDERLY])).done).toBe(false);
    expect((await operate(parts, 'revoke', ['civil'], { reason: 'merged' })).done).toBe(true);
    expect((await call(`${platform.url}/v1/inbox`, { by: civil })).status).toBe(401);
    expect((await operate(parts, 'token', ['civil'])).done).toBe(false);
    expect((await operate(parts, 'items', ['health', ELDERLY])).lines[0]).toContain('1 open cases');
    expect((await inbox(health)).entries).toMatchObject([{ kind: 'new', caseNo }]);
    const lines = (await operate(parts, 'list', [])).lines.join('\n');
    expect(lines).toContain('revoked');
    // What it had waits for nobody there; in health's inbox it does.
    expect(lines.split('\n').filter((line) => line.includes('1 wait since'))).toEqual([
      expect.stringMatching(/^health /),
    ]);
  });

  test('an item that the catalogue does not have, or an address on another network, is refused', async () => {
    expect((await operate(parts, 'items', ['civil', 'no-such-item'])).done).toBe(false);
    expect((await operate(parts, 'items', ['nobody', ELDERLY])).done).toBe(false);
    expect((await operate(parts, 'webhook', ['civil', 'http://district.example/inbox'])).done).toBe(false);
    expect((await operate(parts, 'webhook', ['civil', 'https://169.254.169.254/latest'])).done).toBe(false);
    expect((await operate(parts, 'register', ['civil'], { zh: '又', en: 'again' })).done).toBe(false);
  });

  test('gives what is open in pieces, and what is over not', async () => {
    const cases = await Promise.all(
      Array.from({ length: 5 }, (_, n) => submitOf(platform, n + 1, 'fertility-registration')),
    );
    const [over = ''] = cases;
    await office(platform, over, 'refusal', { reason: RESULT.text });
    // More open ones than are given under one lock; the trigger is not asked for these.
    await pool.query(`ALTER TABLE case_event DISABLE TRIGGER USER`);
    await pool.query(
      `INSERT INTO application (application_id, revision, terminal_id, station_id, receipt_no, item_slug, item_version,
           payload_sha256, received_at, stored_at, submission)
         SELECT ('01995b00-0000-7000-8000-' || lpad((1000 + n)::text, 12, '0'))::uuid, revision, terminal_id, station_id, receipt_no, item_slug, item_version, payload_sha256,
           received_at, stored_at, submission FROM application, generate_series(1, 450) n WHERE application_id = $1`,
      [applicationId(2)],
    );
    await pool.query(
      `INSERT INTO case_record SELECT (jsonb_populate_record(c, jsonb_build_object('cursor', 1000 + n, 'case_no', 'BJ' || n,
           'application_id', a.application_id))).*
         FROM (SELECT application_id, row_number() OVER () AS n FROM application
               WHERE application_id NOT IN (SELECT application_id FROM case_record)) a, case_record c WHERE c.case_no = $1`,
      [cases[1]],
    );
    await pool.query(
      `INSERT INTO case_event SELECT (jsonb_populate_record(NULL::case_event, to_jsonb(c) ||
           jsonb_build_object('ordinal', 1, 'at', now(), 'to_status', c.status, 'actor', 'station'))).*
         FROM case_record c WHERE cursor > 1000`,
    );
    await pool.query(`ALTER TABLE case_event ENABLE TRIGGER USER`);
    expect((await operate(parts, 'items', ['civil', 'fertility-registration'])).lines[0]).toContain(
      '454 open cases',
    );
    const { entries } = await inbox(civil, '?limit=500');
    expect(new Set(entries.map(({ caseNo }) => caseNo)).size).toBe(454);
    expect(entries.map(({ caseNo }) => caseNo)).not.toContain(over);
    // Again, as after an interruption: nothing comes twice.
    expect((await operate(parts, 'items', ['civil', 'fertility-registration'])).lines[0]).toContain(
      '0 open cases',
    );
    expect((await inbox(civil, '?limit=500')).entries).toHaveLength(454);
  }, 60_000);

  test('keeps nobody waiting while it looks for open cases', async () => {
    for (const n of [1, 2, 3]) await submitOf(platform, n, 'fertility-registration');
    // Whoever looks for them is held up here; a submission and a reader are not.
    const holder = await pool.connect();
    await holder.query('BEGIN; LOCK TABLE case_dispatch IN ACCESS EXCLUSIVE MODE');
    const giving = operate(parts, 'items', ['civil', 'fertility-registration']);
    for (let held = false; !held;) {
      const { rows } = await pool.query(
        `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%lying%'`,
      );
      held = rows.length > 0;
    }
    const alone = await pool.query(
      `SELECT 1 FROM pg_locks WHERE locktype = 'advisory' AND objid = 7020003 AND mode = 'ExclusiveLock'`,
    );
    expect(alone.rows).toEqual([]);
    await holder.query('ROLLBACK');
    holder.release();
    expect((await giving).lines[0]).toContain('3 open cases');
  });

  test('sees in the list what no department decides', async () => {
    const { lines } = await operate(parts, 'list', []);
    expect(lines.at(-1)).toMatch(/^\(desk\).* fertility-registration /);
    expect(lines.at(-1)).not.toContain(ELDERLY);
  });

  test('can type the end of every token behind an option', async () => {
    for (let times = 0; times < 200; times += 1) {
      const token = (await operate(parts, 'token', ['civil'])).lines[0] ?? '';
      expect(token.at(-3)).not.toBe('-');
    }
  }, 60_000);

  test('a unit’s items are found by its name in the catalogue', async () => {
    await operate(parts, 'take', ['civil', ELDERLY, CONSULTATION]);
    await operate(parts, 'take', ['health', CARD]);
    await operate(parts, 'register', ['bureau'], { zh: '民政局', en: 'Civil affairs' });
    const given = await operate(parts, 'items', ['bureau'], { unit: '示例区民政局' });
    expect(given.done).toBe(true);
    expect(given.lines[0]).toContain(CARD);
    expect((await operate(parts, 'items', ['bureau'], { unit: '没有的局' })).done).toBe(false);
  });
});

test('what is handed over lies with the other department: all of it is new there, and not there any more where it was', async () => {
  const caseNo = await submitOf(platform, 77, ELDERLY);
  await office(platform, caseNo, 'acceptance', {}, civil);
  await operate(parts, 'register', ['insurance'], { zh: '示例区医疗保障局', en: 'Medical insurance' });
  const token = (await operate(parts, 'token', ['insurance'])).lines[0] ?? '';
  expect((await office(platform, caseNo, 'hand-over', { unit: '示例区医疗保障局' }, civil)).status).toBe(200);
  expect((await inbox(token)).entries).toMatchObject([{ caseNo, kind: 'new', status: '05' }]);
  expect(
    (await inbox(civil)).entries.filter((entry) => entry.caseNo === caseNo).map(({ kind }) => kind),
  ).toEqual(['new', 'changed', 'changed']);
  expect((await office(platform, caseNo, 'result', RESULT, civil)).status).toBe(404);
  expect((await office(platform, caseNo, 'result', RESULT, token)).status).toBe(200);
  expect((await inbox(token)).entries.map(({ kind }) => kind)).toEqual(['new', 'changed']);
});

describe('what is handed over', () => {
  const HEALTH = '示例区卫生健康局';

  test('lies with the department that decides the unit’s items, whatever it is called', async () => {
    await operate(parts, 'items', ['health', 'fertility-registration']);
    const caseNo = await submitOf(platform, 1, ELDERLY);
    expect((await office(platform, caseNo, 'hand-over', { unit: HEALTH }, civil)).status).toBe(200);
    expect((await inbox(health)).entries).toMatchObject([{ caseNo, kind: 'new', status: '02' }]);
    expect((await office(platform, caseNo, 'acceptance', {}, civil)).status).toBe(404);
    expect((await office(platform, caseNo, 'acceptance', {}, health)).status).toBe(200);
  });

  test('goes on with the unit’s items to a department of any other name', async () => {
    await operate(parts, 'items', ['health', 'fertility-registration']);
    const caseNo = await submitOf(platform, 1, ELDERLY);
    expect((await office(platform, caseNo, 'hand-over', { unit: HEALTH }, civil)).status).toBe(200);
    await operate(parts, 'revoke', ['health'], { reason: 'merged' });
    const merged = await plugIn(parts, 'merged', [CARD]);
    expect((await inbox(merged)).entries).toEqual([]);
    expect((await operate(parts, 'items', ['merged', 'fertility-registration'])).lines[0]).toContain(
      '1 open cases',
    );
    expect((await inbox(merged)).entries).toMatchObject([{ caseNo, kind: 'new', status: '02' }]);
    expect((await office(platform, caseNo, 'acceptance', {}, merged)).status).toBe(200);
  });

  test('to a unit that works at the desk is the desk’s, until that unit plugs in', async () => {
    const caseNo = await submitOf(platform, 1, ELDERLY);
    expect((await office(platform, caseNo, 'hand-over', { unit: HEALTH }, civil)).status).toBe(200);
    expect((await office(platform, caseNo, 'acceptance', {}, civil)).status).toBe(404);
    expect((await office(platform, caseNo, 'acceptance')).status).toBe(200);
    // The one that gave it away was told so, and nothing since: its item does not bring it back.
    expect((await inbox(civil)).entries.map(({ kind }) => kind)).toEqual(['new', 'changed']);
    await operate(parts, 'items', ['civil', ELDERLY]);
    expect((await inbox(civil)).entries).toHaveLength(2);
    await operate(parts, 'register', ['clinic'], { zh: HEALTH, en: 'Health' });
    const clinic = (await operate(parts, 'token', ['clinic'])).lines[0] ?? '';
    expect((await operate(parts, 'items', ['clinic', 'newborn-one-thing'])).lines[0]).toContain(
      '1 open cases',
    );
    expect((await inbox(clinic)).entries).toMatchObject([{ caseNo, kind: 'new', status: '05' }]);
    expect((await office(platform, caseNo, 'result', RESULT, clinic)).status).toBe(200);
  });

  test('by a node of an older release, which names the unit alone, comes to the department of that name', async () => {
    await operate(parts, 'register', ['clinic'], { zh: HEALTH, en: 'Health' });
    const clinic = (await operate(parts, 'token', ['clinic'])).lines[0] ?? '';
    const caseNo = await submitOf(platform, 1, ELDERLY);
    const old = await pool.connect();
    await old.query('BEGIN');
    await old.query(
      `INSERT INTO case_event SELECT (jsonb_populate_record(NULL::case_event, to_jsonb(c) || $2)).*
         FROM case_record c WHERE case_no = $1`,
      [
        caseNo,
        JSON.stringify({
          ordinal: 2,
          at: '2026-11-22T01:00:00Z',
          from_status: '02',
          to_status: '02',
          actor: 'desk',
          verb: 'hand-over',
          facts: { handedTo: { zh: HEALTH, en: 'Health' } },
        }),
      ],
    );
    await old.query('UPDATE case_record SET handed_to = $2 WHERE case_no = $1', [caseNo, HEALTH]);
    await old.query('COMMIT');
    old.release();
    expect((await inbox(clinic)).entries).toMatchObject([{ caseNo, kind: 'new', ordinal: 2 }]);
  });
});

describe('a question that is dispatched', () => {
  const TEXT = '高龄津贴年满八十岁可以申请，带身份证到 3 号窗口，电话 0999-6210001。';
  const dispatch = (caseNo: string, unit: string) =>
    office(platform, caseNo, 'dispatches', { dispatchId: randomUUID(), unit });
  const answer = (caseNo: string, by: string) =>
    office(platform, caseNo, 'replies', { replyId: randomUUID(), unit: 'x', text: TEXT }, by);
  let caseNo: string;

  beforeEach(async () => {
    await operate(parts, 'items', ['health', 'fertility-registration']);
    caseNo = await submitOf(platform, 1, CONSULTATION);
    await office(platform, caseNo, 'acceptance');
  });

  test.each(['示例区卫生健康局', '示例区卫生健康局 妇幼科', 'shili district health bureau', 'health局'])(
    'to %s is new in the inbox of that department, which answers it in its own name',
    async (unit) => {
      expect((await answer(caseNo, health)).status).toBe(404);
      expect((await dispatch(caseNo, unit)).json).toMatchObject({ dispatch: { to: [{ unit }] } });
      expect((await inbox(health)).entries).toMatchObject([{ caseNo, kind: 'new', status: '05' }]);
      expect((await inbox(civil)).entries.map(({ kind }) => kind)).toEqual(['new', 'changed', 'changed']);
      expect((await answer(caseNo, civil)).status).toBe(404);
      expect((await answer(caseNo, health)).json).toMatchObject({
        state: 'replied',
        reply: { unit: 'health局' },
      });
    },
  );

  test('to a unit that nobody here knows stays where it lies, and is answered there', async () => {
    expect((await dispatch(caseNo, '幸福小区物业公司')).status).toBe(200);
    expect((await inbox(civil)).entries.map(({ kind }) => kind)).toEqual(['new', 'changed']);
    expect((await answer(caseNo, civil)).json).toMatchObject({ state: 'replied' });
  });

  test('in a special procedure goes on to its unit as well', async () => {
    const special = {
      reason: 'hearing',
      workdays: 5,
      text: { zh: '需要听证。', en: 'A hearing is held.' },
    };
    const begun = await office(platform, caseNo, 'special-procedures', special);
    expect(begun.status, begun.text).toBe(200);
    expect((await dispatch(caseNo, '示例区卫生健康局')).status).toBe(200);
    expect((await inbox(health)).entries).toMatchObject([{ caseNo, kind: 'new', status: '11' }]);
  });
});

test('a chain lies with several departments at once, each with its own clock', async () => {
  const chainApplicationId = applicationId(900);
  const of = (order: number) => ({
    payload: { ...ORDINARY_PAYLOAD, chain: { id: 'elder', chainApplicationId, order, needs: [] } },
  });
  const first = await submitOf(platform, 1, ELDERLY, of(1));
  const second = await submitOf(platform, 2, CARD, of(2));
  const third = await submitOf(platform, 3, 'fertility-registration', of(3));
  expect((await inbox(civil)).entries).toMatchObject([{ caseNo: first, chain: { order: 1 } }]);
  expect((await inbox(health)).entries).toMatchObject([{ caseNo: second, chain: { order: 2 } }]);
  await office(platform, first, 'acceptance', {}, civil);
  const answer = await call(`${platform.url}/v1/dispatches?chain=${chainApplicationId}`, { by: DESK_TOKEN });
  expect(answer.json).toEqual({
    dispatches: [
      {
        caseNo: first,
        itemSlug: ELDERLY,
        order: 1,
        status: '05',
        department: {
          departmentId: 'civil',
          name: { zh: 'civil局', en: 'civil bureau' },
          dispatchedAt: expect.any(String),
        },
        decideBy: expect.stringMatching(/^2026-12-/),
      },
      expect.objectContaining({
        caseNo: second,
        status: '02',
        decideBy: null,
        department: expect.objectContaining({ departmentId: 'health' }),
      }),
      expect.objectContaining({ caseNo: third, department: null, decideBy: null }),
    ],
  });
});
