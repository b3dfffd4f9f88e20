import { DatabaseSync } from 'node:sqlite';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { expectValue } from '../../../tests/support/expect-value.ts';
import { newDataDir, removeDataDir } from '../../../tests/support/terminal-under-test.ts';
import { migrations } from '../store/migrate.ts';
import { sql as auditChain } from '../store/migrations/0031-audit-chain.ts';
import { DATABASE_FILE, openStore, type Store } from '../store/store.ts';
import { createAudit } from './audit.ts';
import { VERIFIED_AT_ONCE, verification, verifyNewest, type Verified } from './verify.ts';

let dataDir: string;
let store: Store;

beforeEach(() => {
  dataDir = newDataDir();
  open();
});
afterEach(() => {
  store.close();
  removeDataDir(dataDir);
});

function open(): void {
  store = expectValue(openStore(dataDir));
}

function write(rows: number, detail: string | null = null): void {
  const audit = createAudit(store, new SimulatedClock());
  store.transaction(() => {
    for (let row = 0; row < rows; row += 1)
      audit.write({ event: 'visit.ended', actor: 'resident', subject: null, disposition: 'success', detail });
  });
}

function verifyAll(): Verified {
  const verify = verification(store, 0);
  for (;;) {
    const verified = verify();
    if (verified !== undefined) return verified;
  }
}

/** What somebody with the file does, who knows SQL and has all the time in the world. */
const tamper = (sql: string): unknown => store.sql(sql).run();

describe('what was done to the rows of the audit is found, and its place named', () => {
  beforeEach(() => {
    write(10);
  });

  it('nothing was', () => {
    expect(verifyAll()).toMatchObject({
      kind: 'whole',
      rows: 10,
      recoveries: [],
      head: { sequence: 10, hash: expect.stringMatching(/^[0-9a-f]{64}$/) },
    });
  });

  it.each([
    ['what it says', "UPDATE audit SET detail = 'nothing' WHERE sequence = 4"],
    ['who did it', "UPDATE audit SET actor = 'staff' WHERE sequence = 4"],
    ['when it was', 'UPDATE audit SET at_ms = at_ms + 1 WHERE sequence = 4'],
    ['its hash', 'UPDATE audit SET hash = zeroblob(32) WHERE sequence = 4'],
    ['that it has one', 'UPDATE audit SET hash = NULL, previous_hash = NULL WHERE sequence = 4'],
  ])('a row was changed: %s', (_what, sql) => {
    tamper(sql);
    expect(verifyAll()).toEqual({ kind: 'broken', sequence: 4, why: 'changed' });
  });

  it('a row was removed', () => {
    tamper('DELETE FROM audit WHERE sequence = 4');
    expect(verifyAll()).toEqual({ kind: 'broken', sequence: 4, why: 'missing' });
  });

  it('a row was removed, and the others were moved up', () => {
    tamper('DELETE FROM audit WHERE sequence = 4');
    tamper('UPDATE audit SET sequence = sequence - 1 WHERE sequence > 4');
    expect(verifyAll()).toEqual({ kind: 'broken', sequence: 4, why: 'changed' });
  });

  it('two rows changed places', () => {
    tamper('UPDATE audit SET sequence = 99 WHERE sequence = 4');
    tamper('UPDATE audit SET sequence = 4 WHERE sequence = 5');
    tamper('UPDATE audit SET sequence = 5 WHERE sequence = 99');
    expect(verifyAll()).toEqual({ kind: 'broken', sequence: 4, why: 'changed' });
  });

  it('a row was changed, and given the hash that goes with it', () => {
    const columns = 'sequence, at_ms, event, actor, subject, disposition, detail, previous_hash, hash';
    tamper(`CREATE TEMP TABLE rest AS SELECT ${columns} FROM audit WHERE sequence > 4`);
    tamper('DELETE FROM audit WHERE sequence >= 4');
    // As the program itself would have written another row there.
    write(1, 'another');
    tamper(`INSERT INTO audit (${columns}) SELECT ${columns} FROM rest`);
    expect(verifyAll()).toEqual({ kind: 'broken', sequence: 5, why: 'out-of-place' });
  });

  it('a row was put in front of the first', () => {
    tamper(
      "INSERT INTO audit (sequence, at_ms, event, actor, disposition) VALUES (0, 1, 'x', 'terminal', 'x')",
    );
    expect(verifyAll()).toEqual({ kind: 'broken', sequence: 0, why: 'out-of-place' });
  });

  it('its end was cut off, and the platform was told more', () => {
    tamper('INSERT INTO audit_told (one, sequence, told_at_ms) VALUES (1, 9, 0)');
    tamper('DELETE FROM audit WHERE sequence > 7');
    expect(verifyAll()).toEqual({ kind: 'broken', sequence: 8, why: 'cut-off' });
  });
});

it('what was rolled back leaves no trace in the chain', () => {
  write(3);
  const audit = createAudit(store, new SimulatedClock());
  expect(() =>
    store.transaction(() => {
      audit.write({
        event: 'visit.ended',
        actor: 'resident',
        subject: null,
        disposition: 'gone',
        detail: null,
      });
      throw new Error('a programmer’s error');
    }),
  ).toThrow('programmer');
  write(2);
  expect(verifyAll()).toMatchObject({ kind: 'whole', rows: 5 });
});

it('several in one commit are chained one behind the other, and the one that failed is not there', () => {
  const audit = createAudit(store, new SimulatedClock());
  const part = (disposition: string, fails: boolean) => () => {
    audit.write({ event: 'visit.ended', actor: 'resident', subject: null, disposition, detail: null });
    if (fails) throw new Error('this one');
    return { ok: true as const, value: null };
  };
  const outcomes = store.transactions([part('a', false), part('b', true), part('c', false)]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(store.sql('SELECT disposition FROM audit ORDER BY sequence').all()).toEqual([
    { disposition: 'a' },
    { disposition: 'c' },
  ]);
  expect(verifyAll()).toMatchObject({ kind: 'whole', rows: 2 });
});

it('at a start the newest rows are looked at, and older ones at the command', () => {
  write(VERIFIED_AT_ONCE + 50);
  tamper("UPDATE audit SET detail = 'old' WHERE sequence = 10");
  expect(verifyNewest(store)).toMatchObject({ kind: 'whole', rows: VERIFIED_AT_ONCE - 1 });
  expect(verifyAll()).toEqual({ kind: 'broken', sequence: 10, why: 'changed' });
  tamper(`UPDATE audit SET detail = 'new' WHERE sequence = ${VERIFIED_AT_ONCE + 20}`);
  expect(verifyNewest(store)).toEqual({
    kind: 'broken',
    sequence: VERIFIED_AT_ONCE + 20,
    why: 'changed',
  });
});

it('what the platform could not keep is cut and replaced where it is written, and not where it is told', () => {
  write(1, `a\0b\uD800c${'d'.repeat(9000)}`);
  const detail = String(store.sql('SELECT detail FROM audit').get()?.['detail']);
  expect(detail.length).toBe(8000);
  expect(detail.slice(0, 6)).toBe('a\uFFFDb\uFFFDcd');
  expect(verifyAll()).toMatchObject({ kind: 'whole' });
});

it('the rows of the release before are chained as they are found, once', () => {
  store.close();
  removeDataDir(dataDir);
  dataDir = newDataDir();
  const old = new DatabaseSync(join(dataDir, DATABASE_FILE));
  old.enableDefensive(false);
  const before = migrations.slice(0, migrations.indexOf(auditChain));
  for (const sql of before) old.exec(sql);
  old.exec(`PRAGMA application_id = ${0x595a5354}; PRAGMA user_version = ${before.length}`);
  const insert = old.prepare(
    "INSERT INTO audit (at_ms, event, actor, disposition, detail) VALUES (?, 'old', 'terminal', 'success', ?)",
  );
  old.exec('BEGIN');
  for (let row = 0; row < 2500; row += 1) insert.run(row, row % 2 === 0 ? null : 'x');
  old.exec('COMMIT');
  old.close();
  open();
  expect(verifyAll()).toMatchObject({ kind: 'whole', rows: 2500 });
  const head = store.sql('SELECT hash FROM audit WHERE sequence = 2500').get();
  store.close();
  open();
  expect(store.sql('SELECT hash FROM audit WHERE sequence = 2500').get()).toEqual(head);
  write(1);
  expect(verifyAll()).toMatchObject({ kind: 'whole', rows: 2501 });
});
