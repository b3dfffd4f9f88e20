import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { expectValue } from '../../../tests/support/expect-value.ts';
import { admit, guestOf, TEST_PIN } from '../../../tests/support/signed-in.ts';
import { newDataDir, removeDataDir } from '../../../tests/support/terminal-under-test.ts';
import { createAudit } from '../audit/audit.ts';
import { openStore, type Store } from '../store/store.ts';
import type { Access } from './access.ts';
import { accessForTests } from './for-tests.ts';
import { ownScreenDelays, type OwnScreen } from './own-screens.ts';
import { MOST_SLIPS } from './wrong-pins.ts';

const given = { staffId: 't01', pin: TEST_PIN };
const wrong = { staffId: 't01', pin: '314159' };

let dataDir: string;
let store: Store;
let clock: SimulatedClock;
let access: Access;
let over: number;
let screen: OwnScreen;

beforeEach(async () => {
  dataDir = newDataDir();
  clock = new SimulatedClock();
  store = expectValue(openStore(dataDir));
  // A station without a door.
  access = accessForTests({ store, audit: createAudit(store, clock), clock, idleMs: 0, longestMs: 0 });
  await access.accounts.add({ staffId: 't01', role: 'technician' }, TEST_PIN);
  over = 0;
  screen = access.ownScreens.open(() => (over += 1));
});
afterEach(() => {
  store.close();
  removeDataDir(dataDir);
});

const ends = (): string[] =>
  store
    .sql("SELECT disposition, detail FROM audit WHERE event = 'access.signed-out' ORDER BY sequence")
    .all()
    .map((row) => Object.values(row).map(String).join(' '));

describe('a session at the kiosk’s own screen', () => {
  it('begins with the right PIN, also where there is no door, and is in the audit', async () => {
    expect(screen.use()).toBe(false);
    expect(await screen.signIn(given)).toEqual({ ok: true, value: null });
    expect(screen.person()).toEqual({ staffId: 't01', role: 'technician' });
    expect(store.sql("SELECT detail FROM audit WHERE event = 'access.signed-in'").all()).toEqual([
      { detail: 'kiosk' },
    ]);
  });

  it('is over when nobody touches the screen for a while, and each touch begins that anew', async () => {
    await screen.signIn(given);
    for (let touch = 0; touch < 5; touch += 1) {
      await clock.advance(ownScreenDelays.idleMs - 1_000);
      expect(screen.use()).toBe(true);
    }
    await clock.advance(ownScreenDelays.idleMs);
    expect([screen.person(), screen.use(), over]).toEqual([null, false, 1]);
    expect(ends()).toEqual(['idle kiosk']);
  });

  it('is over after an hour, however often it is touched', async () => {
    await screen.signIn(given);
    for (let ms = 0; ms < ownScreenDelays.longestMs; ms += 60_000) {
      screen.use();
      await clock.advance(60_000);
    }
    expect(screen.person()).toBeNull();
    expect(ends()).toEqual(['too-long kiosk']);
  });

  it('goes with its connection, and with its sign-out, once', async () => {
    await screen.signIn(given);
    screen.close();
    screen.signOut();
    expect([screen.person(), ends()]).toEqual([null, ['signed-out kiosk']]);
  });

  it('does not begin on a page that was left while its PIN was looked at', async () => {
    const signing = screen.signIn(given);
    screen.close();
    await signing;
    expect(screen.person()).toBeNull();
  });

  it('is over when its account is closed or gets another PIN', async () => {
    await screen.signIn(given);
    await access.accounts.setPin('t01', '161803');
    expect([screen.person(), over]).toEqual([null, 1]);
    await screen.signIn({ staffId: 't01', pin: '161803' });
    await access.accounts.add({ staffId: 't02', role: 'technician' }, TEST_PIN);
    access.accounts.close('t01');
    expect([screen.person(), over]).toEqual([null, 2]);
    expect(ends()).toEqual(['pin-changed kiosk', 'account-closed kiosk']);
  });
});

describe('who tries PINs at the kiosk', () => {
  it('is locked out there, and locks nobody out at a window', async () => {
    for (let slip = 0; slip <= MOST_SLIPS; slip += 1) await screen.signIn(wrong);
    expect(await screen.signIn(given)).toEqual({ ok: false, fault: { code: 'access.locked' } });
    const window = guestOf(access, admit(access, 'window-1'), null);
    expect((await access.signIn(window, given)).ok).toBe(true);
  });

  it('finds an account locked that was locked at a window', async () => {
    const window = guestOf(access, admit(access, 'window-1'), null);
    for (let slip = 0; slip <= MOST_SLIPS; slip += 1) await access.signIn(window, wrong);
    expect(await screen.signIn(given)).toEqual({ ok: false, fault: { code: 'access.locked' } });
  });

  it('does not begin anew by signing in with an account of his own', async () => {
    await access.accounts.add({ staffId: 's01', role: 'staff' }, TEST_PIN);
    for (let slip = 0; slip < MOST_SLIPS; slip += 1) await screen.signIn(wrong);
    await screen.signIn({ staffId: 's01', pin: TEST_PIN });
    await screen.signIn(wrong);
    expect(await screen.signIn(given)).toEqual({ ok: false, fault: { code: 'access.locked' } });
  });

  it('is let in again after a new PIN', async () => {
    for (let slip = 0; slip <= MOST_SLIPS; slip += 1) await screen.signIn(wrong);
    await access.accounts.setPin('t01', '161803');
    await clock.advance(60_000);
    expect((await screen.signIn({ staffId: 't01', pin: '161803' })).ok).toBe(true);
  });
});
