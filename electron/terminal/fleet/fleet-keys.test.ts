import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { canonicalJson } from '#contract/canonical-json.ts';
import { COMMAND_CONTEXT, type RefusedOrder, type SignedSuccession } from '#contract/fleet.ts';
import { ok } from '#contract/result.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { createAudit } from '../audit/audit.ts';
import { createFleetPin, type FleetPin } from '../identity/fleet-pin.ts';
import { keyIdOf } from '../identity/key-id.ts';
import type { LogLine } from '../log.ts';
import { openStore, type Store } from '../store/store.ts';
import { createFleetKeys, LAST_TAKEN, type FleetKeys } from './fleet-keys.ts';
import { signer } from './for-tests.ts';

const [first, second, third, stranger] = [signer(), signer(), signer(), signer()];

let dataDir: string;
let store: Store;
let pin: FleetPin;
let keys: FleetKeys;
let lines: LogLine[];
let refused: (readonly [string, RefusedOrder['why']])[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'yizhan-fleet-keys-'));
  const opened = openStore(dataDir);
  if (!opened.ok) throw new Error(opened.fault.code);
  store = opened.value;
  pin = createFleetPin(dataDir);
  expect(pin.pin(first.key).ok).toBe(true);
  lines = [];
  refused = [];
  start();
  lines = [];
});
afterEach(() => {
  store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const heard = (fleetKey: typeof first.key, successions?: SignedSuccession[]): void => {
  keys.heard(successions === undefined ? { fleetKey } : { fleetKey, successions });
};
function start(): void {
  keys = createFleetKeys({
    pin,
    store,
    audit: createAudit(store, new SimulatedClock()),
    log: (line) => lines.push(line),
    refuse: (statement, why) => {
      refused.push([statement, why]);
      return ok(null);
    },
  });
}
const allAudited = () =>
  store
    .sql('SELECT event, disposition, detail FROM audit ORDER BY sequence')
    .all()
    .map((row) => [row['event'], row['disposition'], row['detail']]);
/** Behind the row of the first start, which says what the enrolment has brought. */
const audited = () => allAudited().slice(1);

test('what an enrolment has pinned beside the program has its row once, with the name of the key', () => {
  const found = (key: typeof first.key) => ['fleet.key-pinned', 'found', keyIdOf(key)];
  start();
  heard(first.key);
  expect(allAudited()).toEqual([found(first.key)]);
  // `npm run enrol` while it runs: the row is there before an order of the same answer is followed.
  expect(pin.pin(second.key).ok).toBe(true);
  heard(second.key);
  heard(second.key);
  start();
  expect(audited()).toEqual([found(second.key)]);
  // Of the terminal's own enrolment it is there already.
  expect(pin.pin(third.key).ok).toBe(true);
  store.transaction(() => {
    const row = {
      actor: 'terminal',
      subject: null,
      disposition: 'success',
      detail: keyIdOf(third.key),
    } as const;
    createAudit(store, new SimulatedClock()).write({ event: 'fleet.key-pinned', ...row });
  });
  heard(third.key);
  expect(audited()).toHaveLength(2);
});

test('that a key has its row is found without reading the audit through', () => {
  const plan = store.sql(`EXPLAIN QUERY PLAN ${LAST_TAKEN}`).all();
  expect(JSON.stringify(plan)).toContain('audit_fleet_key');
});

test('a row that a full disk did not take is written when there is room', () => {
  expect(pin.pin(second.key).ok).toBe(true);
  let isFull = true;
  keys = createFleetKeys({
    pin,
    store: {
      sql: (text) => store.sql(text),
      transaction: (work) =>
        isFull ? { ok: false, fault: { code: 'store.full' } } : store.transaction(work),
    },
    audit: createAudit(store, new SimulatedClock()),
    log: (line) => lines.push(line),
    refuse: () => ok(null),
  });
  heard(second.key);
  expect(audited()).toEqual([]);
  isFull = false;
  heard(second.key);
  expect(audited()).toEqual([['fleet.key-pinned', 'found', keyIdOf(second.key)]]);
});

test('a key that the pinned one has signed takes its place, also behind a restart, and the audit names it', () => {
  heard(second.key, [first.leadsTo(second.key)]);
  expect(createFleetPin(dataDir).current()).toEqual(second.key);
  expect(audited()).toEqual([['fleet.key-changed', 'success', keyIdOf(second.key)]]);
  // It is told with every answer, for whoever was away.
  heard(second.key, [first.leadsTo(second.key)]);
  expect(audited()).toHaveLength(1);
  expect(refused).toEqual([]);
});

test('a terminal that was away over two exchanges goes through both, in whatever order they are told', () => {
  heard(third.key, [second.leadsTo(third.key), first.leadsTo(second.key)]);
  expect(pin.current()).toEqual(third.key);
});

test('whose key was ended while it was away stays where it is: nothing leads on from it', () => {
  heard(third.key, [second.leadsTo(third.key)]);
  expect(pin.current()).toEqual(first.key);
  expect([refused, audited()]).toEqual([[], []]);
});

test('keys that lead in a ring are gone through once', () => {
  heard(first.key, [first.leadsTo(second.key), second.leadsTo(first.key)]);
  expect(pin.current()).toEqual(first.key);
  expect(audited()).toEqual([]);
});

describe('nothing but what the pinned key has signed leads on', () => {
  const statement = first.leadsTo(stranger.key).statement;
  const signedBy = (text: string) => first.succession(text);
  const said = JSON.parse(statement) as object; // what leadsTo has written
  test.each<[string, SignedSuccession, RefusedOrder['why'] | null]>([
    ['the key of an answer alone', second.leadsTo(stranger.key), null],
    ['signed by a stranger', stranger.succession(statement), 'fleet.signature-wrong'],
    [
      'signed by the key that it brings',
      { ...stranger.leadsTo(stranger.key), statement },
      'fleet.signature-wrong',
    ],
    ['signed as an order', first.succession(statement, COMMAND_CONTEXT), 'fleet.signature-wrong'],
    ['a byte too many', { ...signedBy(statement), statement: `${statement} ` }, 'fleet.signature-wrong'],
    ['signed with a blank too many', signedBy(`${statement} `), 'fleet.malformed'],
    ['signed with another member', signedBy(canonicalJson({ ...said, until: 'x' })), 'fleet.malformed'],
    ['signed in another form', signedBy(canonicalJson({ ...said, form: 2 })), 'fleet.malformed'],
    [
      'to a key of another kind',
      signedBy(canonicalJson({ ...said, to: { ...stranger.key, crv: 'Ed448' } })),
      'fleet.malformed',
    ],
    ['no JSON', signedBy('{'), null],
  ])('%s', (_name, succession, why) => {
    heard(stranger.key, [succession]);
    expect(pin.current()).toEqual(first.key);
    expect(audited()).toEqual([]);
    expect(refused).toEqual(why === null ? [] : [[succession.statement, why]]);
  });

  test('one that is refused stops none that verifies', () => {
    heard(second.key, [stranger.succession(statement), first.leadsTo(second.key)]);
    expect(pin.current()).toEqual(second.key);
    expect(refused).toHaveLength(1);
  });
});

test('what cannot be kept is not followed, is logged, and is followed when it can', () => {
  const [following] = [first.leadsTo(second.key)];
  const failing = createFleetKeys({
    pin: { ...pin, pin: () => ({ ok: false, fault: { code: 'store.failed' } }) },
    store,
    audit: createAudit(store, new SimulatedClock()),
    log: (line) => lines.push(line),
    refuse: () => ok(null),
  });
  failing.heard({ fleetKey: second.key, successions: [following] });
  expect(pin.current()).toEqual(first.key);
  expect(lines).toEqual([{ level: 'error', event: 'fleet.key-changed', code: 'store.failed' }]);
  heard(second.key, [following]);
  expect(pin.current()).toEqual(second.key);
});

test('it says by which it goes once the platform has told of successions, also of none; one that never did is not asked to understand it', () => {
  expect(keys.toTell()).toBeNull();
  heard(first.key);
  expect(keys.toTell()).toBeNull();
  heard(first.key, []);
  expect(keys.toTell()).toBe(keyIdOf(first.key));
  heard(second.key, [first.leadsTo(second.key)]);
  expect(keys.toTell()).toBe(keyIdOf(second.key));
  // A node of the release before, which refuses what it does not know; then one of this.
  keys.refused();
  expect(keys.toTell()).toBeNull();
  heard(second.key, []);
  expect(keys.toTell()).toBe(keyIdOf(second.key));
  // Put back to a release that tells of none.
  heard(second.key);
  expect(keys.toTell()).toBeNull();
});

test('where none is pinned, or the file is none, that of the answer is, whatever leads to it', () => {
  writeFileSync(join(dataDir, 'keys', 'fleet-key.json'), '{');
  heard(second.key, [stranger.leadsTo(third.key)]);
  expect(pin.current()).toEqual(second.key);
  expect(audited()).toEqual([['fleet.key-pinned', 'success', keyIdOf(second.key)]]);
});
