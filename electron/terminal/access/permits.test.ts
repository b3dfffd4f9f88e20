import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Fault } from '#contract/fault.ts';
import { makePermitCode, permitEnds, PERMIT_SLACK_MS, type Permit } from '#contract/permit.ts';
import { ok, type Result } from '#contract/result.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { expectValue } from '../../../tests/support/expect-value.ts';
import { newDataDir, removeDataDir } from '../../../tests/support/terminal-under-test.ts';
import { TEST_PIN } from '../../../tests/support/signed-in.ts';
import { createAudit } from '../audit/audit.ts';
import { openStore, type Store } from '../store/store.ts';
import type { Access } from './access.ts';
import { accessForTests } from './for-tests.ts';
import { ownScreenDelays, type OwnScreen } from './own-screens.ts';
import { lockDelays, MOST_SLIPS } from './wrong-pins.ts';

const HOUR_MS = 3_600_000;
let dataDir: string;
let store: Store;
let clock: SimulatedClock;
let access: Access;
let secret: Uint8Array | null;
let screen: OwnScreen;
let over: number;

beforeEach(() => {
  dataDir = newDataDir();
  clock = new SimulatedClock();
  secret = Buffer.alloc(32, 7);
  open();
});
afterEach(() => {
  store.close();
  removeDataDir(dataDir);
});

function open(): void {
  store = expectValue(openStore(dataDir));
  access = accessForTests({
    store,
    audit: createAudit(store, clock),
    clock,
    permits: { terminalId: 'K1-01', secret: () => secret },
    idleMs: 60_000,
    longestMs: 60_000,
  });
  over = 0;
  screen = access.ownScreens.open(() => {
    over += 1;
  });
}

const permitNow = (change: Partial<Permit> = {}): Permit => ({
  startHour: Math.floor(clock.now() / HOUR_MS),
  hours: 8,
  role: 'technician',
  serial: 7,
  ...change,
});
const codeOf = (permit: Permit, by: Uint8Array = Buffer.alloc(32, 7)): string =>
  makePermitCode('K1-01', permit, (text) => createHmac('sha256', by).update(text).digest());
const said = (result: Result<unknown, Fault>): string => (result.ok ? 'in' : result.fault.code);
const type = (code: string, at = screen): string => said(at.signInByPermit(code));
const audited = () =>
  store
    .sql(
      "SELECT event, subject, disposition, detail FROM audit WHERE event LIKE 'access.%' ORDER BY sequence",
    )
    .all()
    .map((row) => [row['event'], row['subject'], row['disposition'], row['detail']].join(' '));

it('lets somebody in without any line, as what it says, and the audit has its serial and never the code', () => {
  const code = codeOf(permitNow());
  expect(type(code)).toBe('in');
  expect(screen.person()).toEqual({ staffId: 'permit-7', role: 'technician' });
  expect(audited()).toEqual(['access.permit-used permit-7 technician kiosk']);
  const everything = JSON.stringify(store.sql('SELECT * FROM audit').all());
  expect(everything).not.toContain(code);
  expect(everything).not.toContain(code.replaceAll(' ', ''));
});

it('is one session at a time: where it was typed before, nobody is signed in any more', () => {
  const code = codeOf(permitNow());
  type(code);
  let elsewhere = 0;
  const other = access.ownScreens.open(() => {
    elsewhere += 1;
  });
  expect(type(code, other)).toBe('in');
  expect([screen.person(), over]).toEqual([null, 1]);
  expect([other.person()?.staffId, elsewhere]).toEqual(['permit-7', 0]);
});

it('its session ends with its hours, however busy its holder is', async () => {
  const permit = permitNow({ hours: 1 });
  const leftMs = permitEnds(permit) + PERMIT_SLACK_MS - clock.now() - 90_000;
  await clock.advance(leftMs);
  expect(type(codeOf(permit))).toBe('in');
  await clock.advance(60_000);
  expect(screen.use()).toBe(true);
  await clock.advance(30_000);
  expect(screen.person()).toBeNull();
  expect(audited().at(-1)).toBe('access.signed-out permit-7 permit-over kiosk');
  await clock.advance(1);
  expect(type(codeOf(permit))).toBe('access.permit-over');
});

it('and like any other when nobody touches the screen; it may be typed again', async () => {
  const code = codeOf(permitNow());
  type(code);
  await clock.advance(ownScreenDelays.idleMs);
  expect(screen.person()).toBeNull();
  expect(type(code)).toBe('in');
});

describe('is not taken', () => {
  it.each<[string, (now: Permit) => string, string]>([
    ['of another secret', (now) => codeOf(now, Buffer.alloc(32, 8)), 'access.permit-wrong'],
    [
      'of another terminal',
      (now) =>
        makePermitCode('K1-02', now, (text) =>
          createHmac('sha256', Buffer.alloc(32, 7)).update(text).digest(),
        ),
      'access.permit-wrong',
    ],
    ['that is none', () => '1234', 'access.permit-wrong'],
    ['of tomorrow', (now) => codeOf({ ...now, startHour: now.startHour + 24 }), 'access.permit-early'],
    ['of yesterday', (now) => codeOf({ ...now, startHour: now.startHour - 24 }), 'access.permit-over'],
    [
      'of another month',
      (now) => codeOf({ ...now, startHour: now.startHour - 24 * 40 }),
      'access.permit-clock',
    ],
  ])('one %s', (_what, code, expected) => {
    expect(type(code(permitNow()))).toBe(expected);
    expect(screen.person()).toBeNull();
  });

  it('where no platform knows the terminal', () => {
    const code = codeOf(permitNow());
    secret = null;
    expect(type(code)).toBe('access.permit-wrong');
  });

  it('behind another key of the terminal', () => {
    const code = codeOf(permitNow());
    secret = Buffer.alloc(32, 9);
    expect(type(code)).toBe('access.permit-wrong');
  });

  it('after too many wrong ones, whatever is typed; a code of another time is no guess, and counts for none', async () => {
    for (let more = 0; more < 10; more += 1)
      type(codeOf(permitNow({ startHour: permitNow().startHour - 24 })));
    for (let slip = 0; slip < MOST_SLIPS; slip += 1)
      expect(type(String(slip).repeat(16))).toBe('access.permit-wrong');
    expect(type('5'.repeat(16))).toBe('access.locked');
    expect(type(codeOf(permitNow()))).toBe('access.locked');
    await clock.advance(lockDelays.firstMs);
    expect(type(codeOf(permitNow()))).toBe('in');
  });
});

describe('what the platform says of codes', () => {
  const share = (revoked: { startHour: number; serial: number }[]) =>
    access.permits.share({ sharePermitKey: () => Promise.resolve(ok({ revoked })) });

  it('a revoked one ends its session and is not taken again, also behind a restart without the line', async () => {
    const permit = permitNow();
    type(codeOf(permit));
    await share([{ startHour: permit.startHour, serial: permit.serial }]);
    expect([screen.person(), over]).toEqual([null, 1]);
    expect(type(codeOf(permit))).toBe('access.permit-revoked');
    store.close();
    open();
    expect(type(codeOf(permit))).toBe('access.permit-revoked');
    expect(type(codeOf(permitNow({ serial: 8 })))).toBe('in');
    // Told again, it is no news, and ends nobody's session who has another one.
    await share([{ startHour: permit.startHour, serial: permit.serial }]);
    expect(screen.person()?.staffId).toBe('permit-8');
  });

  it('it is told the secret, and nothing while there is none', async () => {
    const told: string[] = [];
    const client = {
      sharePermitKey: (given: string) => {
        told.push(given);
        return Promise.resolve(ok({ revoked: [] }));
      },
    };
    await access.permits.share(client);
    secret = null;
    await access.permits.share(client);
    expect(told).toEqual([Buffer.alloc(32, 7).toString('base64url')]);
  });
});

it('locks no PIN at a window', async () => {
  await access.accounts.add({ staffId: 's01', role: 'staff' }, TEST_PIN);
  for (let slip = 0; slip <= MOST_SLIPS; slip += 1) type('1'.repeat(16));
  const knock = access.browsers.knock(null, '192.168.1.23');
  access.browsers.admit(knock.code, 'window-1', null);
  const arrival = access.arrive(access.browsers.collect(knock.token), null);
  if (arrival.kind === 'refused') throw new Error(arrival.refusal);
  expect(said(await access.signIn(arrival.guest, { staffId: 's01', pin: TEST_PIN }))).toBe('in');
});
