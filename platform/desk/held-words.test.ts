import { beforeAll, beforeEach, expect, test } from 'vitest';
import { withNode } from '../fixture/for-tests.ts';
import { acknowledged, ORDINARY_PAYLOAD, submission, submit } from '../for-tests.ts';
import { DeskBrowser, PASSWORD, plantOfficial } from './for-tests.ts';

/** Two colleagues at one computer: what the one was writing when her session ended is given to nobody but her. */

const node = withNode();
const WORDS = '张建国的户口在外地，写了半天的理由';
let serial = 0;
let refuse: string;
let browser: DeskBrowser;

beforeAll(async () => {
  for (const officialId of ['wang', 'zhao'])
    await plantOfficial(node().pool, { officialId, roles: ['clerk'] });
}, 60_000);

beforeEach(async () => {
  serial += 1;
  const { platform } = node();
  const { caseNo } = acknowledged(await submit(platform, serial, submission(ORDINARY_PAYLOAD)));
  refuse = `/desk/cases/${caseNo}/acts/refuse`;
  browser = new DeskBrowser(platform.url);
  await browser.signIn('wang');
  await browser.get(refuse);
}, 60_000);

const written = () => ({ version: browser.hidden('version'), reason: WORDS, step: 'do' });
const endSessions = () => node().pool.query('DELETE FROM official_session');
const carried = () => ({ next: browser.hidden('next'), held: browser.hidden('held'), lang: 'zh' });

/** On the sign-in page that was shown last; above it, another form signs out who is signed in. */
const signInThere = (id: string) => {
  const formToken =
    /action="\/desk\/sign-in"[^]*?name="formToken" value="([^"]*)"/.exec(browser.shown)?.[1] ?? '';
  return browser.post('/desk/sign-in', { id, password: PASSWORD, formToken, ...carried() });
};

const isSignedIn = async () => !(await browser.get('/desk')).text.includes('登录办事工作台');

/** The sign-in page with her words, as her form brought it. */
async function endedWhileWriting(): Promise<void> {
  const form = written();
  await endSessions();
  expect((await browser.post(refuse, form)).status).toBe(401);
}

test('they are not in the page on which somebody signs in', async () => {
  await endedWhileWriting();
  expect(browser.shown).toContain('您刚才填写的内容还在');
  for (const part of ['张建国', encodeURIComponent('张建国'), JSON.stringify(WORDS)])
    expect(browser.shown).not.toContain(part);
  // As base64 in whatever alignment.
  const held = browser.hidden('held');
  expect(Buffer.from(held, 'base64url').toString('utf8')).not.toContain('张');
});

test('a colleague who signs in there is not given them, nor loses them, and finds another page', async () => {
  await endedWhileWriting();
  const tried = await signInThere('zhao');
  expect(tried.status).toBe(409);
  expect(tried.text).toContain('只还给填写的人');
  expect(tried.text).not.toContain(WORDS);
  expect(tried.text).toContain('<a href="/desk/sign-in">换人登录');
  expect(await isSignedIn()).toBe(false);
  browser.shown = tried.text;
  const back = await signInThere('wang');
  expect(back.text).toContain('您填写的内容还在');
  expect(back.text).toContain(`value="${WORDS}"`);
});

test('a form of hers that is sent in a colleague’s session goes on when she signs in', async () => {
  const form = { ...written(), formToken: browser.formToken };
  await endSessions();
  await browser.get('/desk/sign-in');
  await browser.signIn('zhao');
  const sent = await browser.post(refuse, form);
  expect(sent.status).toBe(403);
  expect(sent.text).toContain('只还给填写的人');
  expect(sent.text).not.toContain(WORDS);
  expect((await signInThere('wang')).text).toContain(`value="${WORDS}"`);
});

test('what she took along into a change of password is not given to a colleague who signed in meanwhile', async () => {
  await node().pool.query(
    `UPDATE official SET password_set_at = password_set_at - interval '366 days' WHERE official_id = 'wang'`,
  );
  browser = new DeskBrowser(node().platform.url, { 'sec-fetch-site': 'same-origin' });
  await browser.signIn('wang');
  const asked = await browser.post(refuse, { version: '1.0', reason: WORDS, step: 'do' });
  await node().pool.query(
    `UPDATE official SET password_set_at = password_set_at + interval '366 days' WHERE official_id = 'wang'`,
  );
  expect(asked.text).toContain('已用满一年');
  expect(asked.text).not.toContain(WORDS);
  const { formToken } = browser;
  const words = carried();
  await endSessions();
  await browser.get('/desk/sign-in');
  await browser.signIn('zhao');
  const changed = { old: PASSWORD, new: 'a long and good sentence', again: 'a long and good sentence' };
  const sent = await browser.post('/desk/password', { ...changed, ...words, formToken });
  expect(sent.status).toBe(403);
  expect(sent.text).toContain('只还给填写的人');
  expect(sent.text).not.toContain(WORDS);
  expect((await signInThere('wang')).text).toContain(`value="${WORDS}"`);
});

test.each([
  ['of another browser', () => otherBrowsersWords()],
  ['cut off', () => Promise.resolve(browser.hidden('held').slice(0, 20))],
  ['shorter than any', () => Promise.resolve('x')],
  ['of a release that did not seal them', () => Promise.resolve(JSON.stringify([['reason', WORDS]]))],
])('what is held %s is nothing: one signs in without it', async (_what, held) => {
  await endedWhileWriting();
  const page = browser.shown;
  const forged = await held();
  browser.shown = page;
  const answer = await browser.post('/desk/sign-in', {
    id: 'wang',
    password: PASSWORD,
    ...carried(),
    held: forged,
  });
  expect(answer.status).toBe(303);
  expect(answer.location).toBe(refuse);
});

async function otherBrowsersWords(): Promise<string> {
  const mine = browser;
  browser = new DeskBrowser(node().platform.url);
  await browser.signIn('wang');
  await browser.get(refuse);
  await endedWhileWriting();
  const { held } = carried();
  browser = mine;
  return held;
}
