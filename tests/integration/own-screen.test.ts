import { createRouterClient, type RouterClient } from '@orpc/server';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StaffRole } from '#contract/access.ts';
import { router, type TerminalRouter } from '#terminal/api/router.ts';
import { startScriptedPlatform, type ScriptedPlatform } from '../support/scripted-platform.ts';
import { asStaff, TEST_PIN } from '../support/signed-in.ts';
import {
  expectOk,
  newDataDir,
  removeDataDir,
  startTerminalUnderTest,
  untilReady,
  type TerminalUnderTest,
} from '../support/terminal-under-test.ts';

/** Staff at the kiosk's own screen: one connection that is a resident's, or theirs, and never both. */
const forbidden = { code: 'FORBIDDEN' };
const parked = { which: 'parked', after: null, limit: 10 } as const;
const begin = { slug: 'elderly-allowance', language: 'zh', requestId: crypto.randomUUID() } as const;

let platform: ScriptedPlatform;
let dataDir: string;
let under: TerminalUnderTest;
let over: number;
let screen: { client: RouterClient<TerminalRouter>; close: () => void };

beforeEach(async () => {
  platform = await startScriptedPlatform();
  dataDir = newDataDir();
  under = startTerminalUnderTest({ dataDir, platformUrl: platform.url });
  await untilReady(under);
  over = 0;
  screen = connect();
});
afterEach(async () => {
  await under.close();
  await platform.close();
  removeDataDir(dataDir);
});

function connect(): typeof screen {
  const { context, close } = under.terminal.ownScreen(() => (over += 1));
  return { client: createRouterClient(router, { context }), close };
}

async function signIn(staffId: string, role: StaffRole): Promise<void> {
  await under.terminal.access.accounts.add({ staffId, role }, TEST_PIN);
  expectOk(await screen.client.access.signIn({ staffId, pin: TEST_PIN }));
}

describe('the kiosk’s own screen', () => {
  it('is a resident’s until somebody signs in, then that person’s, and then a resident’s again', async () => {
    await expect(screen.client.staff.parked.list(parked)).rejects.toMatchObject(forbidden);
    await expect(screen.client.access.signOut()).rejects.toMatchObject(forbidden);
    await signIn('s01', 'staff');
    expect(await screen.client.access.who()).toEqual({
      ok: true,
      value: { browser: null, person: { staffId: 's01', role: 'staff' } },
    });
    expect((await screen.client.staff.parked.list(parked)).ok).toBe(true);
    for (const call of [screen.client.visit.begin(begin), screen.client.visit.touch()])
      await expect(call).rejects.toMatchObject(forbidden);
    expectOk(await screen.client.access.signOut());
    expect(over).toBe(1);
    await expect(screen.client.staff.parked.list(parked)).rejects.toMatchObject(forbidden);
    expectOk(await screen.client.visit.begin(begin));
  });

  it('lets nobody sign in while a resident is at it', async () => {
    expectOk(await screen.client.visit.begin(begin));
    await under.terminal.access.accounts.add({ staffId: 's01', role: 'staff' }, TEST_PIN);
    const given = { staffId: 's01', pin: TEST_PIN };
    expect(await screen.client.access.signIn(given)).toEqual({
      ok: false,
      fault: { code: 'access.visit-open' },
    });
    expectOk(await screen.client.visit.end({ reason: 'left' }));
    expectOk(await screen.client.access.signIn(given));
  });

  it('is signed in for one connection: the next one is a resident’s', async () => {
    await signIn('s01', 'staff');
    screen.close();
    const next = connect();
    expect((await next.client.access.who()).ok).toBe(true);
    await expect(next.client.staff.parked.list(parked)).rejects.toMatchObject(forbidden);
    await expect(screen.client.staff.parked.list(parked)).rejects.toMatchObject(forbidden);
  });

  it('keeps a role to what it may: staff admit no browser', async () => {
    await signIn('s01', 'staff');
    await expect(screen.client.staff.door.watch()).rejects.toMatchObject(forbidden);
    await expect(screen.client.staff.door.admit({ code: '123456', name: 'window-1' })).rejects.toMatchObject(
      forbidden,
    );
  });
});

describe('a technician at it', () => {
  it('sees the six digits, lets the browser in under a name, and shuts it out', async () => {
    await signIn('t01', 'technician');
    const { browsers } = under.terminal.access;
    const views = (await screen.client.staff.door.watch())[Symbol.asyncIterator]();
    expect((await views.next()).value).toMatchObject({ terminal: '01', knocking: [], admitted: [] });
    const { code, token } = browsers.knock(null, '192.168.1.23');
    expect((await views.next()).value).toMatchObject({ knocking: [{ code, address: '192.168.1.23' }] });
    expect(await screen.client.staff.door.admit({ code, name: 'window-3' })).toEqual({
      ok: true,
      value: { address: '192.168.1.23', replaced: false },
    });
    expect((await views.next()).value).toMatchObject({ knocking: [], admitted: [{ name: 'window-3' }] });
    expect(browsers.collect(token)).not.toBeNull();
    expectOk(await screen.client.staff.door.shutOut({ name: 'window-3' }));
    expect(await screen.client.staff.door.admit({ code, name: 'window-3' })).toMatchObject({
      fault: { code: 'access.code-unknown' },
    });
    await views.return?.();
  });

  it('does it there and nowhere else: not from a browser in the station', async () => {
    const atWindow = asStaff(under.terminal, 't01');
    const { staff } = createRouterClient(router, { context: { ...atWindow, role: 'technician' } });
    await expect(staff.door.watch()).rejects.toMatchObject(forbidden);
  });
});
