import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Person, StaffRole } from '#contract/access.ts';
import type { Fault } from '#contract/fault.ts';
import { ok, type Result } from '#contract/result.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { expectValue } from '../../../tests/support/expect-value.ts';
import { newDataDir, removeDataDir } from '../../../tests/support/terminal-under-test.ts';
import { TEST_PIN } from '../../../tests/support/signed-in.ts';
import { createAudit } from '../audit/audit.ts';
import { openStore, type Store } from '../store/store.ts';
import type { Access } from './access.ts';
import { accessForTests } from './for-tests.ts';
import { secondDelays } from './second-person.ts';
import { MOST_SLIPS } from './wrong-pins.ts';

let dataDir: string;
let store: Store;
let clock: SimulatedClock;
let access: Access;
let done: string[];

const tech: Person = { staffId: 't01', role: 'technician' };
const DECOMMISSION = { procedure: 'terminal.decommission', what: 'K1-01', first: tech } as const;

beforeEach(async () => {
  dataDir = newDataDir();
  clock = new SimulatedClock();
  store = expectValue(openStore(dataDir));
  access = accessForTests({
    store,
    audit: createAudit(store, clock),
    clock,
    idleMs: 60_000,
    longestMs: 60_000,
  });
  done = [];
  const people: readonly (readonly [string, StaffRole])[] = [
    ['t01', 'technician'],
    ['t02', 'technician'],
    ['s01', 'staff'],
    ['a01', 'auditor'],
  ];
  for (const [staffId, role] of people)
    expect(await access.accounts.add({ staffId, role }, TEST_PIN)).toEqual(ok(null));
});
afterEach(() => {
  store.close();
  removeDataDir(dataDir);
});

const act = (what = 'K1-01'): Promise<Result<string, Fault>> =>
  access.second.withSecond({ ...DECOMMISSION, what }, (second) => {
    done.push(`${what} with ${second}`);
    return ok(second);
  });
const asked = () => {
  const [first] = access.second.asked();
  if (first === undefined) throw new Error('nothing is asked');
  return first;
};
const confirm = (staffId: string, pin = TEST_PIN, id = asked().id): Promise<Result<null, Fault>> =>
  access.second.confirm({ id, staffId, pin }, 'window-2');
const code = (result: Result<unknown, Fault>): string => (result.ok ? 'done' : result.fault.code);
const audited = () =>
  store
    .sql(
      `SELECT event, subject, disposition, detail FROM audit
       WHERE event LIKE 'access.second%' OR event = 'access.done-by-two' ORDER BY sequence`,
    )
    .all()
    .map((row) => [row['event'], row['subject'], row['disposition'], row['detail']].join(' | '));

it('is done when another person has confirmed it, once, and both are in the audit', async () => {
  expect(code(await act())).toBe('access.second-needed');
  expect(asked()).toMatchObject({ askedBy: 't01', procedure: 'terminal.decommission', confirmedBy: null });
  expect(code(await confirm('s01'))).toBe('done');
  expect(asked()).toMatchObject({ confirmedBy: 's01' });
  expect(await act()).toEqual(ok('s01'));
  expect(done).toEqual(['K1-01 with s01']);
  expect(audited()).toEqual([
    'access.second-asked | t01 | init | terminal.decommission K1-01',
    'access.second-confirmed | s01 | of t01 | terminal.decommission K1-01',
    'access.done-by-two | t01 | with s01 | terminal.decommission K1-01',
  ]);
  // The yes was for once.
  expect(code(await act())).toBe('access.second-needed');
  expect(done).toHaveLength(1);
});

it('two calls at once are one act', async () => {
  await act();
  await confirm('s01');
  const both = await Promise.all([act(), act()]);
  expect(both.map(code).sort()).toEqual(['access.second-needed', 'done']);
  expect(done).toHaveLength(1);
});

describe('is not done', () => {
  beforeEach(async () => {
    expect(code(await act())).toBe('access.second-needed');
  });
  afterEach(async () => {
    expect(code(await act())).toBe('access.second-needed');
    expect(done).toEqual([]);
  });

  it('while nobody has confirmed it, however often it is asked; it is asked once', async () => {
    const { id } = asked();
    await act();
    await act();
    expect(access.second.asked().map((one) => one.id)).toEqual([id]);
  });

  it('by the same person with the right PIN', async () => {
    expect(code(await confirm('t01'))).toBe('access.second-same');
  });

  it('by a role that may not', async () => {
    expect(code(await confirm('a01'))).toBe('access.second-role');
  });

  it('with a wrong PIN, which counts, and locks', async () => {
    for (let slip = 0; slip < MOST_SLIPS; slip += 1)
      expect(code(await confirm('s01', '314159'))).toBe('access.wrong-pin');
    expect(code(await confirm('s01', '314159'))).toBe('access.locked');
    expect(code(await confirm('s01'))).toBe('access.locked');
  });

  it('by somebody whose account is closed', async () => {
    access.accounts.close('s01');
    expect(code(await confirm('s01'))).toBe('access.wrong-pin');
  });

  it('when something else is asked after the yes: that is another act', async () => {
    await confirm('s01');
    expect(code(await act('K1-02'))).toBe('access.second-needed');
    expect(asked()).toMatchObject({ what: 'K1-02', confirmedBy: null });
  });

  it('when the yes is older than two people stand together', async () => {
    await confirm('s01');
    await clock.advance(secondDelays.togetherMs);
    expect(access.second.asked()).toEqual([]);
  });

  it('when the yes comes too late', async () => {
    const { id } = asked();
    await clock.advance(secondDelays.togetherMs);
    expect(code(await confirm('s01', TEST_PIN, id))).toBe('access.second-over');
  });

  it('when the second refuses it', async () => {
    const { id } = asked();
    expect(code(access.second.refuse(id, { staffId: 's01', role: 'staff' }))).toBe('done');
    expect(code(await confirm('s01', TEST_PIN, id))).toBe('access.second-over');
  });

  it('by what somebody else was allowed', async () => {
    await confirm('s01');
    const other = await access.second.withSecond(
      { ...DECOMMISSION, first: { staffId: 't02', role: 'technician' } },
      (second) => {
        done.push(second);
        return ok(second);
      },
    );
    expect(code(other)).toBe('access.second-needed');
    await clock.advance(secondDelays.togetherMs);
  });
});

it('what happens while the PIN is looked at counts: a yes to what is over is none', async () => {
  await act();
  const confirming = confirm('s01');
  access.second.refuse(asked().id, tech);
  expect(code(await confirming)).toBe('access.second-over');
});
