import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { connect } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StaffRole } from '#contract/access.ts';
import type { StaffCommand } from '#contract/queue/command.ts';
import { MAX_API_MESSAGE_BYTES } from '#contract/terminal-api.ts';
import { CLOSE_SIGNED_OUT, RPC_PATH, SIGN_IN_PATH, SIGN_OUT_PATH } from '#contract/transport.ts';
import { doorCookies } from '#door/lan/cookies.ts';
import { doorLimits, type Door } from '#door/lan/door.ts';
import { securityHeaders } from '#terminal/api/assets.ts';
import { DATABASE_FILE } from '#terminal/store/store.ts';
import { DoorBrowser, type DoorAnswer } from '../support/door-client.ts';
import { openedDoor, UNREADABLE_ASSET } from '../support/opened-door.ts';
import { TEST_PIN, withDoor } from '../support/signed-in.ts';
import {
  newDataDir,
  removeDataDir,
  startTerminalUnderTest,
  type TerminalUnderTest,
} from '../support/terminal-under-test.ts';

const STATION = '示例街道和平社区便民服务站';
const WRONG_PIN = '314159';

let dataDir: string;
let under: TerminalUnderTest;
let door: Door;
let ca: string;
let isClosed: boolean;

beforeEach(async () => {
  dataDir = newDataDir();
  under = startTerminalUnderTest({ dataDir, platformUrl: 'http://127.0.0.1:1', bend: withDoor });
  ({ door, ca } = await openedDoor(under));
  isClosed = false;
});
afterEach(async () => {
  await close();
  removeDataDir(dataDir);
});

async function close(): Promise<void> {
  if (isClosed) return;
  isClosed = true;
  await door.close();
  await under.close();
}

const browser = (): DoorBrowser => new DoorBrowser(door.url, ca);

async function admitted(name: string): Promise<DoorBrowser> {
  const one = browser();
  const knocked = await one.ask('/');
  const code = /(\d{3}) (\d{3})/.exec(knocked.body);
  const entered = under.terminal.access.browsers.admit(`${code?.[1] ?? ''}${code?.[2] ?? ''}`, name, null);
  if (!entered.ok) throw new Error(entered.fault.code);
  const next = await one.ask('/');
  expect([next.status, next.headers.location]).toEqual([303, '/']);
  return one;
}

async function signedIn(name: string, staffId: string, role: StaffRole): Promise<DoorBrowser> {
  await under.terminal.access.accounts.add({ staffId, role }, TEST_PIN);
  const one = await admitted(name);
  expect((await one.post(SIGN_IN_PATH, { staffId, pin: TEST_PIN })).body).toBe('{"ok":true}');
  return one;
}

/** Everything that the audit says of who was sent away, read after the end. */
async function refusals(): Promise<string[]> {
  await close();
  const database = new DatabaseSync(join(dataDir, DATABASE_FILE));
  try {
    const rows = database.prepare('SELECT * FROM audit').all();
    expect(JSON.stringify(rows)).not.toMatch(new RegExp(`${TEST_PIN}|${WRONG_PIN}`));
    return rows
      .filter((row) => row['event'] === 'access.refused')
      .map((row) => `${String(row['disposition'])} ${String(row['detail'])}`);
  } finally {
    database.close();
  }
}

function saysNothing(answer: DoorAnswer): void {
  expect(answer.body).not.toMatch(new RegExp(`${STATION}|Heping|demo-01|window-|s01`));
  expect(answer.headers).toMatchObject(securityHeaders);
  expect(answer.headers['cache-control']).toBe('no-store');
}

describe('a browser that was not let in', () => {
  it('sees a page with six digits and nothing else, and is let in by them', async () => {
    const one = browser();
    const page = await one.ask('/');
    expect(page.status).toBe(401);
    expect(page.body).toMatch(/>\d{3} \d{3}</);
    saysNothing(page);
    expect((await one.ask('/')).body).toBe(page.body);
    const window = await admitted('window-3');
    expect((await window.ask('/')).body).toBe('the file staff.html');
    expect((await window.ask('/assets/x.js')).body).toBe('the file assets/x.js');
    expect((await window.ask('/technician.html')).body).toBe('the file technician.html');
    expect([...window.cookies.keys()]).toEqual([doorCookies.browser]);
    const board = await admitted('board');
    expect((await board.ask('/')).body).toBe('the file board.html');
    expect((await board.ask('/technician.html')).status).toBe(404);
  });

  it('gets no file, no sign-in and no API, and each is audited', async () => {
    const one = browser();
    for (const path of ['/staff.html', '/index.html', '/assets/x.js', '/bench.html']) {
      const answer = await one.ask(path);
      expect([path, answer.status, answer.body]).toEqual([path, 401, '']);
    }
    const posted = await one.post(SIGN_IN_PATH, { staffId: 's01', pin: TEST_PIN });
    expect(posted.status).toBe(401);
    saysNothing(posted);
    expect(await one.socket()).toBe(401);
    one.cookies.set(doorCookies.browser, 'a'.repeat(43));
    expect(await one.socket()).toBe(401);
    expect(await refusals()).toEqual(['no-admission /staff.html']);
  });

  it('is sent away also with somebody’s stolen session', async () => {
    const victim = await signedIn('window-1', 's01', 'staff');
    const thief = browser();
    thief.cookies.set(doorCookies.session, victim.cookies.get(doorCookies.session) ?? '');
    expect(await thief.socket()).toBe(401);
    expect(await refusals()).toEqual([`no-admission ${RPC_PATH}`]);
  });

  it('that was shut out is out at once, and waits before the door again', async () => {
    const one = await signedIn('window-1', 's01', 'staff');
    const { socket } = await one.api();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    under.terminal.access.browsers.revoke('window-1', null);
    expect(await closed).toBe(CLOSE_SIGNED_OUT);
    expect(await one.socket()).toBe(401);
    const page = await one.ask('/');
    expect(page.status).toBe(401);
    saysNothing(page);
    expect(one.cookies.has(doorCookies.browser)).toBe(false);
    expect(await refusals()).toEqual([`admission-revoked ${RPC_PATH}`]);
  });
});

describe('a session', () => {
  it('lets its person work, and says who that is', async () => {
    const one = await signedIn('window-3', 's01', 'staff');
    const { client } = await one.api();
    expect(await client.access.who()).toEqual({
      ok: true,
      value: {
        browser: { name: 'window-3', kind: 'window', window: '3' },
        person: { staffId: 's01', role: 'staff' },
      },
    });
    expect(await client.staff.parked.list({ which: 'parked', after: null, limit: 10 })).toEqual({
      ok: true,
      value: [],
    });
  });

  it('that was stolen by another admitted browser is refused there, and over for both', async () => {
    const victim = await signedIn('window-1', 's01', 'staff');
    const thief = await admitted('window-2');
    const { socket } = await victim.api();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    thief.cookies.set(doorCookies.session, victim.cookies.get(doorCookies.session) ?? '');
    expect(await thief.socket()).toBe(401);
    expect(await closed).toBe(CLOSE_SIGNED_OUT);
    expect(await refusals()).toEqual([`session-of-another-browser ${RPC_PATH}`]);
  });

  it('that has ended is ended in the middle of work, and its cookie is good for nothing', async () => {
    const one = await signedIn('window-1', 's01', 'staff');
    const { socket } = await one.api();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    under.terminal.access.accounts.close('s01');
    expect(await closed).toBe(CLOSE_SIGNED_OUT);
    expect(await one.socket()).toBe(401);
    // The page is for whoever signs in next; the old cookie goes.
    expect((await one.ask('/')).body).toBe('the file staff.html');
    expect(one.cookies.has(doorCookies.session)).toBe(false);
    expect(await refusals()).toEqual([`session-over ${RPC_PATH}`]);
  });

  it('ends by signing out', async () => {
    const one = await signedIn('window-1', 's01', 'staff');
    const { socket } = await one.api();
    const closed = new Promise((resolve) => socket.once('close', resolve));
    expect((await one.post(SIGN_OUT_PATH, {})).body).toBe('{"ok":true}');
    expect(await closed).toBe(CLOSE_SIGNED_OUT);
    expect(one.cookies.has(doorCookies.session)).toBe(false);
  });
});

describe('whoever leaves a window', () => {
  const open: StaffCommand = { verb: 'open-window', window: '1', lines: ['A'], person: 'li-01' };
  const window = () => under.terminal.board.queue?.seen().day.windows.get('1');

  async function atWork(): Promise<{ one: DoorBrowser; ticketId: string }> {
    const one = await signedIn('window-1', 'li-01', 'staff');
    const { client } = await one.api();
    const ticketId = randomUUID();
    expect(await client.staff.queue.do(open)).toMatchObject({ ok: true });
    const sent = {
      verb: 'take',
      ticketId,
      line: 'A',
      slug: null,
      ticketClass: 'ordinary',
      instead: null,
    } as const;
    expect(await client.staff.queue.do(sent)).toMatchObject({ ok: true });
    return { one, ticketId };
  }

  it('has closed it, so that what was sent there is its line’s again', async () => {
    const { one } = await atWork();
    await one.post(SIGN_OUT_PATH, {});
    await expect.poll(() => window()?.state).toBe('closed');
    await close();
    const database = new DatabaseSync(join(dataDir, DATABASE_FILE));
    const rows = database.prepare(`SELECT detail FROM audit WHERE event = 'queue.close-window'`).all();
    database.close();
    expect(rows).toEqual([{ detail: 'window 1 by li-01' }]);
  });

  it('leaves who is still there to whoever comes next', async () => {
    const { one, ticketId } = await atWork();
    const { client } = await one.api();
    expect(await client.staff.queue.do({ verb: 'next', window: '1' })).toMatchObject({ ok: true });
    await one.post(SIGN_OUT_PATH, {});
    const next = await signedIn('window-2', 'wu-02', 'staff');
    const settle = { verb: 'finish', window: '1', ticketId } as const;
    expect(await (await next.api()).client.staff.queue.do(settle)).toMatchObject({ ok: true });
    expect(window()).toMatchObject({ state: 'open', person: 'li-01', ticketId: null });
  });

  it('does not close it in the name of somebody else', async () => {
    const { one, ticketId } = await atWork();
    await under.terminal.access.accounts.add({ staffId: 'wu-02', role: 'staff' }, TEST_PIN);
    await one.post(SIGN_IN_PATH, { staffId: 'wu-02', pin: TEST_PIN });
    await one.post(SIGN_OUT_PATH, {});
    const { client } = await (await signedIn('window-2', 'xu-03', 'staff')).api();
    // Behind whatever the sign-out led to.
    const cancel = { verb: 'cancel', window: null, ticketId, reason: 'left' } as const;
    expect(await client.staff.queue.do(cancel)).toMatchObject({ ok: true });
    expect(window()).toMatchObject({ state: 'open', person: 'li-01' });
  });
});

describe('another role', () => {
  const forbidden = { code: 'FORBIDDEN', data: { fault: { code: 'api.forbidden' } } };
  const page = { which: 'parked', after: null, limit: 10 } as const;
  const key = { applicationId: '018f0000-0000-7000-8000-000000000000', revision: 1 };

  it('does nothing of staff at a window at which nobody is signed in', async () => {
    const { client } = await (await admitted('window-1')).api();
    expect((await client.access.who()).ok).toBe(true);
    await expect(client.staff.parked.list(page)).rejects.toMatchObject(forbidden);
    await expect(client.visit.touch()).rejects.toMatchObject(forbidden);
    expect(await refusals()).toEqual(['another-role staff.parked.list']);
  });

  it('is not known to a board at all: what asks for more than numbers is cut off', async () => {
    const board = await admitted('board');
    for (const path of ['/staff/queue/watch', '/visit/watch', '/access/who']) {
      const { socket } = await board.api();
      const closed = new Promise((resolve) => socket.once('close', resolve));
      socket.send(JSON.stringify({ i: '1', p: { u: path } }));
      expect(await closed).toBe(1008);
    }
    const { socket } = await board.api();
    const heard = new Promise((resolve) =>
      socket.once('message', (data: Buffer) => resolve(data.toString())),
    );
    socket.send(JSON.stringify({ i: '1', p: { u: '/speech/clips', b: { json: { language: 'zh' } } } }));
    expect(await heard).toContain('"ok":true');
    expect(await refusals()).toEqual(['another-role /staff/queue/watch']);
  });

  it('does nothing of its own beyond its role: an auditor reads the list and opens nothing', async () => {
    const { client } = await (await signedIn('window-1', 'a01', 'auditor')).api();
    expect((await client.staff.parked.list(page)).ok).toBe(true);
    await expect(client.staff.parked.open(key)).rejects.toMatchObject(forbidden);
    expect(await refusals()).toEqual(['another-role staff.parked.open']);
  });

  it('does not drive the resident’s screen: that is for whoever stands there', async () => {
    const { client } = await (await signedIn('window-1', 't01', 'technician')).api();
    await expect(client.visit.end({ reason: 'left' })).rejects.toMatchObject(forbidden);
  });

  it('cannot sign in at a board', async () => {
    const board = await admitted('board');
    expect((await board.post(SIGN_IN_PATH, { staffId: 's01', pin: TEST_PIN })).status).toBe(403);
    expect(await refusals()).toEqual([`another-role ${SIGN_IN_PATH}`]);
  });
});

describe('a forged sender', () => {
  it('is refused by its origin, with every good cookie', async () => {
    const one = await signedIn('window-1', 's01', 'staff');
    expect(await one.socket({ origin: 'https://evil.example' })).toBe(403);
    expect(await one.socket({ origin: 'null' })).toBe(403);
    for (const path of [SIGN_IN_PATH, SIGN_OUT_PATH]) {
      const answer = await one.post(
        path,
        { staffId: 's01', pin: TEST_PIN },
        { origin: 'https://evil.example' },
      );
      expect(answer.status).toBe(403);
      saysNothing(answer);
    }
    expect(typeof (await one.socket())).toBe('object');
    expect((await refusals()).map((row) => row.split(' ')[0])).toEqual(['foreign-origin', 'foreign-origin']);
  });

  it('is refused by its host: a name of somebody else that leads here', async () => {
    const one = await signedIn('window-1', 's01', 'staff');
    const answer = await one.ask('/', { headers: { host: 'evil.example' } });
    expect([answer.status, answer.body]).toEqual([421, '']);
    saysNothing(answer);
    expect(await one.socket({ host: 'evil.example', origin: 'https://evil.example' })).toBe(421);
    expect(await refusals()).toEqual(['foreign-host /']);
  });
});

describe('who signs in', () => {
  it('is locked out after five wrong PINs, which say nothing of the account', async () => {
    await under.terminal.access.accounts.add({ staffId: 's01', role: 'staff' }, TEST_PIN);
    const one = await admitted('window-1');
    const said: string[] = [];
    for (const staffId of ['s01', 's99', 's01', 's99', 's01', 's01'])
      said.push((await one.post(SIGN_IN_PATH, { staffId, pin: WRONG_PIN })).body);
    expect(said.slice(0, 4)).toEqual(Array(4).fill('{"ok":false,"fault":{"code":"access.wrong-pin"}}'));
    expect(said.slice(4)).toEqual(Array(2).fill('{"ok":false,"fault":{"code":"access.locked"}}'));
    const right = await one.post(SIGN_IN_PATH, { staffId: 's01', pin: TEST_PIN });
    expect(right.body).toContain('access.locked');
    expect(one.cookies.has(doorCookies.session)).toBe(false);
  });

  it('with what is no sign-in is refused: too large, malformed, or not by a page of ours', async () => {
    const one = await admitted('window-1');
    expect((await one.post(SIGN_IN_PATH, { staffId: 's01', pin: '1'.repeat(5_000) })).status).toBe(413);
    expect((await one.post(SIGN_IN_PATH, '{"staffId":')).status).toBe(400);
    expect((await one.post(SIGN_IN_PATH, { staffId: 's01', pin: TEST_PIN, more: 1 })).status).toBe(400);
    const form = { 'content-type': 'text/plain' };
    expect((await one.post(SIGN_IN_PATH, { staffId: 's01', pin: TEST_PIN }, form)).status).toBe(400);
    expect((await one.ask(SIGN_IN_PATH)).status).toBe(405);
    expect((await refusals()).sort()).toEqual([`malformed ${SIGN_IN_PATH}`, `too-large ${SIGN_IN_PATH}`]);
  });
});

describe('the door', () => {
  it('closes a connection whose message is too large, and takes no more of them than it can hold', async () => {
    const one = await signedIn('window-1', 's01', 'staff');
    const socket = await one.socket();
    if (typeof socket === 'number') throw new Error(String(socket));
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.send('x'.repeat(MAX_API_MESSAGE_BYTES + 1));
    expect(await closed).toBe(1009);
    const statuses: (number | 'open')[] = [];
    for (let count = 0; count <= doorLimits.apiOfOneBrowser; count += 1) {
      const opened = await one.socket();
      statuses.push(typeof opened === 'number' ? opened : 'open');
    }
    expect(statuses).toEqual([...Array(doorLimits.apiOfOneBrowser).fill('open'), 503]);
    expect(await refusals()).toEqual([`too-many ${RPC_PATH}`]);
  });

  it('serves a window nothing but its own page', async () => {
    const one = await admitted('window-1');
    for (const path of [
      '/index.html',
      '/bench.html',
      '/board.html',
      '/staff.html',
      '/guide/x',
      '/../package.json',
    ])
      expect([path, (await one.ask(path)).status]).toEqual([path, 404]);
  });

  it.each([
    ['TRACE', '/', 405],
    ['PROPFIND', '/', 405],
    ['DELETE', '/assets/x.js', 405],
    ['OPTIONS', '*', 404],
    // Names of users in an address, and an address that is none.
    ['GET', '//user:password@elsewhere/', 200],
    ['GET', 'https://user:password@elsewhere/', 200],
    ['GET', 'https://user:password@elsewhere/staff.html', 404],
    ['GET', 'javascript:x', 400],
    ['GET', '//[', 400],
  ])('answers %s %s of a browser that was let in, and goes on', async (method, path, status) => {
    const one = await admitted('window-1');
    const answer = await one.ask('', { method, path });
    expect(answer.status).toBe(status);
    if (status === 405) expect(answer.headers.allow).toBe('GET, HEAD');
    expect((await one.ask('/')).body).toBe('the file staff.html');
  });

  it('hangs up on a request that cannot be answered, and goes on', async () => {
    const one = await admitted('window-1');
    await expect(one.ask(`/${UNREADABLE_ASSET}`)).rejects.toMatchObject({ code: 'ECONNRESET' });
    expect((await one.ask('/')).body).toBe('the file staff.html');
  });

  it('speaks TLS 1.2 and later only', async () => {
    const { port } = new URL(door.url);
    const tried = new Promise((resolve) => {
      const socket = connect({
        host: '127.0.0.1',
        port: Number(port),
        ca,
        maxVersion: 'TLSv1.1',
        minVersion: 'TLSv1',
      });
      socket.once('error', () => {
        resolve('refused');
      });
      socket.once('secureConnect', () => {
        resolve(socket.getProtocol());
      });
    });
    expect(await tried).toBe('refused');
    await expect(fetch(door.url.replace('https', 'http'))).rejects.toThrow();
    // Who does not know the station's authority does not trust it.
    await expect(fetch(door.url)).rejects.toThrow();
  });
});
