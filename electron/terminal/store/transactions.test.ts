import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { fault } from '#contract/fault.ts';
import { err, ok } from '#contract/result.ts';
import { expectValue } from '../../../tests/support/expect-value.ts';
import { crashOnly } from './crash-only.ts';
import { openStore, type Store } from './store.ts';
import { createTransactions, type Outcome, type Part } from './transactions.ts';

let dataDir: string;
let store: Store;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'yizhan-transactions-'));
  store = expectValue(openStore(dataDir));
});
afterEach(() => {
  store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const insert = (name: string): void => {
  store.sql('INSERT INTO receipt_sequence (local_date, last) VALUES (?, 1)').run(name);
};
const part =
  (name: string): Part<string> =>
  () => {
    insert(name);
    return ok(name);
  };
const refused =
  (name: string): Part<string> =>
  () => {
    insert(name);
    return err(fault('store.full', 'its own'));
  };
const rows = () => store.sql('SELECT local_date FROM receipt_sequence ORDER BY 1').all();
const named = (...names: string[]) => names.map((name) => ({ local_date: name }));
const said = (outcomes: readonly Outcome<string>[]) =>
  outcomes.map((outcome) => {
    if (outcome.status === 'rejected') return String(outcome.reason);
    return outcome.value.ok ? outcome.value.value : outcome.value.fault.code;
  });

it('several are written together, and each has its own answer in its place', () => {
  expect(said(store.transactions(['a', 'b', 'c'].map(part)))).toEqual(['a', 'b', 'c']);
  expect(rows()).toEqual(named('a', 'b', 'c'));
  expect(store.transactions([])).toEqual([]);
});

it.each([1, 3])('one of %i that is refused undoes what it wrote, and nothing else', (count) => {
  const works = [part('a'), refused('b'), part('c')];
  const asked = count === 1 ? works.slice(1, 2) : works;
  expect(said(store.transactions(asked))).toEqual(count === 1 ? ['store.full'] : ['a', 'store.full', 'c']);
  expect(rows()).toEqual(count === 1 ? [] : named('a', 'c'));
});

it('one that breaks a rule of the schema takes no other along', () => {
  const twice: Part<string> = () => {
    insert('b');
    insert('b');
    return ok('b');
  };
  expect(said(store.transactions([part('a'), twice, part('c')]))).toEqual(['a', 'store.failed', 'c']);
  expect(rows()).toEqual(named('a', 'c'));
});

it.each([1, 3])('one of %i that throws a bug is told of it, and takes no other along', (count) => {
  const buggy: Part<string> = () => {
    insert('b');
    throw new RangeError('a bug');
  };
  const works = count === 1 ? [buggy] : [part('a'), buggy, part('c')];
  const expected = count === 1 ? ['RangeError: a bug'] : ['a', 'RangeError: a bug', 'c'];
  expect(said(store.transactions(works))).toEqual(expected);
  expect(rows()).toEqual(count === 1 ? [] : named('a', 'c'));
});

it('on a full disk those that fit are written, whichever of them did not', () => {
  const pages = Number(store.sql('PRAGMA page_count').get()?.['page_count']);
  store.sql(`PRAGMA max_page_count = ${pages}`).get();
  const works = [part('a'), part('b'.repeat(50_000)), part('c')];
  expect(said(store.transactions(works))).toEqual(['a', 'store.full', 'c']);
  expect(rows()).toEqual(named('a', 'c'));
  store.sql('PRAGMA max_page_count = 1000000').get();
  expect(said(store.transactions([part('d'), part('e')]))).toEqual(['d', 'e']);
});

it('a commit that the disk fails is the fault of all of them, and nothing is tried again', () => {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE t (name TEXT)');
  const asked: string[] = [];
  const failing = new Proxy(database, {
    get: (target, name) => {
      if (name === 'isTransaction') return target.isTransaction;
      return (text: string) => ({
        run: () => {
          asked.push(text);
          // SQLITE_IOERR_FSYNC
          if (text === 'COMMIT') throw Object.assign(new Error('disk I/O error'), { errcode: 1034 });
          target.exec(text);
        },
      });
    },
  });
  const { transactions } = createTransactions(failing, crashOnly(failing));
  const works = ['a', 'b'].map((name) => () => {
    database.prepare('INSERT INTO t VALUES (?)').run(name);
    return ok(name);
  });
  expect(said(transactions(works))).toEqual(['store.failed', 'store.failed']);
  expect(asked.filter((text) => text === 'COMMIT')).toHaveLength(1);
  expect(asked).not.toContain('ROLLBACK');
  expect(said(transactions(works))).toEqual(['store.failed', 'store.failed']);
});
