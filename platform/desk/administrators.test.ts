import { beforeAll, expect, test } from 'vitest';
import { withNode } from '../fixture/for-tests.ts';
import { CIVIL_AFFAIRS, DeskBrowser, HEALTH, plantOfficial, STREET } from './for-tests.ts';

/** Whose accounts an administrator looks after. */

const node = withNode();
const CIVIL = '示例区民政局';
const HEALTH_NAME = '示例区卫生健康局';
const SUB_STREET = `${STREET}007`;
/** A street whose digits are those with which a department's credit code begins. */
const LIKE_A_CODE = CIVIL_AFFAIRS.slice(0, 6);

beforeAll(async () => {
  const { pool } = node();
  const plant = (officialId: string, role: 'clerk' | 'auditor' | 'administrator', unit: object = {}) =>
    plantOfficial(pool, { officialId, roles: [role], ...unit });
  await plant('civil.admin', 'administrator');
  await plant('civil.clerk', 'clerk');
  await plant('civil.auditor', 'auditor');
  await plantOfficial(pool, { officialId: 'chief', roles: ['administrator'], administersAll: true });
  await plant('health.clerk', 'clerk', { unitName: HEALTH_NAME, unitCode: HEALTH });
  await plant('street.admin', 'administrator', { unitName: '示例街道', unitCode: STREET });
  await plant('sub.clerk', 'clerk', { unitName: '示例社区', unitCode: SUB_STREET });
  await plant('digits.admin', 'administrator', { unitName: '数字街道', unitCode: LIKE_A_CODE });
}, 120_000);

async function browserOf(officialId: string): Promise<DeskBrowser> {
  const browser = new DeskBrowser(node().platform.url);
  expect((await browser.signIn(officialId)).status).toBe(303);
  await browser.get('/desk/officials');
  return browser;
}

/** Ids in the list of accounts. */
const listed = ({ shown }: DeskBrowser) =>
  [...shown.matchAll(/<th scope="row"[^>]*>([a-z][a-z.]*)<\/th>/g)].map(([, id]) => id).sort();

const stored = async (officialId: string) =>
  (
    await node().pool.query<{ password: string; closed_at: Date | null }>(
      'SELECT password, closed_at FROM official WHERE official_id = $1',
      [officialId],
    )
  ).rows[0];

const refusals = async (officialId: string) =>
  (
    await node().pool.query<{ disposition: string; detail: object }>(
      `SELECT disposition, detail FROM desk_audit WHERE official_id = $1 AND event = 'desk.refused' ORDER BY seq`,
      [officialId],
    )
  ).rows;

test.each([
  ['civil.admin', ['civil.admin', 'civil.clerk']],
  ['street.admin', ['street.admin', 'sub.clerk']],
  // Not the department whose code begins like it.
  ['digits.admin', ['digits.admin']],
])('%s sees the accounts of the own unit and of what stands below it', async (id, own) => {
  expect(listed(await browserOf(id))).toEqual(own);
});

test('whoever has the whole district sees all', async () => {
  expect(listed(await browserOf('chief'))).toEqual(
    expect.arrayContaining(['civil.auditor', 'chief', 'health.clerk', 'street.admin', 'sub.clerk']),
  );
});

test.each([
  ['another unit', 'civil.admin', 'health.clerk'],
  ['the unit above', 'street.admin', 'chief'],
  ['an auditor of the own unit, who reads what all units did', 'civil.admin', 'civil.auditor'],
  ['whoever has the district, though of the own unit', 'civil.admin', 'chief'],
  ['a department whose code begins like the own one', 'digits.admin', 'civil.clerk'],
])('no password is given to, and nothing closed of, %s', async (_what, by, whose) => {
  const before = await stored(whose);
  const browser = await browserOf(by);
  for (const path of ['password', 'close']) {
    const answer = await browser.post(`/desk/officials/${whose}/${path}`, { step: 'do' });
    expect(answer.status).toBe(403);
    expect(answer.text).toContain(`没有 ${whose} 这个在用的账号，或者它不归您管理`);
    expect(answer.text).not.toContain('class="secret"');
  }
  expect(await stored(whose)).toEqual(before);
  expect((await refusals(by)).slice(-2)).toEqual(
    Array.from({ length: 2 }, () => ({
      disposition: 'reach',
      detail: { page: '/desk/officials', subject: whose },
    })),
  );
});

const unitOf = (code: string, name: string) => `${code} ${name}`;

test.each([
  ['of another unit', { unit: unitOf(HEALTH, HEALTH_NAME), roles: ['clerk'] }],
  // What was dispatched to a unit is its officials' by that name.
  ['of the own code by another unit’s name', { unit: unitOf(CIVIL_AFFAIRS, HEALTH_NAME), roles: ['clerk'] }],
  ['of an auditor', { unit: unitOf(CIVIL_AFFAIRS, CIVIL), roles: ['auditor'] }],
])('no account %s is added by the administrator of one', async (_what, wanted) => {
  const browser = await browserOf('civil.admin');
  const answer = await browser.post('/desk/officials', {
    officialId: 'smuggled',
    shownName: '某某',
    ...wanted,
  });
  expect(answer.status).toBe(403);
  expect(answer.text).toContain('您只能为自己管理的单位新增账号');
  expect(await stored('smuggled')).toBeUndefined();
  expect((await refusals('civil.admin')).at(-1)).toEqual({
    disposition: 'reach',
    detail: { page: '/desk/officials', subject: 'smuggled', roles: wanted.roles },
  });
});

test('the fields of another form give no unit either', async () => {
  const browser = await browserOf('civil.admin');
  const answer = await browser.post('/desk/officials', {
    officialId: 'smuggled',
    shownName: '某某',
    unitName: HEALTH_NAME,
    unitCode: HEALTH,
    roles: ['clerk'],
  });
  expect(answer.status).toBe(422);
  expect(answer.text).toContain('请选择单位');
  expect(await stored('smuggled')).toBeUndefined();
});

test('in the own unit and below it, accounts are added, given passwords and closed', async () => {
  const browser = await browserOf('street.admin');
  expect(browser.shown).toContain('您管理示例街道（999901）');
  const added = await browser.post('/desk/officials', {
    officialId: 'sub.new',
    shownName: '新来的',
    unit: unitOf(SUB_STREET, '示例社区'),
    roles: ['clerk', 'supervisor', 'administrator'],
  });
  expect(added.text).toContain('class="secret"');
  expect((await browser.post('/desk/officials/sub.new/password', {})).text).toContain('class="secret"');
  expect((await browser.post('/desk/officials/sub.new/close', { step: 'do' })).status).toBe(200);
  expect((await stored('sub.new'))?.closed_at).not.toBeNull();
});
