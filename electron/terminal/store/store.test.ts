import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectValue } from '../../../tests/support/expect-value.ts';
import { openKeyFile } from './key-file.ts';
import { sql as firstJourney } from './migrations/0001-first-journey.ts';
import { openStore, type Store } from './store.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'yizhan-store-'));
});
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

function open(): Store {
  return expectValue(openStore(dataDir));
}

const file = (): string => join(dataDir, 'terminal.db');

describe('the store', () => {
  it('commits so that a power cut cannot take it back', () => {
    const store = open();
    expect(store.sql('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(store.sql('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
    expect(store.sql('PRAGMA secure_delete').get()).toEqual({ secure_delete: 1 });
    expect(store.sql('PRAGMA foreign_keys').get()).toEqual({ foreign_keys: 1 });
    store.close();
  });

  it('of a newer program is refused and left as it is', () => {
    open().close();
    const database = new DatabaseSync(file());
    database.exec('PRAGMA user_version = 99');
    database.close();
    const before = readFileSync(file());
    expect(openStore(dataDir)).toMatchObject({ ok: false, fault: { code: 'store.schema-unknown' } });
    expect(readFileSync(file()).equals(before)).toBe(true);
  });

  it('of the first schema keeps its rows, and takes applications that a code identified', () => {
    const database = new DatabaseSync(file());
    database.exec(`${firstJourney} PRAGMA application_id = ${0x595a5354}; PRAGMA user_version = 1;`);
    const insert = "INSERT INTO application VALUES (?, ?, 'item', '1', ?, 7)";
    for (const source of ['card', 'typed']) database.prepare(insert).run(`id-${source}`, source, source);
    database.exec(
      "INSERT INTO print_job VALUES ('job', 'id-card', 0, 'queued', NULL, 'k', NULL, NULL, 1, NULL)",
    );
    database.close();

    const store = open();
    const rows = store.sql('SELECT application_id, identity_source FROM application ORDER BY 1').all();
    expect(rows.map((row) => Object.values(row))).toEqual([
      ['id-card', 'card'],
      ['id-typed', 'typed'],
    ]);
    const add = store.sql(
      `INSERT INTO application (application_id, receipt_no, item_slug, item_version, received_at_ms, identity_source)
       VALUES (?, ?, 'item', '1', 7, ?)`,
    );
    add.run('id-code', 'code', 'code');
    expect(() => add.run('id-other', 'other', 'other')).toThrow('CHECK');
    expect(store.sql('PRAGMA foreign_key_check').all()).toEqual([]);
    store.close();
  });

  it('of another program is refused', () => {
    const database = new DatabaseSync(file());
    database.exec('CREATE TABLE somebody_else (x)');
    database.close();
    expect(openStore(dataDir)).toMatchObject({ ok: false, fault: { code: 'store.schema-unknown' } });
  });

  it('that is no database is refused and never replaced', () => {
    writeFileSync(file(), 'this is not a database, and it is long enough to be looked at as one'.repeat(100));
    expect(openStore(dataDir)).toMatchObject({ ok: false, fault: { code: 'store.corrupt' } });
    expect(readFileSync(file(), 'utf8')).toContain('this is not a database');
  });

  it('belongs to one process: a second one is refused', () => {
    const store = open();
    expect(openStore(dataDir)).toMatchObject({ ok: false, fault: { code: 'store.in-use' } });
    store.close();
    open().close();
  });

  it('rolls a transaction back whole when a part of it fails', () => {
    const store = open();
    const insert = () =>
      store.sql("INSERT INTO receipt_sequence (local_date, last) VALUES ('2026-11-21', 1)").run();
    const twice = store.transaction(() => {
      insert();
      insert();
    });
    expect(twice).toMatchObject({ ok: false, fault: { code: 'store.failed' } });
    expect(store.sql('SELECT count(*) AS n FROM receipt_sequence').get()).toEqual({ n: 0 });
    store.close();
  });

  it('rolls back and passes on an error that is not its own', () => {
    const store = open();
    expect(() =>
      store.transaction(() => {
        store.sql("INSERT INTO receipt_sequence (local_date, last) VALUES ('2026-11-21', 1)").run();
        throw new RangeError('a bug');
      }),
    ).toThrow('a bug');
    expect(store.sql('SELECT count(*) AS n FROM receipt_sequence').get()).toEqual({ n: 0 });
    store.close();
  });

  it('that is full says so, and has written nothing', () => {
    const store = open();
    const pages = Number(store.sql('PRAGMA page_count').get()?.['page_count']);
    store.sql(`PRAGMA max_page_count = ${pages}`).get();
    const full = store.transaction(() => {
      for (let row = 0; row < 500; row += 1) {
        store
          .sql(
            "INSERT INTO audit (at_ms, event, actor, disposition, detail) VALUES (1, 'x', 'terminal', 'x', ?)",
          )
          .run('x'.repeat(1000));
      }
    });
    expect(full).toMatchObject({ ok: false, fault: { code: 'store.full' } });
    expect(store.sql('SELECT count(*) AS n FROM audit').get()).toEqual({ n: 0 });
    store.close();
  });

  it('never holds an open row without its payload', () => {
    const store = open();
    const stored = store.transaction(() => {
      store.sql("INSERT INTO application VALUES ('a', '1', 'item', '1', 'card', 1, '')").run();
      store
        .sql(
          `INSERT INTO outbox (application_id, revision, state, sealed_submission, key_id, payload_sha256, not_before_ms)
           VALUES ('a', 1, 'waiting', NULL, 'k1', 'x', 1)`,
        )
        .run();
    });
    expect(stored).toMatchObject({ ok: false, fault: { code: 'store.failed' } });
    store.close();
  });
});

describe('the sealing key', () => {
  it('is made once, for its user only, and found again', () => {
    const first = openKeyFile(dataDir, randomBytes);
    const again = openKeyFile(dataDir, randomBytes);
    if (!first.ok || !again.ok) throw new Error('no key');
    expect(Buffer.from(again.value).equals(first.value)).toBe(true);
    expect(statSync(join(dataDir, 'keys', 'k1.key')).mode & 0o777).toBe(0o600);
  });

  it('that is gone is never replaced while a database needs it', () => {
    openKeyFile(dataDir, randomBytes);
    open().close();
    rmSync(join(dataDir, 'keys'), { recursive: true });
    expect(openKeyFile(dataDir, randomBytes)).toMatchObject({
      ok: false,
      fault: { code: 'store.key-missing' },
    });
  });

  it('that lies in a keyring is told as that, to a program that has none', () => {
    open().close();
    mkdirSync(join(dataDir, 'keys'), { recursive: true });
    writeFileSync(join(dataDir, 'keys', 'k1.key.wrapped'), 'wrapped');
    expect(openKeyFile(dataDir, randomBytes)).toMatchObject({
      fault: {
        code: 'store.key-missing',
        detail: expect.stringContaining('in the keyring of the Electron terminal'),
      },
    });
    expect(existsSync(join(dataDir, 'keys', 'k1.key'))).toBe(false);
  });

  it('that is cut short is refused', () => {
    openKeyFile(dataDir, randomBytes);
    writeFileSync(join(dataDir, 'keys', 'k1.key'), 'short');
    expect(openKeyFile(dataDir, randomBytes)).toMatchObject({
      ok: false,
      fault: { code: 'store.key-missing' },
    });
  });
});
