import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { canonicalJson } from '#contract/canonical-json.ts';
import type { Command, Order, SignedCommand } from '#contract/fleet.ts';
import type { Clock } from '#contract/ports.ts';
import { fault } from '#contract/fault.ts';
import { err } from '#contract/result.ts';
import { expectValue } from '../../../tests/support/expect-value.ts';
import { createAudit } from '../audit/audit.ts';
import { openStore, type Store } from '../store/store.ts';
import { createOrders, type FollowPorts, type Orders } from './follow.ts';
import { signer } from './for-tests.ts';
import { createServiceMode, type ServiceMode } from '../health/service-mode.ts';
import { createLogBook, type LogBook } from '../technician/log-book.ts';

const NOW_MS = Date.UTC(2026, 10, 21, 17, 30);
const HOUR_MS = 3_600_000;
const ID = '01995b00-0000-4000-8000-000000000001';
const clock: Clock = { now: () => NOW_MS, monotonicMs: () => 0, after: () => () => undefined };
const platform = signer();
const stranger = signer();

let dataDir: string;
let store: Store;
let logs: LogBook;
let serviceMode: ServiceMode;
let orders: Orders;
let restarts: number;
let taken: string[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'yizhan-orders-'));
  restarts = 0;
  taken = [];
  logs = createLogBook({ out: () => undefined, clock });
  start();
});
afterEach(() => {
  store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

function start(more: Partial<FollowPorts> = {}): void {
  store = expectValue(openStore(dataDir));
  serviceMode = createServiceMode({ store, audit: createAudit(store, clock), clock });
  orders = createOrders({ ...ports(), ...more });
}

function ports(): FollowPorts {
  return {
    store,
    audit: createAudit(store, clock),
    clock,
    platformNowMs: () => NOW_MS,
    terminalId: 'T-01',
    key: () => platform.key,
    serviceMode,
    logs,
    restartWhenIdle: () => {
      restarts += 1;
    },
    taking: {
      begin: ({ order }, settle) => {
        taken.push(order.version);
        settle(null);
      },
    },
  };
}

function startAgain(more: Partial<FollowPorts> = {}): void {
  store.close();
  start(more);
}

function command(order: Order, more: Partial<Command> = {}): Command {
  return {
    form: 1,
    terminalId: 'T-01',
    commandId: ID,
    notBefore: new Date(NOW_MS - HOUR_MS).toISOString(),
    expires: new Date(NOW_MS + HOUR_MS).toISOString(),
    order,
    ...more,
  };
}

const audited = (): string[] =>
  store
    .sql("SELECT event, disposition FROM audit WHERE event LIKE 'fleet.%' ORDER BY sequence")
    .all()
    .map((row) => `${String(row['event'])} ${String(row['disposition'])}`);

const OTHER_ID = '01995b00-0000-4000-8000-000000000002';
const wanted = (version: string): Command =>
  command({ kind: 'fetch-config', version, manifestSha256: '0'.repeat(64) });
const outOfService: Order = { kind: 'service-mode', on: true };

describe('what is no order of the platform’s to this terminal is not followed, is audited, and told', () => {
  const bent = (of: SignedCommand): SignedCommand => ({
    ...of,
    statement: of.statement.replace('"on":true', '"on":false'),
  });
  const twice = (text: string): string => text.replace('"form":1', '"form":1,"form":1');
  test.each<[string, () => SignedCommand, string]>([
    ['by another key', () => stranger.sign(command(outOfService)), 'fleet.signature-wrong'],
    [
      'altered behind its signature',
      () => bent(platform.sign(command(outOfService))),
      'fleet.signature-wrong',
    ],
    [
      'to another terminal',
      () => platform.sign(command(outOfService, { terminalId: 'T-02' })),
      'fleet.not-ours',
    ],
    ['signed, and no order', () => platform.signText('{}'), 'fleet.malformed'],
    ['not JSON', () => platform.signText('restart'), 'fleet.malformed'],
    [
      'with a key twice, which two readers may read as two things',
      () => platform.signText(twice(canonicalJson(command(outOfService)))),
      'fleet.malformed',
    ],
    [
      'too early',
      () => platform.sign(command(outOfService, { notBefore: new Date(NOW_MS + 1).toISOString() })),
      'fleet.too-early',
    ],
    [
      'expired in this very millisecond',
      () => platform.sign(command(outOfService, { expires: new Date(NOW_MS).toISOString() })),
      'fleet.expired',
    ],
    [
      'of a kind that is not known',
      () => platform.sign({ ...command(outOfService), order: { kind: 'self-destruct' } }),
      'fleet.unknown-order',
    ],
    [
      'with more in it than is known',
      () => platform.sign({ ...command(outOfService), order: { kind: 'restart', force: true } }),
      'fleet.unknown-order',
    ],
  ])('%s', (_name, sent, why) => {
    orders.follow(sent());
    expect(serviceMode.sinceMs()).toBeNull();
    expect(restarts).toBe(0);
    expect(audited()).toEqual([`fleet.refused ${why}`]);
    // Told with the next report, or as the outcome of an order that is known to be the platform's.
    const told = [
      ...orders.refused().map((each) => each.why),
      ...orders.toTell().map(({ outcome }) => outcome.code),
    ];
    expect(told).toEqual([why]);
  });

  test('anything, as long as no key is pinned', () => {
    startAgain({ key: () => null });
    orders.follow(platform.sign(command(outOfService)));
    expect(serviceMode.sinceMs()).toBeNull();
    expect(orders.refused()).toMatchObject([{ why: 'fleet.no-key', commandId: null }]);
  });
});

test('what comes again with every answer is audited and told once, until two hundred others came between', () => {
  const forged = (n: number): SignedCommand =>
    stranger.sign(command(outOfService, { notBefore: new Date(NOW_MS - n).toISOString() }));
  const told = (sent: SignedCommand): number => {
    orders.follow(sent);
    const refused = orders.refused();
    orders.refusedTold(refused);
    return refused.length;
  };
  expect([told(forged(0)), told(forged(0)), told(forged(1))]).toEqual([1, 0, 1]);
  expect(audited()).toHaveLength(2);
  for (let n = 2; n <= 200; n += 1) told(forged(n));
  expect([told(forged(1)), told(forged(0))]).toEqual([0, 1]);
});

test('what could not be audited is refused aloud again', () => {
  const full = err(fault('store.full', 'as SQLite says it'));
  let isFull = true;
  const opened = store;
  const here = createOrders({
    ...ports(),
    store: { ...opened, transaction: (work) => (isFull ? full : opened.transaction(work)) },
  });
  const sent = stranger.sign(command(outOfService));
  expect(here.follow(sent)).toEqual(full);
  isFull = false;
  expect(here.follow(sent).ok).toBe(true);
  expect(audited()).toEqual(['fleet.refused fleet.signature-wrong']);
});

describe('an order is followed once', () => {
  test('also when it comes again after a restart of the program; then it is told as replayed, with what came of it', () => {
    const sent = platform.sign(
      command({ kind: 'update', what: 'program', version: '1.1.0', manifestSha256: '0'.repeat(64) }),
    );
    orders.follow(sent);
    expect(orders.toTell()).toMatchObject([{ commandId: ID, outcome: { result: 'done', code: null } }]);
    orders.told(ID);
    startAgain();
    orders.follow(sent);
    expect(taken).toEqual(['1.1.0']);
    expect(orders.refused()).toMatchObject([{ why: 'fleet.replayed', commandId: ID }]);
    expect(orders.toTell()).toMatchObject([{ commandId: ID, outcome: { result: 'done' } }]);
  });

  test('an outcome whose telling was lost is told again, and is no replay', () => {
    const sent = platform.sign(command(outOfService));
    orders.follow(sent);
    startAgain();
    orders.follow(sent);
    expect(orders.refused()).toEqual([]);
    expect(orders.toTell()).toHaveLength(1);
    expect(serviceMode.sinceMs()).not.toBeNull();
  });

  test('what the program died over, and this one cannot go on with, is told as interrupted', () => {
    startAgain({ taking: { begin: () => undefined } });
    const sent = platform.sign(wanted('k2'));
    orders.follow(sent);
    startAgain({ taking: null });
    orders.follow(sent);
    expect(orders.toTell()).toMatchObject([{ outcome: { result: 'failed', code: 'fleet.interrupted' } }]);
  });

  test('a version that was wanted is still wanted by the program that comes, and told once', () => {
    startAgain({ taking: { begin: () => undefined } });
    orders.follow(platform.sign(wanted('k2')));
    expect(orders.toTell()).toEqual([]);
    startAgain();
    expect(taken).toEqual(['k2']);
    expect(orders.toTell()).toMatchObject([{ outcome: { result: 'done' } }]);
    startAgain();
    expect(taken).toEqual(['k2']);
    expect(audited()).toEqual(['fleet.ordered begun', 'fleet.settled done']);
  });

  test('of two versions of a kind the newer is wanted, and what the older one comes to afterwards is not heard', () => {
    const settles = new Map<string, (code: string | null) => void>();
    startAgain({ taking: { begin: ({ order }, settle) => void settles.set(order.version, settle) } });
    orders.follow(platform.sign(wanted('k2')));
    orders.follow(platform.sign({ ...wanted('k3'), commandId: OTHER_ID }));
    settles.get('k2')?.(null);
    settles.get('k3')?.('parcel.damaged');
    expect(orders.toTell()).toMatchObject([
      { commandId: ID, outcome: { result: 'failed', code: 'parcel.replaced' } },
      { commandId: OTHER_ID, outcome: { result: 'failed', code: 'parcel.damaged' } },
    ]);
  });

  test('a restart is told as done by the program that comes', () => {
    orders.follow(platform.sign(command({ kind: 'restart' })));
    expect(restarts).toBe(1);
    expect(orders.toTell()).toEqual([]);
    startAgain();
    expect(orders.toTell()).toMatchObject([{ outcome: { result: 'done' } }]);
    expect(restarts).toBe(1);
    expect(audited()).toEqual(['fleet.ordered begun', 'fleet.settled done']);
  });
});

test('service mode outlives the program', () => {
  orders.follow(platform.sign(command(outOfService)));
  startAgain();
  expect(serviceMode.sinceMs()).not.toBeNull();
});

test('the exported log is redacted, the newest lines only, and leaves the store when it was told', () => {
  for (const n of [1, 2, 3]) logs.log({ level: 'info', event: 'x', detail: `999901194503120014 ${n}` });
  orders.follow(platform.sign(command({ kind: 'log-export', lines: 2 })));
  const log = orders.toTell()[0]?.outcome.log ?? '';
  expect(log.split('\n').filter((line) => line !== '')).toHaveLength(2);
  expect(log).toContain('***014 3');
  expect(log).not.toContain('19450312');
  orders.told(ID);
  expect(String(store.sql('SELECT outcome FROM fleet_order').get()?.['outcome'])).not.toContain('***');
});

test('a version that nobody takes here is refused by name', () => {
  startAgain({ taking: null });
  orders.follow(
    platform.sign(command({ kind: 'fetch-config', version: 'k2', manifestSha256: '0'.repeat(64) })),
  );
  expect(orders.toTell()).toMatchObject([{ outcome: { result: 'failed', code: 'fleet.not-here' } }]);
});

test('on a full disk nothing is thrown: an outcome is told again, and an order that comes again is known all the same', () => {
  const sent = platform.sign(command(outOfService));
  orders.follow(sent);
  const full = err(fault('store.full', 'as SQLite says it of a commit'));
  let isFull = false;
  const opened = store;
  const filling: Store = {
    ...opened,
    transaction: (work) => (isFull ? full : opened.transaction(work)),
    sql: (text) => {
      if (isFull && text.startsWith('UPDATE')) throw new Error('SQLITE_FULL, outside of a transaction');
      return opened.sql(text);
    },
  };
  const here = createOrders({ ...ports(), store: filling });
  isFull = true;
  expect(here.told(ID)).toEqual(full);
  expect(here.toTell()).toHaveLength(1);
  isFull = false;
  expect(here.told(ID).ok).toBe(true);
  isFull = true;
  expect(here.follow(sent)).toEqual(full);
});
