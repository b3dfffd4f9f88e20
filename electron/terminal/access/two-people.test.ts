import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Person } from '#contract/access.ts';
import type { Fault } from '#contract/fault.ts';
import { ok, type Result } from '#contract/result.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { expectValue } from '../../../tests/support/expect-value.ts';
import { guestOf, admit, TEST_PIN } from '../../../tests/support/signed-in.ts';
import { newDataDir, removeDataDir } from '../../../tests/support/terminal-under-test.ts';
import { createAudit, type Audit } from '../audit/audit.ts';
import { openStore, type Store } from '../store/store.ts';
import type { Access } from './access.ts';
import { takeUpAloneNotes } from './alone-notes.ts';
import { accessForTests, cheapHash } from './for-tests.ts';
import { createTwoPeople, type CommandAct, type TwoPeople } from './two-people.ts';
import { lockDelays, MOST_SLIPS } from './wrong-pins.ts';

const WRONG = '314159';
const EXPORT: CommandAct = { procedure: 'outbox.export', what: 'moved.yztf' };
const people: readonly Person[] = [
  { staffId: 't01', role: 'technician' },
  { staffId: 't02', role: 'technician' },
  { staffId: 's01', role: 'staff' },
  { staffId: 'a01', role: 'auditor' },
];
const [t01] = people as readonly [Person]; // of the list itself

let dataDir: string;
let store: Store;
let audit: Audit;
let clock: SimulatedClock;
/** The terminal while it runs, on the same store. */
let access: Access;

beforeEach(async () => {
  dataDir = newDataDir();
  clock = new SimulatedClock();
  open();
  for (const person of people) expect(await access.accounts.add(person, TEST_PIN)).toEqual(ok(null));
});
afterEach(() => {
  store.close();
  removeDataDir(dataDir);
});

function open(): void {
  store = expectValue(openStore(dataDir));
  audit = createAudit(store, clock);
  access = accessForTests({ store, audit, clock, idleMs: 60_000, longestMs: 60_000 });
}

/** A command of its own: nothing is remembered but by the store. */
const command = (act: CommandAct = EXPORT): TwoPeople =>
  createTwoPeople(
    {
      store,
      dataDir,
      audit,
      clock,
      randomBytes,
      hashPin: cheapHash,
    },
    act,
  );
const first = (staffId: string, pin = TEST_PIN) => command().first({ staffId, pin });
const second = (staffId: string, pin = TEST_PIN, act = EXPORT) => command(act).second({ staffId, pin }, t01);
const code = (result: Result<unknown, Fault>): string => (result.ok ? 'done' : result.fault.code);
const audited = () =>
  store
    .sql(
      `SELECT event, actor, subject, disposition, detail FROM audit
       WHERE event IN ('access.second-confirmed', 'access.done-by-two', 'access.done-alone', 'access.sign-in-refused')
       ORDER BY sequence`,
    )
    .all()
    .map((row) => Object.values(row).join(' | '));

describe('two people at a command', () => {
  it('stand in the audit with both names before anything is done', () => {
    const [, , clerk] = people;
    if (clerk === undefined) throw new Error('no clerk');
    expect(command().begin(t01, clerk)).toEqual(ok(null));
    expect(audited()).toEqual([
      'access.second-confirmed | staff | s01 | of t01 | outbox.export moved.yztf',
      'access.done-by-two | staff | t01 | with s01 | outbox.export moved.yztf',
    ]);
  });

  it.each([
    ['t01', 'done'],
    ['s01', 'access.first-role'],
    ['a01', 'access.first-role'],
    ['nobody', 'access.wrong-pin'],
  ])('begin with a technician: %s is %s', async (staffId, expected) => {
    expect(code(await first(staffId))).toBe(expected);
  });

  it.each([
    ['t02', 'done'],
    ['s01', 'done'],
    ['t01', 'access.second-same'],
    ['a01', 'access.second-role'],
    ['nobody', 'access.wrong-pin'],
  ])('go on with somebody else who may: %s is %s', async (staffId, expected) => {
    for (const procedure of ['outbox.export', 'outbox.import', 'hub.make'] as const)
      expect(code(await second(staffId, TEST_PIN, { procedure, what: 'x' }))).toBe(expected);
  });

  it('are not two where the account was closed', async () => {
    expect(access.accounts.close('s01')).toEqual(ok(null));
    expect(code(await second('s01'))).toBe('access.wrong-pin');
  });

  it('who begins it does not get to try PINs on the second', async () => {
    for (let tries = 0; tries <= MOST_SLIPS; tries += 1)
      expect(code(await second('t01', WRONG))).toBe('access.second-same');
    expect(code(await first('t01'))).toBe('done');
    expect(audited()).toEqual([]);
  });
});

it('a file that is called by somebody’s number is not named in full, by two or by one', () => {
  const [, , clerk] = people;
  if (clerk === undefined) throw new Error('no clerk');
  const numbered = command({ procedure: 'outbox.export', what: '999901194503120014.yztf' });
  numbered.begin(t01, clerk);
  numbered.beginAlone('for 999901194503120014');
  expect(audited().map((row) => row.split(' | ').at(-1))).toEqual([
    'outbox.export ***014.yztf',
    'outbox.export ***014.yztf',
    'outbox.export ***014.yztf: for ***014',
  ]);
});

describe('wrong PINs at a command', () => {
  async function lockOut(staffId: string): Promise<void> {
    for (let tries = 0; tries < MOST_SLIPS; tries += 1)
      expect(code(await first(staffId, WRONG))).toBe('access.wrong-pin');
    expect(code(await first(staffId, WRONG))).toBe('access.locked');
  }

  it('lock the account, for another command and for a window as well, and stand in the audit', async () => {
    await lockOut('t01');
    expect(code(await first('t01'))).toBe('access.locked');
    const guest = guestOf(access, admit(access, 'window-1'), null);
    expect(code(await access.signIn(guest, { staffId: 't01', pin: TEST_PIN }))).toBe('access.locked');
    expect(audited().at(-1)).toBe('access.sign-in-refused | staff | t01 | wrong-and-locked | command');
  });

  it('lock the command for everybody, so that nobody goes through the accounts', async () => {
    await lockOut('t01');
    expect(code(await second('s01'))).toBe('access.locked');
    await clock.advance(lockDelays.firstMs);
    expect(code(await second('s01'))).toBe('done');
  });

  it('of a window count here', async () => {
    const guest = guestOf(access, admit(access, 'window-1'), null);
    for (let tries = 0; tries < MOST_SLIPS; tries += 1)
      await access.signIn(guest, { staffId: 't01', pin: WRONG });
    expect(code(await first('t01', WRONG))).toBe('access.locked');
  });

  it('outlive the process that counted them', async () => {
    await lockOut('t01');
    store.close();
    open();
    expect(code(await first('t01'))).toBe('access.locked');
  });

  it('are forgiven when both have confirmed, and not before', async () => {
    for (let tries = 0; tries < MOST_SLIPS; tries += 1) await first('t01', WRONG);
    const [, , clerk] = people;
    if (clerk === undefined) throw new Error('no clerk');
    expect(code(await first('t01'))).toBe('done');
    command().begin(t01, clerk);
    expect(code(await first('t01', WRONG))).toBe('access.wrong-pin');
  });
});

describe('whether there are two accounts for it', () => {
  it.each([
    [[], true],
    [['s01'], true],
    [['t01', 't02'], false],
    [['t02', 's01'], false],
    [['t01', 's01'], false],
  ])('with %j closed: %s', (closed, expected) => {
    const close = 'UPDATE staff_account SET closed_at_ms = 1 WHERE staff_id = ?';
    for (const staffId of closed) store.sql(close).run(staffId);
    expect(command().areThere()).toBe(expected);
  });
});

describe('one person alone', () => {
  const REASON = 'ticket 4711';
  /** SQLite answers SQLITE_FULL from now on, as on a disk without a free block. */
  function fill(): void {
    const pages = Number(store.sql('PRAGMA page_count').get()?.['page_count']);
    store.sql(`PRAGMA max_page_count = ${pages}`).get();
    const row =
      "INSERT INTO audit (at_ms, event, actor, disposition, detail) VALUES (1, 'x', 'terminal', 'x', ?)";
    while (store.transaction(() => store.sql(row).run('x'.repeat(100))).ok);
  }
  const notes = () => readdirSync(join(dataDir, 'done-alone'));
  const takeUp = () => {
    const said: string[] = [];
    takeUpAloneNotes({
      dataDir,
      store,
      audit,
      log: ({ event, detail }) => said.push(`${event} ${detail ?? ''}`),
    });
    return said;
  };

  it('stands in the audit with why', () => {
    expect(command().beginAlone(REASON)).toEqual({ in: 'audit' });
    expect(audited()).toEqual([
      'access.done-alone | technician |  | at-command | outbox.export moved.yztf: ticket 4711',
    ]);
  });

  it('is not stopped by a full store: it is noted beside it, and the next start writes it into the audit, once', async () => {
    fill();
    expect(command().beginAlone(REASON)).toMatchObject({ in: 'note', why: { code: 'store.full' } });
    expect(notes()).toHaveLength(1);
    // Still full: the note stays.
    expect(takeUp()).toEqual([]);
    expect(notes()).toHaveLength(1);
    const when = new Date(clock.now()).toISOString();
    await clock.advance(60_000);
    store.close();
    open();
    expect(takeUp()).toEqual([]);
    takeUp();
    expect(audited()).toEqual([
      `access.done-alone | technician |  | noted-before | outbox.export moved.yztf: ticket 4711 (${when})`,
    ]);
    expect(notes()).toEqual([]);
  });

  it('where not even a note can be written is told so', () => {
    fill();
    // What stands where the folder would be.
    writeFileSync(join(dataDir, 'done-alone'), '');
    expect(command().beginAlone(REASON)).toMatchObject({ in: 'nothing', why: { code: 'store.full' } });
    rmSync(join(dataDir, 'done-alone'));
  });

  it('a note that does not read keeps no start from going on, and stays for whoever looks', () => {
    mkdirSync(join(dataDir, 'done-alone'));
    writeFileSync(join(dataDir, 'done-alone', '1.json'), '{"atMs":');
    writeFileSync(join(dataDir, 'done-alone', '2.json'), 'x'.repeat(5000));
    // A time that no calendar has.
    const late = { atMs: Number.MAX_SAFE_INTEGER, ...EXPORT, reason: 'ticket 4711' };
    writeFileSync(join(dataDir, 'done-alone', '3.json'), JSON.stringify(late));
    const names = ['1.json: SyntaxError', '2.json: RangeError', '3.json: ZodError'];
    expect(takeUp()).toEqual(names.map((name) => `access.note-unreadable ${name}`));
    expect(notes()).toEqual(['1.json', '2.json', '3.json']);
    expect(audited()).toEqual([]);
  });

  it('as many notes that do not read as one start takes up keep it from none that does', () => {
    mkdirSync(join(dataDir, 'done-alone'));
    for (let n = 100; n < 200; n += 1) writeFileSync(join(dataDir, 'done-alone', `${String(n)}.json`), '');
    const whole = { atMs: clock.now(), ...EXPORT, reason: REASON };
    writeFileSync(join(dataDir, 'done-alone', '2.json'), JSON.stringify(whole));
    expect(takeUp()).toHaveLength(100);
    expect(audited()).toHaveLength(1);
    expect(notes()).toHaveLength(100);
  });

  it('a folder of notes that does not open is said at each start', () => {
    // Root reads every folder: what stands in its place is refused to root as well.
    writeFileSync(join(dataDir, 'done-alone'), '');
    for (let starts = 0; starts < 2; starts += 1)
      expect(takeUp()).toEqual(['access.note-unreadable done-alone: ENOTDIR']);
  });
});
