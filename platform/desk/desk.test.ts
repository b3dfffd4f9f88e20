import { createHash, randomBytes, randomUUID } from 'node:crypto';
import type pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { ApplicationPayload } from '#contract/application.ts';
import { auditText } from '#contract/terminal-audit.ts';
import { verifyAudit } from '../audit/verify.ts';
import { officeDays } from '../cases/working-days.ts';
import { connect } from '../database/connect.ts';
import { startTestPostgres, type TestPostgres } from '../database/for-tests.ts';
import {
  acknowledged,
  applicationId,
  call,
  DESK_TOKEN,
  payload,
  send,
  startTestPlatform,
  submission,
  submit,
  TERMINAL,
  TEST_NOW_MS,
} from '../for-tests.ts';
import { signedBy } from '../identity/for-tests.ts';
import type { Platform } from '../server.ts';
import { DeskBrowser, HEALTH, PASSWORD, plantOfficial, STREET } from './for-tests.ts';

let postgres: TestPostgres;
let platform: Platform;
/** Another one over the same database. */
let secondNode: Platform;
let pool: pg.Pool;
let serial = 0;
const logged: object[] = [];

beforeAll(async () => {
  postgres = await startTestPostgres();
  const url = await postgres.createDatabase();
  platform = await startTestPlatform(url, (line) => logged.push(line));
  secondNode = await startTestPlatform(url);
  pool = connect(url);
  await plantOfficial(pool, { officialId: 'wang', roles: ['clerk'] });
  await plantOfficial(pool, { officialId: 'zhao', roles: ['supervisor'] });
  await plantOfficial(pool, { officialId: 'qian', roles: ['auditor'] });
  await plantOfficial(pool, { officialId: 'sun', roles: ['administrator'], administersAll: true });
  await plantOfficial(pool, {
    officialId: 'li',
    roles: ['clerk'],
    unitName: '示例区卫生健康局',
    unitCode: HEALTH,
  });
  await plantOfficial(pool, {
    officialId: 'zhou',
    roles: ['clerk'],
    unitName: '示例街道办事处',
    unitCode: STREET,
  });
}, 120_000);

afterAll(async () => {
  await pool.end();
  await secondNode.close();
  await platform.close();
  await postgres.close();
}, 60_000);

/** Region 999901 does not exist: nobody has this number. */
const NUMBER = '999901194503120014';
const ANSWERS = { applicantName: '张建国', applicantId: NUMBER, mobile: '13800005678' };

async function newCase(content: ApplicationPayload = payload(ANSWERS), itemSlug = 'elderly-allowance') {
  serial += 1;
  const answer = await submit(platform, serial, { ...submission(content), itemSlug });
  expect(answer.status).toBe(200);
  return acknowledged(answer).caseNo;
}

async function browserOf(officialId: string, node = platform): Promise<DeskBrowser> {
  const browser = new DeskBrowser(node.url);
  expect((await browser.signIn(officialId)).status).toBe(303);
  return browser;
}

/** As SQL: cases of another street, `XR1` and so on. */
const manyCases = (count: number, itemSlug: string) => `
  INSERT INTO application (application_id, revision, terminal_id, station_id, receipt_no, item_slug, item_version,
    payload_sha256, received_at, stored_at, submission)
  SELECT gen_random_uuid(), 1, 'T', '999902001', 'R' || n, '${itemSlug}', '1', 'x', now(), now(), '{}'
  FROM generate_series(1, ${String(count)}) n;
  INSERT INTO case_record (cursor, case_no, application_id, revision, status)
  SELECT nextval('case_cursor'), 'X' || a.receipt_no, a.application_id, 1, '10' FROM application a
  WHERE a.terminal_id = 'T';`;

/** A case that is over and was rated badly by somebody who can be called. */
async function badlyRated(words = '等了三次', itemSlug = 'elderly-allowance') {
  const caseNo = await newCase(payload(ANSWERS), itemSlug);
  const refused = await call(`${platform.url}/v1/cases/${caseNo}/refusal`, {
    method: 'POST',
    by: DESK_TOKEN,
    body: { reason: { zh: '不符合', en: 'Not so' } },
  });
  expect(refused.status).toBe(200);
  const rating = { level: 'dissatisfied', reasons: [], words };
  const rated = await call(`${platform.url}/v1/ratings`, {
    method: 'POST',
    by: TERMINAL,
    body: { ratingId: randomUUID(), caseNo, rating, ratedAt: new Date(TEST_NOW_MS).toISOString() },
  });
  expect(rated.status).toBe(200);
  const { rows } = await pool.query<{ entry_no: string; call_back_no: string }>(
    'SELECT entry_no, call_back_no FROM rating_ledger JOIN call_back USING (case_no) WHERE case_no = $1',
    [caseNo],
  );
  return { caseNo, entryNo: rows[0]?.entry_no ?? '', callBackNo: rows[0]?.call_back_no ?? '' };
}

const statusOf = async (caseNo: string) =>
  (await pool.query<{ status: string }>('SELECT status FROM case_record WHERE case_no = $1', [caseNo]))
    .rows[0]?.status;
const audited = async (caseNo: string) =>
  (
    await pool.query<{ line: string }>(
      `SELECT official_id || ' ' || event || ' ' || disposition AS line FROM desk_audit WHERE case_no = $1 ORDER BY seq`,
      [caseNo],
    )
  ).rows.map(({ line }) => line);

describe('the roles', () => {
  /** Written by hand, and not read off the routes: C clerk, S supervisor, Q auditor, A administrator. */
  const expected: Readonly<Record<string, string>> = {
    'GET /desk': 'CS',
    'GET /desk/questions': 'CS',
    'GET /desk/cases/CASE': 'CS',
    'POST /desk/cases/CASE/show': 'CS',
    'GET /desk/cases/CASE/images/0': 'CS',
    'GET /desk/cases/CASE/signatures/signature': 'CS',
    'GET /desk/cases/CASE/acts/accept': 'CS',
    'POST /desk/cases/CASE/acts/refuse': 'CS',
    'GET /desk/alerts': 'S',
    'GET /desk/fleet': 'S',
    'GET /desk/ledger': 'S',
    'GET /desk/ledger/ENTRY': 'S',
    'POST /desk/ledger/ENTRY/case': 'S',
    'GET /desk/ledger/ENTRY/acts/verify': 'S',
    'POST /desk/ledger/ENTRY/acts/close': 'S',
    'GET /desk/call-backs': 'S',
    'GET /desk/call-backs/CALL': 'S',
    'GET /desk/call-backs/CALL/call': 'S',
    'POST /desk/call-backs/CALL/call': 'S',
    'GET /desk/guides': 'CS',
    'GET /desk/ratings': 'CS',
    'GET /desk/officials': 'A',
    'POST /desk/officials': 'A',
    'POST /desk/officials/nobody/password': 'A',
    'POST /desk/officials/nobody/close': 'A',
    'GET /desk/audit': 'Q',
    'GET /desk/terminal-audit': 'Q',
    'GET /desk/audit.csv': 'Q',
    'GET /desk/password': 'CSQA',
    'POST /desk/password': 'CSQA',
    'GET /desk/account': 'CSQA',
    'POST /desk/language': 'CSQA',
  };
  const ending = ['POST /desk/sign-out', 'POST /desk/account/everywhere'];

  test('the table above has every page and form', async () => {
    const { routes } = await import('./routes.ts');
    const shape = (at: string) =>
      at
        .replace('/CASE', '/:caseNo')
        .replace('/ENTRY', '/:entryNo')
        .replace('/CALL', '/:callBackNo')
        .replace('/images/0', '/images/:place')
        .replace('/signatures/signature', '/signatures/:fieldId')
        .replace(/acts\/\w+/, 'acts/:act')
        .replace('/nobody/', '/:officialId/');
    expect([...Object.keys(expected).map(shape), ...ending].sort()).toEqual(
      routes.map(({ at }) => at).sort(),
    );
  });

  test.each([
    ['C', 'wang'],
    ['S', 'zhao'],
    ['Q', 'qian'],
    ['A', 'sun'],
  ])('%s reaches what is for it, and nothing else', async (letter, officialId) => {
    const rated = await badlyRated();
    const caseNo = await newCase();
    const browser = await browserOf(officialId);
    for (const [at, who] of Object.entries(expected)) {
      const [method = '', path = ''] = at
        .replace('CASE', caseNo)
        .replace('ENTRY', rated.entryNo)
        .replace('CALL', rated.callBackNo)
        .split(' ');
      await browser.get('/desk/account');
      const answer = method === 'GET' ? await browser.get(path) : await browser.post(path, {});
      const isForbidden = answer.status === 403 && answer.text.includes('您的角色不能看这一页');
      expect(isForbidden, `${officialId}: ${at} is ${String(answer.status)}`).toBe(!who.includes(letter));
      expect(answer.status, at).toBeLessThan(500);
      // What is theirs is there: a page that is missing would pass for one that is open.
      if (method === 'GET' && who.includes(letter)) {
        const isMissing = answer.status === 404 && !/images|signatures/.test(at);
        expect(isMissing, at).toBe(false);
      }
    }
    const { rows } = await pool.query<{ count: string }>(
      `SELECT count(*) FROM desk_audit WHERE official_id = $1 AND event = 'desk.refused' AND disposition = 'role'`,
      [officialId],
    );
    expect(Number(rows[0]?.count)).toBe(
      Object.values(expected).filter((who) => !who.includes(letter)).length,
    );
  });

  test('nobody who is not signed in sees anything', async () => {
    const caseNo = await newCase();
    const browser = new DeskBrowser(platform.url);
    for (const at of [...Object.keys(expected), ...ending]) {
      const [method = '', path = ''] = at.replace('CASE', caseNo).split(' ');
      const answer = method === 'GET' ? await browser.get(path) : await browser.post(path, {});
      expect(answer.status, at).toBe(path === '/desk' ? 200 : 401);
      expect(answer.text, at).toContain('登录办事工作台');
      expect(answer.text, at).not.toContain('高龄');
    }
    expect(await statusOf(caseNo)).toBe('02');
  });
});

describe('signing in', () => {
  test('the cookie is out of reach of scripts and of other sites, and no page may be kept or run a script', async () => {
    const browser = new DeskBrowser(platform.url);
    const met = (await browser.get('/desk/sign-in')).headers.getSetCookie();
    expect(met).toEqual([expect.stringMatching(/^yizhan_desk_browser=.*; Path=\/; HttpOnly; SameSite=Lax/)]);
    const signedIn = (await browser.signIn('wang')).headers.getSetCookie();
    expect(signedIn).toEqual([
      expect.stringMatching(/^yizhan_official=.*; Path=\/; HttpOnly; SameSite=Strict$/),
    ]);
    const page = await browser.get('/desk');
    // Given once: what another site sends without it does not take its place.
    expect(page.headers.getSetCookie()).toEqual([]);
    const elsewhere = new DeskBrowser(platform.url, { 'sec-fetch-site': 'cross-site' });
    expect((await elsewhere.post('/desk/sign-in', { id: 'wang' })).headers.getSetCookie()).toEqual([]);
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page.headers.get('content-security-policy')).not.toContain('script-src');
    expect(page.headers.get('cache-control')).toBe('no-store');
    expect(page.text).not.toMatch(/<script|javascript:| on\w+=| style=/);
  });

  test('a form of another site is not taken: by its token, by what the browser says, and without a session', async () => {
    const caseNo = await newCase();
    const path = `/desk/cases/${caseNo}/acts/accept`;
    const browser = await browserOf('wang');
    await browser.get(path);
    const version = browser.hidden('version');
    expect((await browser.post(path, { version, step: 'do', formToken: 'forged' })).status).toBe(403);
    expect((await browser.post(path, { version, step: 'do', formToken: '' })).status).toBe(403);
    const elsewhere = new DeskBrowser(platform.url, { 'sec-fetch-site': 'cross-site' });
    expect((await elsewhere.signIn('wang')).status).toBe(403);
    expect(
      (await new DeskBrowser(platform.url).post('/desk/sign-in', { id: 'wang', password: 'x' })).status,
    ).toBe(403);
    expect(await statusOf(caseNo)).toBe('02');
  });

  test('a first password is changed before anything else, and the rules of the new one are said', async () => {
    const administrator = await browserOf('sun');
    await administrator.get('/desk/officials');
    const added = await administrator.post('/desk/officials', {
      officialId: 'new.clerk',
      shownName: '新来的',
      unitName: '示例区民政局',
      unitCode: '11999901007000118L',
      roles: ['clerk'],
    });
    const given = /class="secret">([^<]+)</.exec(added.text)?.[1] ?? '';
    expect(given).toHaveLength(24);
    const browser = new DeskBrowser(platform.url);
    expect((await browser.signIn('new.clerk', given)).location).toBe('/desk/password');
    expect((await browser.get('/desk')).location).toBe('/desk/password');
    await browser.get('/desk/password');
    const change = (wanted: string, again = wanted, old = given) =>
      browser.post('/desk/password', { old, new: wanted, again });
    expect((await change('short')).text).toContain('新密码太短');
    expect((await change('a long and good sentence', 'another one')).text).toContain(
      '两次输入的新密码不一样',
    );
    expect((await change('a long and good sentence', undefined, 'not it')).text).toContain('现在的密码不对');
    expect((await change(given)).text).toContain('新密码和现在的一样');
    expect((await change('a long and good sentence')).location).toBe('/desk/account?done=password');
    expect((await browser.get('/desk')).status).toBe(200);
    // Given once: nothing shows it again.
    expect((await administrator.get('/desk/officials')).text).not.toContain(given);
  });

  test('a session that is ended at one node has ended at the other', async () => {
    const here = await browserOf('zhou');
    const there = await browserOf('zhou', secondNode);
    expect((await there.get('/desk')).text).toContain('示例街道办事处');
    await here.get('/desk/account');
    expect((await here.post('/desk/account/everywhere', {})).status).toBe(303);
    expect((await there.get('/desk')).text).toContain('登录办事工作台');
    expect((await here.get('/desk')).text).toContain('登录办事工作台');
  });

  test('an administrator cannot shut himself out, and a closed account is out at once', async () => {
    await plantOfficial(pool, { officialId: 'leaving', roles: ['clerk'] });
    const leaving = await browserOf('leaving');
    const administrator = await browserOf('sun');
    await administrator.get('/desk/officials');
    expect((await administrator.post('/desk/officials/sun/close', { step: 'do' })).status).toBe(409);
    const asked = await administrator.post('/desk/officials/leaving/close', {});
    expect(asked.text).toContain('停用账号 leaving？');
    expect((await leaving.get('/desk')).text).toContain('示例区民政局');
    await administrator.post('/desk/officials/leaving/close', { step: 'do' });
    expect((await leaving.get('/desk')).text).toContain('登录办事工作台');
  });
});

describe('a case', () => {
  let caseNo: string;
  let browser: DeskBrowser;

  beforeEach(async () => {
    caseNo = await newCase();
    browser = await browserOf('wang');
  }, 60_000);

  test('is masked until everything is asked for, and each look is in the audit', async () => {
    const masked = await browser.get(`/desk/cases/${caseNo}`);
    expect(masked.text).toContain('999901********0014');
    expect(masked.text).toContain('张*国');
    for (const secret of [NUMBER, '张建国', ANSWERS.mobile]) expect(masked.text).not.toContain(secret);
    const whole = await browser.post(`/desk/cases/${caseNo}/show`, {});
    for (const secret of [NUMBER, '张建国', ANSWERS.mobile]) expect(whole.text).toContain(secret);
    expect((await browser.get(`/desk/cases/${caseNo}`)).text).not.toContain(NUMBER);
    expect(await audited(caseNo)).toEqual([
      'wang case.opened done',
      'wang case.shown done',
      'wang case.opened done',
    ]);
  });

  test('of another unit is not opened, not acted on, and not found', async () => {
    const other = await browserOf('li');
    for (const path of ['', '/acts/accept', '/images/0']) {
      expect((await other.get(`/desk/cases/${caseNo}${path}`)).status).toBe(403);
    }
    await other.get('/desk/account');
    const done = await other.post(`/desk/cases/${caseNo}/acts/accept`, { version: '1.0', step: 'do' });
    expect(done.status).toBe(403);
    expect((await other.get(`/desk?number=${caseNo}`)).text).toContain('没有找到编号');
    expect((await other.get('/desk?view=all')).text).not.toContain(caseNo);
    expect(await statusOf(caseNo)).toBe('02');
    expect(new Set(await audited(caseNo))).toEqual(new Set(['li desk.refused other-unit']));
    // The street office sees what its stations received, of whatever department.
    expect((await (await browserOf('zhou')).get(`/desk/cases/${caseNo}`)).status).toBe(200);
  });

  test('goes from received to closed, with a page that asks before what cannot be undone', async () => {
    const accept = `/desk/cases/${caseNo}/acts/accept`;
    await browser.get(accept);
    const accepted = await browser.post(accept, { version: browser.hidden('version'), step: 'do' });
    expect(accepted.location).toBe(`/desk/cases/${caseNo}?done=accept`);
    expect((await browser.get(accepted.location ?? '')).text).toContain('已办：受理');
    const close = `/desk/cases/${caseNo}/acts/close`;
    await browser.get(close);
    const version = browser.hidden('version');
    const empty = await browser.post(close, { version, step: 'check', documentNo: 'D-1' });
    expect(empty.status).toBe(422);
    expect(empty.text).toContain('href="#f-outcome"');
    expect(empty.text).toContain('value="D-1"');
    const typed = { outcome: '1', text: '已发放 <b>', textEn: '', documentNo: '民字1号' };
    const asked = await browser.post(close, { version, step: 'check', ...typed });
    expect(asked.text).toContain('请核对：办结');
    expect(asked.text).toContain('已发放 &#60;b&#62;');
    expect(await statusOf(caseNo)).toBe('05');
    const edited = await browser.post(close, { version, step: 'edit', ...typed });
    expect(edited.text).toContain('民字1号');
    expect((await browser.post(close, { version, step: 'do', ...typed })).status).toBe(303);
    expect(await statusOf(caseNo)).toBe('10');
    const { rows } = await pool.query<{ notice: unknown }>(
      `SELECT notice FROM case_event JOIN case_record USING (cursor) WHERE case_no = $1 ORDER BY ordinal DESC LIMIT 1`,
      [caseNo],
    );
    expect(rows[0]?.notice).toEqual({
      kind: 'result',
      outcome: '1',
      text: { zh: '已发放 <b>', en: '已发放 <b>' },
      documentNo: '民字1号',
    });
    const events = await audited(caseNo);
    expect(events.filter((line) => line.includes('act.'))).toEqual([
      'wang act.asked done',
      'wang act.answered done',
      'wang act.asked done',
      'wang act.answered done',
    ]);
  });

  test('goes through every step between, each by its own form, and its history says so', async () => {
    const act = async (id: string, typed: Readonly<Record<string, string>> = {}): Promise<number> => {
      const path = `/desk/cases/${caseNo}/acts/${id}`;
      await browser.get(path);
      return (await browser.post(path, { version: browser.hidden('version'), step: 'do', ...typed })).status;
    };
    expect(await act('accept')).toBe(303);
    expect(await act('begin-special', { reason: '上门核实居住情况', workdays: '5' })).toBe(422);
    expect(await act('begin-special', { kind: 'home-visit', reason: '上门核实', workdays: '999' })).toBe(422);
    expect(await act('begin-special', { kind: 'home-visit', reason: '上门核实', workdays: '5' })).toBe(303);
    const resting = await browser.get(`/desk/cases/${caseNo}`);
    expect(resting.text).toContain('特别程序告知书（入户调查');
    expect(resting.text).toContain('上门核实');
    expect(resting.text).toContain('暂停');
    expect(resting.text).not.toContain('acts/close');
    expect(await act('close', { outcome: '1', text: '发放' })).toBe(409);
    expect(await act('end-special')).toBe(303);
    expect((await browser.get(`/desk/cases/${caseNo}`)).text).toContain('现在的环节');
    expect(await act('complete-step')).toBe(303);
    expect(await act('extend', { days: '16', reason: '材料多' })).toBe(422);
    expect(await act('extend', { days: '3', reason: '材料多' })).toBe(303);
    // Once: the form is not offered again.
    expect(await act('extend', { days: '3', reason: '材料多' })).toBe(409);
    expect(await act('hand-over', { unit: '没有这个单位' })).toBe(422);
    expect(await act('hand-over', { unit: '示例区卫生健康局' })).toBe(303);
    // It lies with the other unit now, and only there; where, is said to who asks.
    const gone = await browser.get(`/desk/cases/${caseNo}?done=hand-over`);
    expect(gone.status).toBe(403);
    expect(gone.text).toContain('这个办件现在由示例区卫生健康局办理');
    expect(gone.text).toContain('已办：转办');
    expect(gone.text).not.toMatch(/张|999901\*/);
    expect((await browser.get('/desk')).text).not.toContain(caseNo);
    browser = await browserOf('li');
    expect((await browser.get('/desk')).text).toContain(caseNo);
    expect((await browser.get(`/desk/cases/${caseNo}`)).text).toContain('转办：示例区卫生健康局');
    expect(await act('close', { outcome: '1', text: '发放' })).toBe(303);
    expect(await act('deliver', { how: 'by-pigeon' })).toBe(422);
    expect(await act('deliver', { how: 'in-person' })).toBe(303);
    expect(await statusOf(caseNo)).toBe('15');
    expect((await browser.get(`/desk/cases/${caseNo}`)).text).toContain('送达回执（本人领取）');
  });

  test('is given back with a reason, or taken back by its applicant', async () => {
    const path = (id: string) => `/desk/cases/${caseNo}/acts/${id}`;
    await browser.get(path('return'));
    const returned = { version: browser.hidden('version'), step: 'do', reason: '请到户籍地办理' };
    expect((await browser.post(path('return'), { ...returned, reason: ' ' })).status).toBe(422);
    expect((await browser.post(path('return'), returned)).status).toBe(303);
    expect(await statusOf(caseNo)).toBe('13');
    caseNo = await newCase();
    await browser.get(path('withdraw'));
    expect(await statusOf(caseNo)).toBe('02');
    const withdrawn = { version: browser.hidden('version'), step: 'do' };
    expect((await browser.post(path('withdraw'), withdrawn)).status).toBe(303);
    expect(await statusOf(caseNo)).toBe('14');
  });

  test('is not accepted by a look, nor by a form that is sent without its button', async () => {
    const accept = `/desk/cases/${caseNo}/acts/accept`;
    await browser.get(accept);
    await browser.post(accept, { version: browser.hidden('version') });
    expect(await statusOf(caseNo)).toBe('02');
  });

  test('a correction names what is wrong in one notice, and says which reason is missing', async () => {
    const correct = `/desk/cases/${caseNo}/acts/correct`;
    const form = await browser.get(correct);
    expect(form.text).toContain('居民户口簿');
    const version = browser.hidden('version');
    const none = await browser.post(correct, { version, step: 'check', workdays: '5' });
    expect(none.text).toContain('请至少选一项要补正的');
    const half = await browser.post(correct, {
      version,
      step: 'check',
      workdays: '99',
      targets: ['m.m-hukou', 'mobile'],
      'why.m.m-hukou': 'blurred',
      'zh.m.m-hukou': '第二页',
    });
    expect(half.status).toBe(422);
    expect(half.text).toContain('手机号码：请选择或填写理由');
    expect(half.text).toContain('1 到 60 的整数');
    expect(half.text).toContain('value="第二页"');
    const whole = {
      version,
      workdays: '5',
      targets: ['m.m-hukou', 'mobile'],
      'why.m.m-hukou': 'blurred',
      'zh.m.m-hukou': '第二页',
      'why.mobile': 'own',
      'zh.mobile': '打不通',
      'en.mobile': 'Nobody answers',
    };
    expect((await browser.post(correct, { ...whole, step: 'check' })).text).toContain(
      '看不清，请重拍。第二页',
    );
    expect((await browser.post(correct, { ...whole, step: 'do' })).status).toBe(303);
    const { rows } = await pool.query<{ notice: unknown }>(
      `SELECT notice FROM case_event JOIN case_record USING (cursor) WHERE case_no = $1 AND notice IS NOT NULL`,
      [caseNo],
    );
    expect(rows[0]?.notice).toMatchObject({
      kind: 'correction',
      // Monday to Friday of the week after a Sunday.
      dueOn: '2026-11-27',
      entries: [
        {
          target: { of: 'paper', materialId: 'm-hukou' },
          reason: {
            zh: '看不清，请重拍。第二页',
            en: 'It cannot be read: please take the picture again. 第二页',
          },
        },
        { target: { of: 'page', pageId: 'mobile' }, reason: { zh: '打不通', en: 'Nobody answers' } },
      ],
    });
  });

  test('whoever acts on an outdated page is told what happened meanwhile, and loses no word', async () => {
    const refuse = `/desk/cases/${caseNo}/acts/refuse`;
    await browser.get(refuse);
    const version = browser.hidden('version');
    const other = await browserOf('zhao');
    const correct = `/desk/cases/${caseNo}/acts/correct`;
    await other.get(correct);
    await other.post(correct, {
      version: other.hidden('version'),
      step: 'do',
      workdays: '5',
      targets: 'mobile',
      'why.mobile': 'unreachable',
    });
    const stale = await browser.post(refuse, { version, step: 'do', reason: '不符合第三条"年龄"' });
    expect(stale.status).toBe(409);
    expect(stale.text).toContain('这个办件有了变化');
    expect(stale.text).toContain('补正告知书');
    expect(stale.text).toContain('不符合第三条&#34;年龄&#34;');
    expect(await statusOf(caseNo)).toBe('06');
    // The resident has corrected it: it can be refused again, with the same words.
    const again = await call(`${platform.url}/v1/applications/${applicationId(serial)}/revisions/2`, {
      method: 'PUT',
      by: TERMINAL,
      body: { ...submission(payload({ ...ANSWERS, mobile: '13800009999' })) },
    });
    expect(again.status).toBe(200);
    const second = await browser.post(refuse, { version, step: 'do', reason: '不符合第三条' });
    expect(second.text).toContain('提交了第 2 次材料');
    const edited = await browser.post(refuse, {
      version: browser.hidden('version'),
      step: 'edit',
      reason: '不符合第三条',
    });
    expect(edited.text).toContain('不符合第三条</textarea>');
    const done = await browser.post(refuse, {
      version: browser.hidden('version'),
      step: 'do',
      reason: '不符合第三条',
    });
    expect(done.status).toBe(303);
    expect(await statusOf(caseNo)).toBe('07');
  });

  test('two presses of one button are one step', async () => {
    const accept = `/desk/cases/${caseNo}/acts/accept`;
    await browser.get(accept);
    const values = { version: browser.hidden('version'), step: 'do', formToken: browser.formToken };
    const answers = await Promise.all([browser.post(accept, values), browser.post(accept, values)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect(await statusOf(caseNo)).toBe('05');
  });

  test('what was written when the session had ended is there after signing in, and nothing was done', async () => {
    const refuse = `/desk/cases/${caseNo}/acts/refuse`;
    await browser.get(refuse);
    const version = browser.hidden('version');
    const { formToken } = browser;
    await pool.query('DELETE FROM official_session');
    // Another site knows no token of this browser: its words are not taken for the official's own.
    const planted = await browser.post(refuse, { version, step: 'do', reason: '别人的话', formToken: 'x' });
    expect(planted.status).toBe(401);
    expect(planted.text).not.toContain('别人的话');
    const asked = await browser.post(refuse, { version, step: 'do', reason: '写了半天的<理由>', formToken });
    expect(asked.status).toBe(401);
    expect(asked.text).toContain('您刚才填写的内容还在');
    const held = browser.hidden('held');
    const back = await browser.post('/desk/sign-in', {
      id: 'wang',
      password: '槐树下面有三只猫 and a bench',
      lang: 'zh',
      next: refuse,
      held,
    });
    expect(back.text).toContain('您填写的内容还在');
    expect(await statusOf(caseNo)).toBe('02');
    const form = await browser.post(refuse, {
      version: browser.hidden('version'),
      step: 'edit',
      reason: '写了半天的<理由>',
    });
    expect(form.text).toContain('写了半天的&#60;理由&#62;</textarea>');
  });

  test('what was written when the database was away is there, whatever it was that failed first', async () => {
    const refuse = `/desk/cases/${caseNo}/acts/refuse`;
    await browser.get(refuse);
    const form = { version: browser.hidden('version'), reason: '写了半天的理由' };
    await pool.query('ALTER TABLE official_session RENAME TO official_session_away');
    const failed = await browser.post(refuse, { ...form, step: 'do' });
    await pool.query('ALTER TABLE official_session_away RENAME TO official_session');
    expect(failed.status).toBe(500);
    expect(failed.text).toContain('写了半天的理由');
    const again = await browser.post(refuse, { ...form, step: 'edit' });
    expect(again.text).toContain('写了半天的理由</textarea>');
    expect(await statusOf(caseNo)).toBe('02');
  });

  test('an act whose answer cannot be written down is said to be done, and is not done twice', async () => {
    const accept = `/desk/cases/${caseNo}/acts/accept`;
    await browser.get(accept);
    const form = { version: browser.hidden('version'), step: 'do' };
    await pool.query(
      `CREATE FUNCTION answers_are_away() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         IF NEW.event = 'act.answered' THEN RAISE EXCEPTION 'away'; END IF; RETURN NEW; END $$;
       CREATE TRIGGER answers_away BEFORE INSERT ON desk_audit FOR EACH ROW EXECUTE FUNCTION answers_are_away()`,
    );
    const done = await browser.post(accept, form);
    await pool.query('DROP TRIGGER answers_away ON desk_audit; DROP FUNCTION answers_are_away()');
    expect(await statusOf(caseNo)).toBe('05');
    expect(done.status).toBe(200);
    expect(done.text).toContain('这一步已经办成，请不要再办一次');
    expect(done.text).not.toContain('没有改变');
    expect(await audited(caseNo)).toContain('wang act.asked done');
  });

  test('a reply that is sent on the day on which the password is a year old is there when it was changed', async () => {
    await plantOfficial(pool, { officialId: `yearly${String(serial)}`, roles: ['clerk'] });
    const id = `yearly${String(serial)}`;
    browser = await browserOf(id);
    const refuse = `/desk/cases/${caseNo}/acts/refuse`;
    await browser.get(refuse);
    const form = { version: browser.hidden('version'), reason: '写了半天的理由' };
    await pool.query(
      `UPDATE official SET password_set_at = password_set_at - interval '366 days' WHERE official_id = $1`,
      [id],
    );
    const asked = await browser.post(refuse, { ...form, step: 'do' });
    expect(asked.text).toContain('已用满一年');
    expect(asked.text).toContain('您刚才填写的内容还在');
    const carried = () => ({
      next: browser.hidden('next'),
      held: browser.hidden('held'),
    });
    const wanted = 'a long and good sentence';
    // Not lost by a slip on the way either.
    await browser.post('/desk/password', { old: 'not it', new: wanted, again: wanted, ...carried() });
    const changed = await browser.post('/desk/password', {
      old: PASSWORD,
      new: wanted,
      again: wanted,
      ...carried(),
    });
    expect(changed.text).toContain('您填写的内容还在');
    expect(changed.text).toContain(`action="${refuse}"`);
    expect(changed.text).toContain('value="写了半天的理由"');
    expect(changed.text).not.toContain(wanted);
    expect(await statusOf(caseNo)).toBe('02');
    const back = await browser.post(refuse, { ...form, version: browser.hidden('version'), step: 'edit' });
    expect(back.text).toContain('写了半天的理由</textarea>');
  });

  describe('on the way through the yearly change of password', () => {
    const wanted = 'a long and good sentence';
    let id: string;
    let refuse: string;
    let carried: Readonly<Record<string, string>>;

    beforeEach(async () => {
      id = `yearly${String(serial)}`;
      await plantOfficial(pool, { officialId: id, roles: ['clerk'] });
      browser = new DeskBrowser(platform.url, { 'sec-fetch-site': 'same-origin' });
      await browser.signIn(id);
      refuse = `/desk/cases/${caseNo}/acts/refuse`;
      await browser.get(refuse);
      const form = { version: browser.hidden('version'), reason: '写了半天的理由' };
      await pool.query(
        `UPDATE official SET password_set_at = password_set_at - interval '366 days' WHERE official_id = $1`,
        [id],
      );
      await browser.post(refuse, { ...form, step: 'do' });
      carried = {
        next: browser.hidden('next'),
        held: browser.hidden('held'),
      };
    }, 60_000);

    const change = (old: string, more: Readonly<Record<string, string>> = {}) =>
      browser.post('/desk/password', { old, new: wanted, again: wanted, ...carried, ...more });
    const signInWithWords = () =>
      browser.post('/desk/sign-in', { id, password: PASSWORD, lang: 'zh', ...carried });

    test('what was written is there after the fifth wrong one', async () => {
      for (let tries = 1; tries < 5; tries += 1) expect((await change('not it')).status).toBe(422);
      const over = await change('not it');
      expect(over.status).toBe(401);
      expect(over.text).toContain('登录办事工作台');
      expect(over.text).not.toContain('王经办');
      expect(browser.hidden('held')).toBe(carried['held']);
      expect((await browser.get('/desk')).text).toContain('登录办事工作台');
      await browser.get('/desk/sign-in');
      expect((await signInWithWords()).text).toContain('value="写了半天的理由"');
    });

    test('what was written is there when the session has ended meanwhile', async () => {
      await pool.query('DELETE FROM official_session WHERE official_id = $1', [id]);
      const over = await change(PASSWORD);
      expect(over.status).toBe(401);
      expect(browser.hidden('held')).toBe(carried['held']);
      expect((await signInWithWords()).text).toContain('value="写了半天的理由"');
      // Another site's words are not taken for the official's own.
      const elsewhere = new DeskBrowser(platform.url, { 'sec-fetch-site': 'cross-site' });
      expect((await elsewhere.post('/desk/password', carried)).text).not.toContain('写了半天的理由');
    });

    test('what was written is there after signing in in another window', async () => {
      const { formToken } = browser;
      await pool.query('DELETE FROM official_session WHERE official_id = $1', [id]);
      await browser.signIn(id);
      const again = await change(PASSWORD, { formToken });
      expect(again.status).toBe(403);
      expect(browser.hidden('held')).toBe(carried['held']);
      const changed = await change(PASSWORD);
      expect(changed.text).toContain('value="写了半天的理由"');
      // Changed there already: one goes on at once.
      expect((await change(PASSWORD, { formToken })).text).toContain(`action="${refuse}"`);
    });
  });

  test('what was on its way through a sign-in is there when the database was away', async () => {
    const refuse = `/desk/cases/${caseNo}/acts/refuse`;
    await browser.get(refuse);
    const written = { version: browser.hidden('version'), reason: '写了半天的理由' };
    await pool.query('DELETE FROM official_session');
    await browser.post(refuse, { ...written, step: 'do' });
    const held = browser.hidden('held');
    const form = { id: 'wang', password: PASSWORD, lang: 'zh', next: refuse, held };
    await pool.query('ALTER TABLE wrong_password RENAME TO wrong_password_away');
    const failed = await browser.post('/desk/sign-in', form);
    await pool.query('ALTER TABLE wrong_password_away RENAME TO wrong_password');
    expect(failed.status).toBe(500);
    expect(browser.hidden('held')).toBe(held);
    expect((await browser.post('/desk/sign-in', form)).text).toContain('value="写了半天的理由"');
  });

  test('markup in what a resident wrote is text', async () => {
    const evil = '<script>alert(1)</script><img src=x onerror="x">';
    const no = await newCase({ ...payload({ ...ANSWERS, applicantName: evil }) });
    for (const answer of [
      await browser.get(`/desk/cases/${no}`),
      await browser.post(`/desk/cases/${no}/show`, {}),
    ]) {
      expect(answer.text).not.toMatch(/<script|<img src=x/);
    }
    expect((await browser.get('/desk?number=<script>')).text).not.toContain('<script');
  });
});

test('papers and signatures are pictures under an address that is written down', async () => {
  const picture = randomBytes(40_000);
  const sha256 = createHash('sha256').update(picture).digest('hex');
  serial += 1;
  const path = `${platform.url}/v1/applications/${applicationId(serial)}/attachments/${sha256}/chunks?offset=0&byteCount=${String(picture.length)}`;
  const headers = { 'content-type': 'application/octet-stream' };
  const signed = signedBy(
    TERMINAL,
    { method: 'POST', url: path, headers, body: picture },
    { nowMs: TEST_NOW_MS },
  );
  expect((await send(path, 'POST', signed, picture)).status).toBe(200);
  serial -= 1;
  const { consents, identitySource } = payload({});
  const caseNo = await newCase({
    formVersion: 2,
    consents,
    identitySource,
    answers: {
      ...ANSWERS,
      signature: {
        width: 300,
        height: 100,
        strokes: [
          [
            [1, 2],
            [30, 40],
          ],
          [[5, 5]],
        ],
      },
    },
    attachments: [
      {
        subject: { kind: 'paper', paperId: 'm-hukou', page: 1 },
        mediaType: 'image/jpeg',
        byteCount: picture.length,
        sha256,
      },
    ],
  });
  const browser = await browserOf('wang');
  const masked = await browser.get(`/desk/cases/${caseNo}`);
  expect(masked.text).not.toContain('<img');
  const whole = await browser.post(`/desk/cases/${caseNo}/show`, {});
  const imagesOf = [...whole.text.matchAll(/<img\s+src="([^"]+)"\s+alt="([^"]+)"/g)].map(([, src, alt]) => [
    src,
    alt,
  ]);
  expect(imagesOf).toEqual([
    [`/desk/cases/${caseNo}/signatures/signature`, '申请人签名'],
    [`/desk/cases/${caseNo}/images/0`, '居民户口簿 第 1 页'],
  ]);
  const response = await fetch(`${platform.url}/desk/cases/${caseNo}/images/0`, {
    headers: { cookie: `yizhan_official=${browser.cookie('yizhan_official') ?? ''}` },
  });
  expect(response.headers.get('content-type')).toBe('image/jpeg');
  expect(Buffer.from(await response.arrayBuffer()).equals(picture)).toBe(true);
  const svg = await browser.get(`/desk/cases/${caseNo}/signatures/signature`);
  expect(svg.headers.get('content-type')).toBe('image/svg+xml');
  expect(svg.text).toContain('M1 2 L30 40');
  expect((await browser.get(`/desk/cases/${caseNo}/images/7`)).status).toBe(404);
  expect((await browser.get(`/desk/cases/${caseNo}/signatures/applicantName`)).status).toBe(404);
  const looks = (await audited(caseNo)).filter((line) => line.includes('image'));
  expect(looks).toHaveLength(2);
});

describe('the list', () => {
  test('shows what is due first, marks what is overdue in words, and is paged without a gap', async () => {
    const ours: string[] = [];
    for (let n = 0; n < 12; n += 1) ours.push(await newCase(payload({}), 'fertility-registration'));
    // Some came in three weeks ago.
    await pool.query(
      `UPDATE case_event SET at = at - interval '21 days' WHERE cursor IN (SELECT cursor FROM case_record WHERE case_no = ANY($1))`,
      [[ours[5], ours[9]]],
    );
    const browser = await browserOf('li');
    const first = await browser.get('/desk');
    const order = [...first.text.matchAll(/href="\/desk\/cases\/(BJ\d+)"/g)].map(([, no]) => no);
    expect(order.slice(0, 2)).toEqual([ours[5], ours[9]]);
    expect(first.text.match(/class="overdue">已超期 10 个工作日/g)).toHaveLength(2);
    expect(first.text).toContain('待办 12 件，其中超期 2 件');
    const { casePage } = await import('./cases/case-list.ts');
    const { catalogueDir, loadCatalogue } = await import('../catalogue/load-catalogue.ts');
    const { scopeOf } = await import('../cases/scope.ts');
    const catalogue = loadCatalogue(catalogueDir);
    const filter = { isInteraction: false, itemSlug: null, status: null, station: '' } as const;
    const { rows } = await pool.query<{ case_no: string }>(
      'SELECT case_no FROM case_record WHERE handed_to IS NOT NULL',
    );
    const handedOver = rows.map(({ case_no: caseNo }) => caseNo);
    for (const view of ['todo', 'all'] as const) {
      const seen: string[] = [];
      let after: string | null = null;
      do {
        const page: Awaited<ReturnType<typeof casePage>> = await casePage(
          { pool, catalogue, officeDays, nowMs: TEST_NOW_MS },
          scopeOf(catalogue, { unitCode: HEALTH, unitName: '示例区卫生健康局', department: null }),
          { ...filter, view },
          { after, size: 5, mostOpen: 2000 },
        );
        seen.push(...page.cases.map(({ caseNo }) => caseNo));
        after = page.next;
      } while (after !== null);
      // What was handed over to the unit is the unit's as well; it is over.
      expect([...seen].sort()).toEqual([...ours, ...(view === 'all' ? handedOver : [])].sort());
      expect(new Set(seen).size).toBe(seen.length);
    }
  });

  test('says that there is more than was read, and makes no total up', async () => {
    const { casePage } = await import('./cases/case-list.ts');
    const { catalogueDir, loadCatalogue } = await import('../catalogue/load-catalogue.ts');
    const { scopeOf } = await import('../cases/scope.ts');
    const catalogue = loadCatalogue(catalogueDir);
    const scope = scopeOf(catalogue, { unitCode: HEALTH, unitName: '', department: null });
    const filter = { view: 'todo', isInteraction: false, itemSlug: null, status: null, station: '' } as const;
    const count = async (mostOpen: number) =>
      (
        await casePage({ pool, catalogue, officeDays, nowMs: TEST_NOW_MS }, scope, filter, {
          after: null,
          size: 5,
          mostOpen,
        })
      ).count;
    expect(await count(5)).toMatchObject({ all: 5, isMore: true });
    expect(await count(12)).toMatchObject({ all: 12, isMore: false });
  });

  test('a number is looked up by its indexes, however many cases there are', async () => {
    const { byNumberQuery } = await import('./cases/case-list.ts');
    const client = await pool.connect();
    try {
      // What is planted here is seen by nobody else, and is gone at the end.
      await client.query('BEGIN');
      await client.query(
        `${manyCases(20_000, 'senior-card')}
         ANALYZE application; ANALYZE case_record`,
      );
      for (const scope of [
        { kind: 'street', stations: '9999', names: [] },
        { kind: 'department', slugs: ['senior-card'], names: [] },
        { kind: 'linked', departmentId: 'civil-affairs', slugs: [], names: [] },
      ] as const) {
        for (const number of ['XR77', 'R77']) {
          const { text, values } = byNumberQuery(scope, number);
          const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN ${text}`, values);
          const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
          expect(plan).toMatch(/Index/);
          // The months are empty: what is planted has ids of no month.
          expect(plan).not.toMatch(/Seq Scan on ((application|case_record)_other|case_number_\d)/);
        }
      }
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });

  test('is filtered by item, state and station, and a number that one types leads to its case', async () => {
    const caseNo = await newCase();
    const browser = await browserOf('zhou');
    expect((await browser.get('/desk?view=all&item=elderly-allowance&status=02')).text).toContain(caseNo);
    for (const query of ['item=senior-card', 'status=10', 'station=999902']) {
      expect((await browser.get(`/desk?view=all&${query}`)).text, query).not.toContain(`cases/${caseNo}`);
    }
    expect((await browser.get('/desk?view=waiting')).text).not.toContain(`cases/${caseNo}`);
    expect((await browser.get(`/desk?number=%20${caseNo.toLowerCase()}`)).location).toBe(
      `/desk/cases/${caseNo}`,
    );
    // The tests submit all under one receipt number.
    expect((await browser.get('/desk?number=9999+0100+1261+1220+1000+10')).text).toContain(caseNo);
    expect((await browser.get("/desk?number=' OR 1=1 --")).text).toContain('没有找到编号');
    expect((await browser.get('/desk?after=%27%3B&view=all&station=%27')).status).toBe(200);
  });
});

describe('a question', () => {
  const QUESTION = payload({
    about: 'medins',
    question: '怎么报销？',
    replyBy: 'phone',
    callName: '张建国',
    mobile: '13800005678',
  });
  let caseNo: string;
  let browser: DeskBrowser;

  beforeEach(async () => {
    caseNo = await newCase({ ...QUESTION, identitySource: 'none' }, 'consultation');
    browser = await browserOf('zhou');
  }, 60_000);

  test('is listed apart, is read without showing who asks, and is replied to once', async () => {
    expect((await browser.get('/desk?view=all')).text).not.toContain(caseNo);
    expect((await browser.get('/desk/questions')).text).toContain(caseNo);
    const page = await browser.get(`/desk/cases/${caseNo}`);
    expect(page.text).toContain('怎么报销？');
    expect(page.text).not.toMatch(/13800005678|张建国/);
    // It is accepted before it is dispatched; and dispatched by supervisors.
    expect(page.text).toContain('acts/accept');
    expect(page.text).not.toContain('acts/dispatch');
    const path = `/desk/cases/${caseNo}/acts/reply`;
    await browser.get(path);
    const [version, replyId] = [browser.hidden('version'), browser.hidden('replyId')];
    expect((await browser.post(path, { version, replyId, step: 'check', words: ' ' })).status).toBe(422);
    // What does not answer comes back with what to change, and with all that was typed; going round it takes a reason.
    const canned = '您好，您的问题已收悉，我们会研究。';
    const sentBack = await browser.post(path, { version, replyId, step: 'do', words: canned });
    expect(sentBack.status).toBe(422);
    expect(sentBack.text).toContain('写上承办人能接的电话');
    expect(sentBack.text).toContain(canned);
    expect(sentBack.text).not.toContain('insistBecause');
    const short = '带发票到街道3号窗口。\n电话0999-8800123。';
    const doubted = await browser.post(path, { version, replyId, step: 'do', words: short });
    expect(doubted.status).toBe(422);
    expect(doubted.text).toContain('name="insistBecause"');
    const words = '居民医保报销：带医保卡和发票\n到示例街道办事处3号窗口，电话0999-8800123。';
    const tooMuch = await browser.post(path, { version, replyId, step: 'check', words: '字'.repeat(1001) });
    expect(tooMuch.text).toContain('最多 1000 个字');
    expect(tooMuch.text).toContain('字'.repeat(1001));
    await browser.post(path, { version, replyId, step: 'check', words });
    expect((await browser.post(path, { version, replyId, step: 'do', words })).status).toBe(303);
    expect((await browser.post(path, { version, replyId, step: 'do', words })).status).toBe(409);
    const state = await call(`${platform.url}/v1/cases/${caseNo}/interaction`, { by: DESK_TOKEN });
    expect(state.json).toMatchObject({ state: 'replied', reply: { unit: '示例街道办事处', text: words } });
    expect((await browser.get(path)).status).toBe(409);
  });
});

describe('a supervisor', () => {
  let browser: DeskBrowser;
  const auditedBy = async (event: string) =>
    (
      await pool.query<{ detail: Record<string, string> }>(
        `SELECT detail FROM desk_audit WHERE official_id = 'zhao' AND event = $1 ORDER BY seq`,
        [event],
      )
    ).rows.map(({ detail }) => detail);

  beforeEach(async () => {
    browser = await browserOf('zhao');
  }, 60_000);

  test('sees the alerts of the own unit, a case a row, by the day that is over', async () => {
    const [ours, later, theirs] = [
      await newCase(),
      await newCase(),
      await newCase(payload({}), 'fertility-registration'),
    ];
    for (const [caseNo, due] of [
      [ours, '2026-11-16'],
      [later, '2026-11-18'],
      [theirs, '2026-11-10'],
    ] as const) {
      await pool.query(`UPDATE case_record SET status = '05', decide_by = $2 WHERE case_no = $1`, [
        caseNo,
        due,
      ]);
    }
    const raise = (caseNo: string, no: string, level: string, rule: string, since: string) =>
      pool.query(
        `INSERT INTO case_alert (alert_no, cursor, application_id, level, rule, since, raised_at)
         SELECT $2, cursor, application_id, $3, $4, $5, now() FROM case_record WHERE case_no = $1`,
        [caseNo, `${no}${caseNo}`, level, rule, since],
      );
    await raise(later, 'DB1', 'yellow', 'promise-over', '2026-11-19');
    await raise(ours, 'DB2', 'yellow', 'promise-over', '2026-11-17');
    await raise(ours, 'DB3', 'red', 'unhandled', '2026-11-18');
    await raise(theirs, 'DB4', 'red', 'legal-over', '2026-11-11');
    const before = (await auditedBy('alerts.opened')).length;
    const rowsOf = async (query: string) =>
      [...(await browser.get(`/desk/alerts${query}`)).text.matchAll(/href="\/desk\/cases\/(BJ\d+)"/g)].map(
        ([, caseNo]) => caseNo,
      );
    expect(await rowsOf('')).toEqual([ours, later]);
    expect(await rowsOf('?level=red')).toEqual([ours]);
    expect(await rowsOf('?level=yellow')).toEqual([ours, later]);
    const page = await browser.get('/desk/alerts');
    expect(page.text).toContain('红牌 1 次，黄牌 2 次');
    expect(page.text).toContain('黄牌未处置（2026-11-18 起）');
    expect((await auditedBy('alerts.opened')).length).toBe(before + 4);
    // Whoever comes after this finds the cases as they were.
    await pool.query(`DELETE FROM case_alert WHERE alert_no LIKE 'DB_BJ%'`);
  });

  test('brings a bad rating to its end, step by step, each checked before it is done', async () => {
    const { caseNo, entryNo, callBackNo } = await badlyRated('窗口<跑>了三趟');
    const list = await browser.get('/desk/ledger');
    expect(list.text).toContain(entryNo);
    expect(list.text).not.toContain(caseNo);
    const entry = await browser.get(`/desk/ledger/${entryNo}`);
    expect(entry.text).toContain('窗口&#60;跑&#62;了三趟');
    expect(entry.text).not.toContain(caseNo);
    const looked = await browser.post(`/desk/ledger/${entryNo}/case`, {});
    expect(looked.location).toBe(`/desk/cases/${caseNo}`);
    const step = async (id: string, typed: Readonly<Record<string, string>>, press = 'do') => {
      const path = `/desk/ledger/${entryNo}/acts/${id}`;
      const form = await browser.get(path);
      if (form.status !== 200) return form;
      return browser.post(path, { version: browser.hidden('version'), step: press, ...typed });
    };
    // None is left out.
    expect((await step('close', {})).status).toBe(409);
    expect((await step('answer', {})).status).toBe(409);
    const empty = await step('verify', { words: ' ' }, 'check');
    expect(empty.status).toBe(422);
    expect(empty.text).toContain('href="#f-founded"');
    expect(empty.text).toContain('href="#f-words"');
    const checked = await step('verify', { founded: 'yes', words: '属实：窗口没有一次告知' }, 'check');
    expect(checked.text).toContain('请核对：核实');
    expect(checked.text).toContain('属实：窗口没有一次告知');
    expect((await browser.get(`/desk/ledger/${entryNo}`)).text).toContain('待核实');
    expect((await step('verify', { founded: 'yes', words: '属实：窗口没有一次告知' })).status).toBe(303);
    expect((await step('answer', { kind: 'explained', words: '按规定' })).text).toContain(
      'href="#f-legalGround"',
    );
    expect((await step('answer', { kind: 'put-right', words: '清单贴在窗口' })).status).toBe(303);
    // The resident is called first.
    const tooEarly = await step('close', {});
    expect(tooEarly.status).toBe(409);
    expect(tooEarly.text).toContain('请先回访再办结差评');
    const call = `/desk/call-backs/${callBackNo}/call`;
    expect((await browser.get('/desk/call-backs')).text).toContain(callBackNo);
    await browser.get(call);
    const version = browser.hidden('version');
    const slip = await browser.post(call, { version, step: 'check', reached: 'no', said: '说好了' });
    expect(slip.status).toBe(422);
    expect(slip.text).toContain('说好了');
    expect(
      (await browser.post(call, { version, step: 'check', reached: 'yes', said: '满意了' })).text,
    ).toContain('请核对：记下一次通话');
    expect((await browser.post(call, { version, step: 'do', reached: 'yes', said: '满意了' })).status).toBe(
      303,
    );
    const again = await browser.post(call, { version, step: 'do', reached: 'yes', said: '又打了一次' });
    expect(again.status).toBe(409);
    expect(again.text).toContain('又打了一次');
    expect(again.text).toContain('满意了');
    expect((await step('close', {})).status).toBe(303);
    const closed = await browser.get('/desk/ledger?which=closed');
    expect(closed.text).toContain(entryNo);
    expect((await browser.get('/desk/ledger')).text).not.toContain(entryNo);
    const history = (await browser.get(`/desk/ledger/${entryNo}`)).text;
    for (const word of ['查看了办件', '核实：属实', '整改', '办结']) expect(history).toContain(word);
    expect((await auditedBy('ledger.case-shown')).filter(({ entry: no }) => no === entryNo)).toHaveLength(1);
    const asked = (await auditedBy('act.asked')).filter((detail) => detail['entry'] === entryNo);
    expect(asked.map(({ act }) => act)).toEqual(['verify', 'answer', 'close', 'close']);
  });

  test('who calls while a colleague has called already is told so, and loses no word', async () => {
    const { callBackNo, entryNo } = await badlyRated();
    for (const [verb, body] of [
      ['verification', { isFounded: true, words: '属实' }],
      ['remedy', { remedy: { kind: 'put-right', words: '改了' } }],
    ] as const) {
      const answer = await call(`${platform.url}/v1/rating-ledger/${entryNo}/${verb}`, {
        method: 'POST',
        by: DESK_TOKEN,
        body,
      });
      expect(answer.status).toBe(200);
    }
    const path = `/desk/call-backs/${callBackNo}/call`;
    await browser.get(path);
    const version = browser.hidden('version');
    expect((await browser.post(path, { version, step: 'do', reached: 'no', said: '' })).status).toBe(303);
    const second = await browser.post(path, { version, step: 'do', reached: 'yes', said: '她说满意' });
    expect(second.status).toBe(409);
    expect(second.text).toContain('现在共 1 次');
    expect(second.text).toContain('她说满意</textarea>');
  });

  test('one call that two note in the same moment is noted once', async () => {
    const { callBackNo, entryNo } = await badlyRated();
    await pool.query(`UPDATE rating_ledger SET state = 'answered' WHERE entry_no = $1`, [entryNo]);
    const path = `/desk/call-backs/${callBackNo}/call`;
    await browser.get(path);
    const typed = { version: browser.hidden('version'), step: 'do', formToken: browser.formToken };
    const said = { reached: 'no', said: '' };
    const client = await pool.connect();
    await client.query('BEGIN');
    await client.query('SELECT 1 FROM call_back WHERE call_back_no = $1 FOR UPDATE', [callBackNo]);
    const presses = [browser.post(path, { ...typed, ...said }), browser.post(path, { ...typed, ...said })];
    // Both have seen that there was none.
    await expect
      .poll(
        async () => {
          const { rows } = await pool.query(
            `SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%FROM call_back %FOR UPDATE%'`,
          );
          return rows.length;
        },
        { timeout: 30_000 },
      )
      .toBe(2);
    await client.query('COMMIT');
    client.release();
    const answers = await Promise.all(presses);
    expect(answers.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect(answers.find(({ status }) => status === 409)?.text).toContain('现在共 1 次');
    const { rows } = await pool.query('SELECT 1 FROM call_back_try WHERE call_back_no = $1', [callBackNo]);
    expect(rows).toHaveLength(1);
  });

  test('of another unit finds neither the entry, nor the call, nor the rating', async () => {
    await plantOfficial(pool, {
      officialId: 'wei',
      roles: ['supervisor'],
      unitName: '示例区卫生健康局',
      unitCode: HEALTH,
    });
    const { entryNo, callBackNo } = await badlyRated('只给民政看的话');
    const other = await browserOf('wei');
    expect((await other.get('/desk/ledger')).text).not.toContain(entryNo);
    expect((await other.get(`/desk/ledger/${entryNo}`)).status).toBe(404);
    expect((await other.get(`/desk/call-backs/${callBackNo}/call`)).status).toBe(404);
    await other.get('/desk/account');
    const done = await other.post(`/desk/ledger/${entryNo}/acts/verify`, {
      version: 'open',
      step: 'do',
      founded: 'yes',
      words: '越权',
    });
    expect(done.status).toBe(404);
    expect((await other.get('/desk/ratings')).text).not.toContain('只给民政看的话');
    expect((await browser.get('/desk/ratings')).text).toContain('只给民政看的话');
    expect(await auditedBy('ratings.opened')).not.toHaveLength(0);
    const street = await browserOf('zhou');
    expect((await street.get('/desk/ratings')).text).toContain('只给民政看的话');
    // Another street's stations are not this one's, though it reads ratings too.
    await plantOfficial(pool, {
      officialId: 'far',
      roles: ['clerk'],
      unitName: '别的街道',
      unitCode: '999902',
    });
    expect((await (await browserOf('far')).get('/desk/ratings')).text).not.toContain('只给民政看的话');
  });

  test('reads the own unit’s ratings, however many newer ones others have', async () => {
    await badlyRated('很久以前的一句话');
    const client = await pool.connect();
    try {
      // More than a page of another unit's, all of them newer.
      await client.query('BEGIN');
      await client.query(
        `${manyCases(300, 'fertility-registration')}
         INSERT INTO rating (case_no, rating_id, satisfaction, reasons, words, rated_on, stored_at)
         SELECT case_no, gen_random_uuid(), 1, '{}', NULL, '2027-01-01', now() FROM case_record WHERE case_no LIKE 'XR%'`,
      );
      const { listRatings } = await import('../ratings/ratings.ts');
      const { catalogueDir, loadCatalogue } = await import('../catalogue/load-catalogue.ts');
      const { scopeOf } = await import('../cases/scope.ts');
      const unit = { unitCode: '11999901007000118L', unitName: '示例区民政局', department: null };
      const scope = scopeOf(loadCatalogue(catalogueDir), unit);
      const inside = { query: client.query.bind(client) } as unknown as pg.Pool; // listRatings asks one query
      const ratings = await listRatings(inside, { scope, limit: 200 });
      expect(ratings.map(({ words }) => words)).toContain('很久以前的一句话');
      expect(await listRatings(inside, { scope: null, limit: 200 })).not.toContainEqual(
        expect.objectContaining({ words: '很久以前的一句话' }),
      );
    } finally {
      await client.query('ROLLBACK');
      client.release();
    }
  });

  test('sends an accepted matter to the unit that answers, which finds it; a clerk may not', async () => {
    const caseNo = await newCase(
      {
        ...payload({
          about: 'medins',
          question: '怎么报销？',
          replyBy: 'phone',
          callName: '张建国',
          mobile: '13800005678',
        }),
        identitySource: 'none',
      },
      'consultation',
    );
    await plantOfficial(pool, {
      officialId: 'chief',
      roles: ['supervisor'],
      unitName: '示例街道办事处',
      unitCode: STREET,
    });
    browser = await browserOf('chief');
    const act = async (id: string, typed: Readonly<Record<string, string>>) => {
      const path = `/desk/cases/${caseNo}/acts/${id}`;
      const form = await browser.get(path);
      if (form.status !== 200) return form;
      const [version, dispatchId] = [browser.hidden('version'), browser.hidden('dispatchId')];
      return browser.post(path, {
        version,
        ...(dispatchId === '' ? {} : { dispatchId }),
        step: 'do',
        ...typed,
      });
    };
    // Not before it is accepted.
    expect((await act('dispatch', { unit: '示例区卫生健康局' })).status).toBe(409);
    const other = await browserOf('li');
    expect((await other.get(`/desk/cases/${caseNo}`)).status).toBe(403);
    expect((await act('accept', {})).status).toBe(303);
    expect((await act('dispatch', { unit: '没有这个单位' })).status).toBe(422);
    expect((await act('dispatch', { unit: '示例区卫生健康局' })).status).toBe(303);
    expect((await browser.get(`/desk/cases/${caseNo}`)).text).toContain('示例区卫生健康局 (2026-11-22)');
    expect((await other.get('/desk/questions')).text).toContain(caseNo);
    expect((await other.get(`/desk/cases/${caseNo}`)).text).toContain('acts/reply');
    const clerk = await other.get(`/desk/cases/${caseNo}/acts/dispatch`);
    expect(clerk.status).toBe(403);
    expect(clerk.text).toContain('您的角色不能看这一页');
    // On to a third: the second has it no more, but is told what was done, and where it lies.
    await plantOfficial(pool, {
      officialId: 'in-between',
      roles: ['supervisor'],
      unitName: '示例区卫生健康局',
      unitCode: HEALTH,
    });
    browser = await browserOf('in-between');
    expect((await act('dispatch', { unit: '示例区民政局' })).status).toBe(303);
    const wentOn = await browser.get(`/desk/cases/${caseNo}?done=dispatch`);
    expect(wentOn.status).toBe(403);
    expect(wentOn.text).toContain('已办：转办');
    expect(wentOn.text).toContain('示例区民政局');
    expect((await other.get(`/desk/cases/${caseNo}`)).status).toBe(403);
    // Whose item it is was asked first, and follows it to its end.
    await plantOfficial(pool, {
      officialId: 'first-asked',
      roles: ['supervisor'],
      unitName: '示例区政务服务和数据管理局',
      unitCode: '119999010070005051',
    });
    browser = await browserOf('first-asked');
    expect((await act('dispatch', { unit: '示例区卫生健康局' })).status).toBe(303);
    const followed = await browser.get(`/desk/cases/${caseNo}?done=dispatch`);
    expect(followed.status).toBe(200);
    expect(followed.text).toContain('已办：转办');
    expect((await browser.get('/desk/questions')).text).toContain(caseNo);
  });
});

test('an official of a department that plugs in sees what lies with it, and no more when it went on', async () => {
  const { registerDepartment, giveItems, revokeDepartment } = await import('../departments/departments.ts');
  const { linkDepartment } = await import('../officials/accounts.ts');
  await plantOfficial(pool, {
    officialId: 'plugged',
    roles: ['clerk'],
    unitName: '示例区残疾人联合会',
    unitCode: '11999901MB00000000',
  });
  const caseNo = await newCase(payload({}), 'senior-card');
  const browser = await browserOf('plugged');
  expect((await browser.get('/desk?view=all')).text).not.toContain(caseNo);
  const parts = { pool, nowMs: TEST_NOW_MS, randomBytes };
  expect(await linkDepartment(parts, 'plugged', 'elderly-office')).toBe(false);
  const name = { zh: '示例区老龄办', en: 'Office for the elderly' };
  await registerDepartment(pool, { departmentId: 'elderly-office', name }, TEST_NOW_MS);
  expect(await linkDepartment(parts, 'plugged', 'elderly-office')).toBe(true);
  const { catalogueDir, loadCatalogue } = await import('../catalogue/load-catalogue.ts');
  const catalogue = loadCatalogue(catalogueDir);
  await giveItems({ pool, catalogue }, 'elderly-office', ['senior-card'], TEST_NOW_MS);
  expect((await browser.get('/desk?view=all')).text).toContain(caseNo);
  expect((await browser.get(`/desk/cases/${caseNo}`)).text).toContain('示例区老龄办');
  expect((await browser.get('/desk/account')).text).toContain('示例区老龄办');
  const handed = await call(`${platform.url}/v1/cases/${caseNo}/hand-over`, {
    method: 'POST',
    by: DESK_TOKEN,
    body: { unit: '示例区卫生健康局' },
  });
  expect(handed.status).toBe(200);
  expect((await browser.get(`/desk/cases/${caseNo}`)).status).toBe(403);
  expect((await browser.get('/desk?view=all')).text).not.toContain(caseNo);
  // Handed over by the catalogue's name of the unit, it lies with the department that decides for it by another name.
  await giveItems(
    { pool, catalogue },
    'elderly-office',
    ['fertility-registration', 'consultation'],
    TEST_NOW_MS,
  );
  const given = await newCase();
  const over = await call(`${platform.url}/v1/cases/${given}/hand-over`, {
    method: 'POST',
    by: DESK_TOKEN,
    body: { unit: '示例区卫生健康局' },
  });
  expect(over.status).toBe(200);
  expect((await browser.get(`/desk/cases/${given}`)).status).toBe(200);
  const question = payload({
    about: 'medins',
    question: '怎么报销？',
    replyBy: 'phone',
    callName: '张建国',
    mobile: '13800005678',
  });
  const asked = await newCase({ ...question, identitySource: 'none' }, 'consultation');
  for (const [verb, body] of [
    ['acceptance', {}],
    ['dispatches', { dispatchId: randomUUID(), unit: '示例区民政局' }],
  ] as const) {
    const answer = await call(`${platform.url}/v1/cases/${asked}/${verb}`, {
      method: 'POST',
      by: DESK_TOKEN,
      body,
    });
    expect(answer.status).toBe(200);
  }
  expect((await browser.get(`/desk/cases/${asked}/acts/reply`)).text).toContain('<dd>示例区老龄办</dd>');
  await revokeDepartment(pool, 'elderly-office', 'the test is over', TEST_NOW_MS);
});

describe('the audit of the terminals', () => {
  test('shows the auditor what did not fit and where, and what each terminal told; looking is written down', async () => {
    const content = {
      sequence: 1,
      atMs: TEST_NOW_MS,
      event: 'access.signed-in',
      actor: 'staff',
      subject: '<b>s01</b>',
      disposition: 'success',
      detail: 'window-1',
    };
    const row = { ...content, previousHash: '0'.repeat(64), hash: 'f'.repeat(64) };
    const told = await call(`${platform.url}/v1/terminals/audit/${'e'.repeat(32)}/0`, {
      method: 'PUT',
      by: TERMINAL,
      body: { begins: 0, rows: [row] },
    });
    expect(told.status).toBe(200);
    const auditor = await browserOf('qian');
    const { text } = await auditor.get('/desk/terminal-audit?terminal=T-01&event=access.');
    expect(text).toContain('内容被人改过');
    expect(text).toContain('1 处对不上');
    expect(text).toContain('&#60;b&#62;s01&#60;/b&#62;');
    expect(text).not.toContain('<b>s01');
    const unknown = (await auditor.get('/desk/terminal-audit?terminal=T-09')).text;
    expect(unknown).toContain('没有符合条件的记录');
    expect(unknown).not.toContain('还没有登记的终端');
    const wrong = await auditor.get('/desk/terminal-audit?from=yesterday');
    expect(wrong.status).toBe(422);
    expect(wrong.text).not.toContain('access.signed-in');
    const wide = await auditor.get('/desk/terminal-audit?event=access.&subject=s01');
    expect(wide.status).toBe(422);
    expect(wide.text).toContain('要同时填写终端');
    expect(wide.text).not.toContain('access.signed-in');
    const { rows } = await pool.query(
      "SELECT detail FROM desk_audit WHERE event = 'terminal-audit.read' AND official_id = 'qian' AND detail->>'event' = 'access.'",
    );
    expect(rows).toEqual([{ detail: { terminal: 'T-01', event: 'access.' } }]);
  });

  test('are shown whatever time a row that is there already has, each as whole as it is', async () => {
    const times = [9_000_000_000_000_000, -9_000_000_000_000_000, 8_640_000_000_000_001];
    for (const [at, atMs] of times.entries()) {
      const content = {
        sequence: at + 1,
        atMs,
        event: 'visit.ended',
        actor: 'resident',
        subject: null,
        disposition: 'success',
        detail: null,
      };
      const previous = '0'.repeat(64);
      const hash = createHash('sha256').update(auditText(content, previous)).digest();
      await pool.query(
        `INSERT INTO terminal_audit VALUES ('T-far', $1, $2, $3, $4, $5, NULL, $6, NULL, $7, $8, now())`,
        [
          'd'.repeat(32),
          content.sequence,
          atMs,
          content.event,
          content.actor,
          content.disposition,
          Buffer.from(previous, 'hex'),
          hash,
        ],
      );
    }
    const auditor = await browserOf('qian');
    const { status, text } = await auditor.get('/desk/terminal-audit?terminal=T-far');
    expect(status).toBe(200);
    expect(text.match(/datetime="9999-12-31T23:59:59.999Z"/g)).toHaveLength(2);
    expect(text).toContain('datetime="1970-01-01T00:00:00.000Z"');
    expect(text).not.toContain('内容被人改过');
    expect((await auditor.get('/desk/terminal-audit')).status).toBe(200);
  });
});

describe('the audit', () => {
  test('shows the auditor who opened what, is found by case, and is written down itself', async () => {
    const caseNo = await newCase();
    await (await browserOf('wang')).get(`/desk/cases/${caseNo}`);
    const auditor = await browserOf('qian');
    const page = await auditor.get(`/desk/audit?caseNo=${caseNo}`);
    expect(page.text).toContain('查看办件');
    expect(page.text).toContain('wang');
    const csv = await auditor.get(`/desk/audit.csv?caseNo=${caseNo}`);
    expect(csv.headers.get('content-disposition')).toContain('desk-audit.csv');
    expect(csv.text.split('\r\n')).toHaveLength(3);
    expect((await auditor.get('/desk/audit?official=qian')).text).toContain(`case: ${caseNo}`);
  });

  test('refuses what cannot be looked for at its field, with no row and no trace of a look', async () => {
    const auditor = await browserOf('qian');
    const looks = async () =>
      (
        await pool.query<{ n: number }>(
          `SELECT count(*)::int AS n FROM desk_audit WHERE event IN ('audit.read', 'audit.exported')`,
        )
      ).rows[0]?.n;
    const before = await looks();
    for (const path of ['/desk/audit', '/desk/audit.csv']) {
      const answer = await auditor.get(`${path}?official=%E7%8E%8B&from=0000-01-01&caseNo=BJ1`);
      expect(answer.status).toBe(422);
      expect(answer.text).toContain('href="#f-official"');
      expect(answer.text).toContain('href="#f-from"');
      expect(answer.text).toContain('value="王"');
      expect(answer.text).not.toContain('<tbody');
    }
    expect(await looks()).toBe(before);
    expect((await auditor.get('/desk/audit?official=Wang')).status).toBe(200);
    expect((await auditor.get('/desk/audit?official=qian')).text).toContain('official: wang');
  });

  test('holds together after all that, and neither it nor the log has anything of a person', async () => {
    expect(await verifyAudit(pool, null)).toMatchObject({ kind: 'whole' });
    const { rows } = await pool.query<{ text: string }>('SELECT json_agg(a)::text AS text FROM desk_audit a');
    for (const text of [rows[0]?.text ?? '', JSON.stringify(logged)]) {
      expect(text.length).toBeGreaterThan(100);
      expect(text).not.toMatch(/张建国|999901194503120014|13800005678|怎么报销/);
    }
  });

  test('what cannot be written down is not shown', async () => {
    const caseNo = await newCase();
    const browser = await browserOf('wang');
    await pool.query('ALTER TABLE desk_audit RENAME TO desk_audit_away');
    const answer = await browser.get(`/desk/cases/${caseNo}`);
    const shown = await browser.post(`/desk/cases/${caseNo}/show`, {});
    await pool.query('ALTER TABLE desk_audit_away RENAME TO desk_audit');
    expect([answer.status, shown.status]).toEqual([500, 500]);
    expect(answer.text + shown.text).not.toMatch(/高龄|999901/);
  });
});

test('pages are in English when the session says so, and the switch comes back to the page', async () => {
  const browser = await browserOf('zhao');
  await browser.get('/desk/guides');
  const to = await browser.post('/desk/language', { language: 'en', back: '/desk/guides?x=1' });
  expect(to.location).toBe('/desk/guides?x=1');
  const page = await browser.get('/desk/guides');
  expect(page.text).toContain('<html lang="en">');
  expect(page.text).toContain('Guide errors');
  for (const back of ['//evil.example', 'https://evil.example', '/desk//evil.example@x', '/v1/cases']) {
    const answer = await browser.post('/desk/language', { language: 'zh', back });
    expect(answer.location).toMatch(/^\/desk/);
  }
});

test.each([
  ['a form that is too large', `x=${'a'.repeat(800_000)}`, 413],
  ['a thousand fields', Array.from({ length: 1000 }, (_, n) => `f${String(n)}=1`).join('&'), 400],
  ['half a surrogate in bytes', 'formToken=%ED%A0%80', 403],
  ['a text with U+0000', 'formToken=a%00b', 400],
])('%s is refused', async (_name, body, status) => {
  const answer = await send(
    `${platform.url}/desk/sign-in`,
    'POST',
    { 'content-type': 'application/x-www-form-urlencoded' },
    body,
  );
  expect(answer.status).toBe(status);
  expect(answer.headers.get('content-type')).toContain('text/html');
});
