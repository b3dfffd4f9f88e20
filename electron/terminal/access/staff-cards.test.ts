import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { DeviceState } from '#contract/devices.ts';
import type { Fault } from '#contract/fault.ts';
import type { IdentityDocument } from '#contract/identity.ts';
import type { Result } from '#contract/result.ts';
import type { CardUse } from '#contract/staff-card.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { expectValue } from '../../../tests/support/expect-value.ts';
import { TEST_PIN } from '../../../tests/support/signed-in.ts';
import { newDataDir, removeDataDir, zhang } from '../../../tests/support/terminal-under-test.ts';
import { createAudit } from '../audit/audit.ts';
import { createChanges } from '../changes.ts';
import type { CardEvent } from '../devices/devices.ts';
import { openStore, type Store } from '../store/store.ts';
import type { Access } from './access.ts';
import { createCardsAtReader, type CardsAtReader } from './cards-at-reader.ts';
import { accessForTests } from './for-tests.ts';
import type { OwnScreen } from './own-screens.ts';
import { createStaffCards, type StaffCards } from './staff-cards.ts';
import { createWrongPins, lockDelays, MOST_SLIPS } from './wrong-pins.ts';

const wang: IdentityDocument = {
  ...zhang,
  name: '王秀英',
  number: '999901194003150022',
  birthday: '19400315',
};
const own: IdentityDocument = { ...zhang, validFrom: '20200101', validTo: '20400101' };
const given = { staffId: 's01', pin: TEST_PIN };

let dataDir: string;
let store: Store;
let clock: SimulatedClock;
let access: Access;
let cards: StaffCards;
let screen: OwnScreen;
let put: (event: CardEvent) => void;
let isVisitOpen: boolean;
let listening: number;
/** A driver hands the same card over once a watch. */
let lastRead: string | null;
const visitChanges = createChanges();
const deviceChanges = createChanges();
let status: DeviceState;

const READY: DeviceState = { state: 'ready', identity: 'SAM' };
const LEFT: DeviceState = { state: 'attention', identity: 'SAM', needs: ['card-left'] };
const LOST: DeviceState = { state: 'lost', fault: { code: 'device.silent' }, retryInMs: 1 };

beforeEach(async () => {
  dataDir = newDataDir();
  clock = new SimulatedClock();
  store = expectValue(openStore(dataDir));
  const audit = createAudit(store, clock);
  access = accessForTests({ store, audit, clock, idleMs: 0, longestMs: 0 });
  cards = createStaffCards({
    store,
    audit,
    clock,
    timeZone: 'Asia/Shanghai',
    digestOf: (said) => createHmac('sha256', 'a key of the test').update(said).digest(),
    wrongPins: createWrongPins(store, clock),
  });
  for (const staffId of ['s01', 's02']) await access.accounts.add({ staffId, role: 'staff' }, TEST_PIN);
  screen = access.ownScreens.open(() => undefined);
  isVisitOpen = false;
  listening = 0;
  lastRead = null;
  status = READY;
});
afterEach(() => {
  store.close();
  removeDataDir(dataDir);
});

function reader(cardUse: CardUse): CardsAtReader {
  return createCardsAtReader({
    devices: {
      changes: deviceChanges,
      ofKind: (kind) => ({ id: 'card-reader', kind, status }),
      onCard: (listener) => {
        put = listener;
      },
    },
    use: {
      begin: () => {
        listening += 1;
      },
      end: () => {
        listening -= 1;
        lastRead = null;
      },
      again: () => {
        lastRead = null;
      },
      visitChanged: () => undefined,
    },
    cards,
    cardUse,
    visits: { changes: visitChanges, isOpen: () => isVisitOpen },
  });
}
const read = (document: IdentityDocument): void => {
  if (document.number === lastRead) return;
  lastRead = document.number;
  put({ type: 'read', document });
};
const said = (result: Result<unknown, Fault>): string => (result.ok ? 'ok' : result.fault.code);
const audited = (): string[] =>
  store
    .sql("SELECT event, subject, disposition FROM audit WHERE event LIKE 'access.card%' ORDER BY sequence")
    .all()
    .map((row) => Object.values(row).map(String).join(' '));

it('knows a registered card again, and keeps nothing of it that it says', () => {
  expect(said(cards.register('s01', own))).toBe('ok');
  expect(cards.whose(own)).toEqual({ ok: true, value: { staffId: 's01', role: 'staff' } });
  const kept = JSON.stringify(store.sql('SELECT staff_id, hex(digest) FROM staff_card').all());
  for (const value of [own.name, own.number, Buffer.from(own.number).toString('hex').toUpperCase()])
    expect(kept).not.toContain(value);
  expect(audited()).toEqual(['access.card-registered s01 success']);
});

it('takes the new card in the place of a lost one of the same number, which opens nothing any more', () => {
  cards.register('s01', own);
  expect(said(cards.register('s01', { ...own, validFrom: '20300101', validTo: '20500101' }))).toBe('ok');
  expect(said(cards.whose(own))).toBe('access.card-unknown');
});

it('is one account’s: another one cannot have it, and when it was removed anybody may', () => {
  cards.register('s01', own);
  expect(said(cards.register('s02', own))).toBe('access.card-taken');
  expect(said(access.accounts.forgetCard('s01', 'technician'))).toBe('ok');
  expect(said(access.accounts.forgetCard('s01', 'technician'))).toBe('access.card-none');
  expect(said(cards.whose(own))).toBe('access.card-unknown');
  expect(said(cards.register('s02', own))).toBe('ok');
});

it('refuses one that has expired, to register and to sign in, and one that was not read right', async () => {
  // By the station's day: the clock stands at 16:00 of it in Shanghai.
  const last = { ...own, validTo: '20270115' };
  cards.register('s01', last);
  await clock.advance(8 * 3_600_000 - 1);
  expect(said(cards.whose(last))).toBe('ok');
  await clock.advance(1);
  expect(said(cards.whose(last))).toBe('access.card-expired');
  expect(said(cards.register('s02', last))).toBe('access.card-expired');
  expect(said(cards.whose({ ...own, number: '999901194503120015' }))).toBe('card.unreadable-text');
  expect(said(cards.register('s02', { ...own, number: '999901194503120015' }))).toBe('card.unreadable-text');
});

it('lets nobody try cards without end, and number and PIN work meanwhile', async () => {
  cards.register('s01', own);
  for (let slip = 0; slip < MOST_SLIPS; slip += 1)
    expect(said(cards.whose(wang))).toBe('access.card-unknown');
  expect(said(cards.whose(wang))).toBe('access.card-locked');
  expect(said(cards.whose(own))).toBe('access.card-locked');
  expect(said(await screen.signIn(given))).toBe('ok');
  await clock.advance(lockDelays.firstMs + 1);
  expect(said(cards.whose(own))).toBe('ok');
  expect(audited().slice(1)).toEqual([
    ...Array<string>(MOST_SLIPS).fill('access.card-refused card unknown'),
    'access.card-refused card unknown-and-locked',
  ]);
});

it('does not go around the lock of its account, and a closed account has no card', async () => {
  cards.register('s01', own);
  for (let slip = 0; slip <= MOST_SLIPS; slip += 1) await screen.signIn({ staffId: 's01', pin: '314159' });
  expect(said(cards.whose(own))).toBe('access.locked');
  await clock.advance(lockDelays.firstMs + 1);
  expect(said(cards.whose(own))).toBe('ok');
  access.accounts.close('s01');
  expect(said(cards.whose(own))).toBe('access.card-unknown');
});

it('signs in alone where the configuration says so, and the reader is let go', async () => {
  cards.register('s01', own);
  const states = reader('instead-of-pin').signIn(screen, undefined);
  expect((await states.next()).value).toEqual({ state: 'looking' });
  put({ type: 'fault', fault: { code: 'card.read-failed' } });
  expect((await states.next()).value).toMatchObject({
    state: 'refused',
    fault: { code: 'card.read-failed' },
  });
  read(own);
  expect((await states.next()).value).toEqual({ state: 'signed-in' });
  expect(screen.person()).toEqual({ staffId: 's01', role: 'staff' });
  expect([(await states.next()).done, listening]).toEqual([true, 0]);
  expect(store.sql("SELECT disposition FROM audit WHERE event = 'access.signed-in'").all()).toEqual([
    { disposition: 'by-card' },
  ]);
});

it('with the PIN says whose it is and signs nobody in', async () => {
  cards.register('s01', own);
  const states = reader('with-pin').signIn(screen, undefined);
  await states.next();
  read(own);
  expect((await states.next()).value).toEqual({ state: 'known', nth: 1, staffId: 's01' });
  expect(screen.person()).toBeNull();
  const next = states.next();
  deviceChanges.notify();
  // Time for a wrong answer: the same card told twice.
  await clock.advance(0);
  read(own);
  expect((await next).value).toEqual({ state: 'known', nth: 2, staffId: 's01' });
  await states.return();
  expect(listening).toBe(0);
});

it('hears no card while a resident is at the screen, while it is switched off, and behind the page that is left', async () => {
  cards.register('s01', own);
  const use = reader('instead-of-pin');
  const states = use.signIn(screen, undefined);
  await states.next();
  isVisitOpen = true;
  read(own);
  visitChanges.notify();
  expect((await states.next()).value).toEqual({ state: 'off' });
  isVisitOpen = false;
  await states.return();
  read(own);
  expect(screen.person()).toBeNull();
  expect((await reader('off').signIn(screen, undefined).next()).value).toEqual({ state: 'off' });
});

it('says that the reader is lost, is back, and that a card lies there that nobody takes', async () => {
  status = LOST;
  const states = reader('with-pin').signIn(screen, undefined);
  const seen = [(await states.next()).value];
  for (const next of [READY, LEFT]) {
    status = next;
    deviceChanges.notify();
    seen.push((await states.next()).value);
  }
  expect(seen).toEqual([{ state: 'no-reader' }, { state: 'looking' }, { state: 'card-left' }]);
  await states.return();
});

it('is registered by the PIN of whoever is signed in, and by nobody else’s session', async () => {
  const use = reader('with-pin');
  const first = async (pin: string) => (await use.register(screen, pin, undefined).next()).value;
  expect(await first(TEST_PIN)).toMatchObject({ fault: { code: 'access.account-unknown' } });
  await screen.signIn(given);
  expect(await first('314159')).toMatchObject({ state: 'not-begun', fault: { code: 'access.wrong-pin' } });
  const states = use.register(screen, TEST_PIN, undefined);
  expect((await states.next()).value).toEqual({ state: 'looking' });
  read({ ...own, validTo: '19990101' });
  expect((await states.next()).value).toMatchObject({ fault: { code: 'access.card-expired' } });
  read(own);
  expect((await states.next()).value).toEqual({ state: 'registered' });
  expect((await states.next()).done).toBe(true);
  expect(access.accounts.cardSinceMs('s01')).toBe(clock.now());
});

it('is registered for nobody whose session is over while the page still stands', async () => {
  await screen.signIn(given);
  const states = reader('with-pin').register(screen, TEST_PIN, undefined);
  await states.next();
  screen.signOut();
  read(own);
  expect((await states.next()).value).toMatchObject({
    state: 'refused',
    fault: { code: 'access.account-unknown' },
  });
  await states.return();
  expect(access.accounts.cardSinceMs('s01')).toBeNull();
});
