import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StaffRole } from '#contract/access.ts';
import type { Clock } from '#contract/ports.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { expectValue } from '../../../tests/support/expect-value.ts';
import { admit, guestOf, signIn, TEST_PIN } from '../../../tests/support/signed-in.ts';
import { newDataDir, removeDataDir } from '../../../tests/support/terminal-under-test.ts';
import { createAudit } from '../audit/audit.ts';
import type { LogLine } from '../log.ts';
import { DATABASE_FILE, openStore, type Store } from '../store/store.ts';
import { roleOf, type Access, type Guest, type Left } from './access.ts';
import { accessForTests } from './for-tests.ts';
import { lockDelays, MOST_SLIPS } from './wrong-pins.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const WRONG = '314159';
const OTHER_PIN = '161803';

let dataDir: string;
let store: Store;
let time: SimulatedClock;
let setBackByMs: number;
let access: Access;
let logged: LogLine[];
let left: Left[];

const clock: Clock = {
  now: () => time.now() - setBackByMs,
  monotonicMs: () => time.monotonicMs(),
  after: (delayMs, callback) => time.after(delayMs, callback),
};

function open(): void {
  store = expectValue(openStore(dataDir));
  access = accessForTests({
    store,
    audit: createAudit(store, clock),
    clock,
    log: (line) => logged.push(line),
    idleMs: 30 * MINUTE_MS,
    longestMs: 12 * HOUR_MS,
  });
  access.onLeft((one) => left.push(one));
}

beforeEach(() => {
  dataDir = newDataDir();
  time = new SimulatedClock();
  setBackByMs = 0;
  logged = [];
  left = [];
  open();
});
afterEach(() => {
  store.close();
  removeDataDir(dataDir);
});

const audited = (event: string) =>
  store
    .sql('SELECT subject, disposition, detail FROM audit WHERE event = ? ORDER BY rowid')
    .all(event)
    .map((row) => ({ ...row }));

const addAccount = (staffId: string, role: StaffRole = 'staff') =>
  access.accounts.add({ staffId, role }, TEST_PIN);
const tryPin = (guest: Guest, staffId: string, pin: string) => access.signIn(guest, { staffId, pin });
const code = async (result: ReturnType<typeof tryPin>) => {
  const given = await result;
  return given.ok ? null : given.fault.code;
};
const windowNamed = (name: string): Guest => guestOf(access, admit(access, name), null);

async function wrongTimes(guest: Guest, staffId: string, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) await tryPin(guest, staffId, WRONG);
}

describe('an account', () => {
  it('is made once, and its PIN is neither in the file nor in the log', async () => {
    expect(await addAccount('s01')).toEqual({ ok: true, value: null });
    expect(await addAccount('s01')).toMatchObject({ ok: false, fault: { code: 'access.account-exists' } });
    expect(access.accounts.list()).toMatchObject([{ staffId: 's01', role: 'staff', closedAtMs: null }]);
    store.truncateLog();
    expect(readFileSync(join(dataDir, DATABASE_FILE)).includes(TEST_PIN)).toBe(false);
    expect(JSON.stringify(logged)).not.toContain(TEST_PIN);
    expect(audited('access.account-added')).toEqual([
      { subject: 's01', disposition: 'success', detail: 'staff' },
    ]);
  });

  it.each(['12345', '1234567890123', '123456', '111111', 'abcdef', ''])(
    'does not take the PIN %s',
    async (pin) => {
      expect(await access.accounts.add({ staffId: 's01', role: 'staff' }, pin)).toMatchObject({
        fault: { code: 'access.pin-weak' },
      });
      expect(access.accounts.list()).toEqual([]);
    },
  );

  it('that is closed keeps its id, signs nobody in, and signs out who was', async () => {
    const guest = await signIn(access, 's01', 'staff');
    expect(access.isStillIn(guest)).toBe(true);
    expect(access.accounts.close('s01')).toEqual({ ok: true, value: null });
    expect(access.isStillIn(guest)).toBe(false);
    expect(await code(tryPin({ ...guest, session: null }, 's01', TEST_PIN))).toBe('access.wrong-pin');
    expect(await addAccount('s01')).toMatchObject({ fault: { code: 'access.account-exists' } });
    expect(access.accounts.close('s01')).toMatchObject({ fault: { code: 'access.account-unknown' } });
    expect(audited('access.signed-out')).toMatchObject([{ subject: 's01', disposition: 'account-closed' }]);
  });

  it('with a new PIN signs out who came in by the old one, and is unlocked', async () => {
    const guest = await signIn(access, 's01', 'staff');
    const other = windowNamed('window-2');
    await wrongTimes(other, 's01', MOST_SLIPS + 1);
    expect(await access.accounts.setPin('s01', OTHER_PIN)).toEqual({ ok: true, value: null });
    expect(access.isStillIn(guest)).toBe(false);
    expect(await code(tryPin(windowNamed('window-3'), 's01', OTHER_PIN))).toBeNull();
    expect(await code(tryPin(windowNamed('window-4'), 's01', TEST_PIN))).toBe('access.wrong-pin');
  });
});

describe('somebody who types a wrong PIN', () => {
  it('is told the same whether there is such an account or not', async () => {
    await addAccount('s01');
    for (const staffId of ['s01', 's99']) {
      const guest = windowNamed(`window-${staffId.toUpperCase()}`);
      for (let time = 0; time < MOST_SLIPS; time += 1)
        expect(await code(tryPin(guest, staffId, WRONG))).toBe('access.wrong-pin');
      expect(await code(tryPin(guest, staffId, WRONG))).toBe('access.locked');
    }
  });

  it('locks the account at every browser, against the right PIN too, for longer each time', async () => {
    await addAccount('s01');
    await wrongTimes(windowNamed('window-1'), 's01', MOST_SLIPS + 1);
    const other = windowNamed('window-2');
    expect(await code(tryPin(other, 's01', TEST_PIN))).toBe('access.locked');
    await time.advance(lockDelays.firstMs);
    expect(await code(tryPin(other, 's01', WRONG))).toBe('access.locked');
    await time.advance(lockDelays.firstMs);
    expect(await code(tryPin(other, 's01', TEST_PIN))).toBe('access.locked');
    await time.advance(lockDelays.firstMs);
    expect(await code(tryPin(other, 's01', TEST_PIN))).toBeNull();
    // The right one begins the count anew.
    expect(await code(tryPin(other, 's01', WRONG))).toBe('access.wrong-pin');
    expect(audited('access.sign-in-refused').map((row) => row['disposition'])).toEqual([
      ...Array.from({ length: MOST_SLIPS }, () => 'wrong'),
      'wrong-and-locked',
      'wrong-and-locked',
      'wrong',
    ]);
  });

  it('locks the browser for all accounts, however many different ones are tried', async () => {
    await addAccount('s01');
    const guest = windowNamed('window-1');
    for (let count = 0; count <= MOST_SLIPS; count += 1) await tryPin(guest, `x${count}`, WRONG);
    expect(await code(tryPin(guest, 's01', TEST_PIN))).toBe('access.locked');
    expect(await code(tryPin(windowNamed('window-2'), 's01', TEST_PIN))).toBeNull();
  });

  it('is locked out across a restart, and not for a year when the clock is set back', async () => {
    await addAccount('s01');
    const token = admit(access, 'window-1');
    await wrongTimes(guestOf(access, token, null), 's01', MOST_SLIPS + 1);
    store.close();
    open();
    expect(await code(tryPin(guestOf(access, token, null), 's01', TEST_PIN))).toBe('access.locked');
    setBackByMs = 365 * 24 * HOUR_MS;
    expect(await code(tryPin(guestOf(access, token, null), 's01', TEST_PIN))).toBeNull();
  });

  it('leaves no PIN in audit and log', async () => {
    await addAccount('s01');
    await wrongTimes(windowNamed('window-1'), 's01', 2);
    const rows = store.sql('SELECT * FROM audit').all();
    expect(JSON.stringify([rows, logged])).not.toMatch(new RegExp(`${WRONG}|${TEST_PIN}`));
  });
});

describe('a session', () => {
  it('is of one browser: its cookie at another one is none', async () => {
    await addAccount('s01');
    const [own, other] = [admit(access, 'window-1'), admit(access, 'window-2')];
    const token = await tryPin(guestOf(access, own, null), 's01', TEST_PIN);
    if (!token.ok) throw new Error(token.fault.code);
    expect(guestOf(access, own, token.value).session?.person).toEqual({ staffId: 's01', role: 'staff' });
    expect(access.arrive(other, token.value)).toMatchObject({
      kind: 'guest',
      guest: { session: null },
      refusal: 'session-of-another-browser',
    });
    expect(access.arrive(null, token.value)).toEqual({ kind: 'refused', refusal: 'no-admission' });
    // Whoever stole it has ended it, for both.
    expect(access.arrive(own, token.value)).toMatchObject({ refusal: 'session-over' });
    expect(audited('access.signed-out')).toMatchObject([{ subject: 's01', disposition: 'stolen' }]);
  });

  it('outlives a restart', async () => {
    const guest = await signIn(access, 's01', 'auditor');
    store.close();
    open();
    expect(access.isStillIn(guest)).toBe(true);
    expect(roleOf(guest)).toBe('auditor');
  });

  it('ends when nobody touches it, goes on when somebody does, and ends in any case', async () => {
    const guest = await signIn(access, 's01', 'staff');
    for (let passed = 0; passed < 11 * HOUR_MS; passed += 20 * MINUTE_MS) {
      await time.advance(20 * MINUTE_MS);
      expect(access.useBy(guest)).toBe(true);
    }
    await time.advance(29 * MINUTE_MS);
    expect(access.isStillIn(guest)).toBe(true);
    await time.advance(2 * MINUTE_MS);
    expect(access.isStillIn(guest)).toBe(false);
    expect(access.useBy(guest)).toBe(false);
    access.tend();
    expect(audited('access.signed-out')).toMatchObject([{ subject: 's01', disposition: 'idle' }]);
    expect(left).toEqual([{ staffId: 's01', window: '1' }]);
  });

  it('ends after its longest time although somebody works', async () => {
    const guest = await signIn(access, 's01', 'staff');
    let isIn = true;
    let hours = 0;
    for (; isIn && hours < 20; hours += 0.25) {
      await time.advance(15 * MINUTE_MS);
      isIn = access.useBy(guest);
    }
    expect(hours).toBe(12.25);
    access.tend();
    expect(audited('access.signed-out')).toMatchObject([{ disposition: 'too-long' }]);
  });

  it('ends when the clock is set back: nobody knows how old it is', async () => {
    const guest = await signIn(access, 's01', 'staff');
    setBackByMs = HOUR_MS;
    expect(access.isStillIn(guest)).toBe(false);
    access.tend();
    expect(audited('access.signed-out')).toMatchObject([{ subject: 's01', disposition: 'idle' }]);
    // Somebody may sit there: it is the clock that went.
    expect(left).toEqual([]);
  });

  it('that was over hours before anybody looked says of nobody that he leaves now', async () => {
    const guest = await signIn(access, 's01', 'staff');
    store.close();
    await time.advance(3 * HOUR_MS);
    open();
    access.tend();
    expect(access.isStillIn(guest)).toBe(false);
    expect(left).toEqual([]);
  });

  it('ends by the next one at the same browser, and by signing out', async () => {
    const first = await signIn(access, 's01', 'staff');
    await addAccount('s02');
    const token = await tryPin(first, 's02', TEST_PIN);
    expect(token.ok).toBe(true);
    expect(access.isStillIn(first)).toBe(false);
    let told = 0;
    access.changes.subscribe(() => (told += 1));
    const second = await signInAgain('s02', 'window-2');
    expect(access.signOut(second)).toEqual({ ok: true, value: null });
    expect(access.isStillIn(second)).toBe(false);
    expect(told).toBeGreaterThan(0);
    // Whose place somebody else took at the same computer is told of by that page.
    expect(left).toEqual([{ staffId: 's02', window: '2' }]);
    expect(audited('access.signed-out').map((row) => row['disposition'])).toEqual([
      'another-in-its-place',
      'signed-out',
    ]);
  });

  async function signInAgain(staffId: string, name: string): Promise<Guest> {
    const browser = admit(access, name);
    const token = await tryPin(guestOf(access, browser, null), staffId, TEST_PIN);
    if (!token.ok) throw new Error(token.fault.code);
    return guestOf(access, browser, token.value);
  }
});

describe('a browser', () => {
  it('that knocks keeps its code, and gets in by it once', () => {
    const knock = access.browsers.knock(null, '192.168.1.23');
    expect(knock.code).toMatch(/^\d{6}$/);
    expect(access.browsers.knock(knock.token, '192.168.1.23')).toEqual(knock);
    expect(access.browsers.collect(knock.token)).toBeNull();
    expect(
      access.browsers.admit('000000' === knock.code ? '000001' : '000000', 'window-1', null),
    ).toMatchObject({
      fault: { code: 'access.code-unknown' },
    });
    expect(access.browsers.admit(knock.code, 'window-1', null)).toEqual({
      ok: true,
      value: { address: '192.168.1.23', replaced: false },
    });
    // Whoever saw the code on its screen has nothing by it.
    expect(access.browsers.collect(access.browsers.knock(null, '192.168.1.66').token)).toBeNull();
    const token = access.browsers.collect(knock.token);
    expect(access.browsers.collect(knock.token)).toBeNull();
    expect(access.arrive(token, null)).toMatchObject({ kind: 'guest', guest: { browser: { window: '1' } } });
    expect(access.browsers.admit(knock.code, 'board', null)).toMatchObject({
      fault: { code: 'access.code-unknown' },
    });
  });

  it('whose code is older than ten minutes has another one', async () => {
    const knock = access.browsers.knock(null, '192.168.1.23');
    await time.advance(10 * MINUTE_MS + 1);
    expect(access.browsers.admit(knock.code, 'window-1', null).ok).toBe(false);
    expect(access.browsers.knock(knock.token, '192.168.1.23').token).not.toBe(knock.token);
  });

  it('that knocks a hundred times pushes nobody else out', () => {
    const patient = access.browsers.knock(null, '192.168.1.23');
    for (let count = 0; count < 100; count += 1) access.browsers.knock(null, '192.168.1.66');
    expect(access.browsers.knock(patient.token, '192.168.1.23')).toEqual(patient);
    expect(access.browsers.knocking()).toHaveLength(6);
  });

  it('that is shut out is out, with who was signed in there', async () => {
    const guest = await signIn(access, 's01', 'staff');
    let told = 0;
    access.changes.subscribe(() => (told += 1));
    expect(access.browsers.revoke('window-1', null)).toEqual({ ok: true, value: null });
    expect(told).toBe(1);
    expect(access.isStillIn(guest)).toBe(false);
    expect(access.browsers.list()).toEqual([]);
    expect(access.browsers.revoke('window-1', null)).toMatchObject({
      fault: { code: 'access.browser-unknown' },
    });
    expect(audited('access.signed-out')).toMatchObject([{ disposition: 'browser-shut-out' }]);
  });

  it('is put in the place of the one that had its name', () => {
    const before = admit(access, 'window-1');
    const after = admit(access, 'window-1');
    expect(access.arrive(before, null)).toEqual({ kind: 'refused', refusal: 'admission-revoked' });
    expect(access.arrive(after, null).kind).toBe('guest');
    expect(access.browsers.list()).toHaveLength(1);
    expect(audited('access.browser-admitted').at(-1)?.['detail']).toContain('in the place of another one');
  });

  it('is let in and shut out in the name of whoever did it', () => {
    const { code } = access.browsers.knock(null, '192.168.1.24');
    expect(access.browsers.admit(code, 'window-2', 't01').ok).toBe(true);
    expect(access.browsers.revoke('window-2', 't02').ok).toBe(true);
    expect(audited('access.browser-admitted')).toMatchObject([{ detail: 'from 192.168.1.24, by t01' }]);
    expect(audited('access.browser-revoked')).toMatchObject([{ detail: 'by t02' }]);
  });

  it.each([null, '', 'x', 'a'.repeat(43), 'a'.repeat(10_000)])('with the token %s is not let in', (token) => {
    expect(access.arrive(token, token)).toEqual({ kind: 'refused', refusal: 'no-admission' });
  });
});

describe('who is sent away', () => {
  it('has a row, and a flood of the same has one more a minute with its count', async () => {
    for (let count = 0; count < 500; count += 1) access.refusals.add('foreign-host', '192.168.1.66', '/');
    access.tend();
    expect(audited('access.refused')).toEqual([
      { subject: '192.168.1.66', disposition: 'foreign-host', detail: '/' },
    ]);
    await time.advance(MINUTE_MS);
    access.tend();
    expect(audited('access.refused').at(-1)?.['detail']).toBe('/, 499 times');
  });

  it('from very many addresses does not fill the disk', () => {
    for (let count = 0; count < 5_000; count += 1) access.refusals.add('no-admission', `10.0.${count}`, '/');
    expect(audited('access.refused').length).toBeLessThan(60);
    expect(audited('access.refused').at(-1)?.['subject']).toBe('several');
  });
});
