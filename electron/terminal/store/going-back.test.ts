/** An update that went back: the program of the version before opens the store that the newer one has migrated and written. */
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectValue } from '../../../tests/support/expect-value.ts';
import { migrate, ownSchema, readableFrom, versionOf, type Schema } from './migrate.ts';
import { DATABASE_FILE, openStoreOf, type Store } from './store.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'yizhan-going-back-'));
});
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

const adds = `CREATE TABLE later (application_id TEXT PRIMARY KEY REFERENCES application (application_id) ON DELETE CASCADE, said TEXT) STRICT;
  ALTER TABLE application ADD COLUMN later TEXT;`;
const breaks = 'ALTER TABLE outbox RENAME COLUMN payload_sha256 TO payload_hash;';
const next: Schema = { steps: [...ownSchema.steps, adds], additive: new Set([...ownSchema.additive, adds]) };
const overNext: Schema = { steps: [...next.steps, breaks], additive: next.additive };

function open(schema: Schema): Store {
  return expectValue(openStoreOf(dataDir, schema));
}

function receive(store: Store, id: string): void {
  const stored = store.transaction(() => {
    store
      .sql(
        `INSERT INTO application (application_id, receipt_no, item_slug, item_version, identity_source, received_at_ms, received_on)
         VALUES (?, ?, 'item', '1', 'card', 1, '')`,
      )
      .run(id, id);
    store
      .sql(
        `INSERT INTO outbox (application_id, revision, state, sealed_submission, key_id, payload_sha256, not_before_ms)
         VALUES (?, 1, 'waiting', zeroblob(60), 'k1', 'x', 1)`,
      )
      .run(id);
  });
  expect(stored.ok).toBe(true);
}

const waiting = (store: Store): unknown[] =>
  store
    .sql('SELECT application_id AS id FROM application JOIN outbox USING (application_id) ORDER BY id')
    .all()
    .map((row) => row['id']);

it('what was received under any of the two, in whatever order they ran, is there under both', () => {
  fc.assert(
    fc.property(
      fc.array(fc.record({ newer: fc.boolean(), received: fc.nat(3), isKilled: fc.boolean() }), {
        minLength: 1,
        maxLength: 6,
      }),
      (runs) => {
        rmSync(dataDir, { recursive: true, force: true });
        const left = `${dataDir}-left`;
        const given: string[] = [];
        for (const { newer, received, isKilled } of runs) {
          const store = open(newer ? next : ownSchema);
          expect(waiting(store)).toEqual(given);
          for (let n = 0; n < received; n += 1) {
            const id = `app-${String(given.length).padStart(3, '0')}`;
            receive(store, id);
            given.push(id);
            if (newer) store.sql('INSERT INTO later VALUES (?, ?)').run(id, 'said');
          }
          // What a kill leaves: the files as they are while it runs, the log beside the database.
          if (isKilled) cpSync(dataDir, left, { recursive: true });
          store.close();
          if (isKilled) {
            rmSync(dataDir, { recursive: true });
            renameSync(left, dataDir);
          }
        }
        const store = open(ownSchema);
        expect(waiting(store)).toEqual(given);
        // What is sent goes, with what a newer program has beside it.
        for (const table of ['outbox', 'application']) store.sql(`DELETE FROM ${table}`).run();
        store.close();
      },
    ),
    { numRuns: 15 },
  );
});

it('is left as it is by a program that could not read it', () => {
  open(overNext).close();
  const before = readFileSync(join(dataDir, DATABASE_FILE));
  for (const older of [ownSchema, next])
    expect(openStoreOf(dataDir, older)).toMatchObject({
      ok: false,
      fault: { code: 'store.schema-unknown' },
    });
  expect(readFileSync(join(dataDir, DATABASE_FILE)).equals(before)).toBe(true);
});

it('says how far back it can be read', () => {
  const at = ownSchema.steps.length;
  const own = readableFrom(ownSchema, at);
  expect([readableFrom(next, at + 1), readableFrom(overNext, at + 2)]).toEqual([own, at + 2]);
  const file = new DatabaseSync(':memory:');
  expect(migrate(file, next).ok).toBe(true);
  expect(versionOf(Number(file.prepare('PRAGMA user_version').get()?.['user_version']))).toEqual({
    version: at + 1,
    oldest: own,
  });
  expect(versionOf(at)).toEqual({ version: at, oldest: at });
});

interface Column {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
  readonly dflt_value: string | null;
  readonly pk: number;
}

/** What a step does that the program before it could stumble over. */
function stumbles(schema: Schema, step: number): string[] {
  const file = new DatabaseSync(':memory:');
  file.enableDefensive(false);
  const names = (type: string): string[] =>
    file
      .prepare(
        `SELECT name FROM sqlite_schema WHERE type = ? AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY 1`,
      )
      .all(type)
      .map((row) => String(row['name']));
  const rows = (pragma: string, table: string): unknown[] =>
    file.prepare(`SELECT * FROM ${pragma}(?)`).all(table);
  const columns = (table: string): Column[] => rows('pragma_table_info', table) as Column[];
  const unique = (table: string): string[] =>
    (rows('pragma_index_list', table) as { name: string; unique: number }[])
      .filter((index) => index.unique === 1)
      .map(({ name }) => name)
      .sort();
  const checks = (table: string): number =>
    String(
      file.prepare("SELECT sql FROM sqlite_schema WHERE type = 'table' AND name = ?").get(table)?.['sql'],
    ).split(/\bCHECK\b/i).length;
  const shape = () => {
    const tables = names('table');
    return {
      views: names('view'),
      triggers: names('trigger'),
      tables: new Map(tables.map((t) => [t, { columns: columns(t), unique: unique(t), checks: checks(t) }])),
    };
  };
  for (const sql of schema.steps.slice(0, step)) file.exec(sql);
  const before = shape();
  file.exec(schema.steps[step] ?? '');
  const after = shape();

  const found: string[] = [];
  if (before.views.join() !== after.views.join()) found.push('views');
  if (before.triggers.join() !== after.triggers.join()) found.push('triggers');
  for (const [table, was] of before.tables) {
    const is = after.tables.get(table);
    if (is === undefined) {
      found.push(`${table} is gone`);
      continue;
    }
    const kept = is.columns.slice(0, was.columns.length);
    if (JSON.stringify(kept) !== JSON.stringify(was.columns)) found.push(`${table} has other columns`);
    for (const { name, notnull, dflt_value: given } of is.columns.slice(was.columns.length))
      if (notnull === 1 && given === null) found.push(`${table}.${name} cannot be left out`);
    if (is.unique.join() !== was.unique.join()) found.push(`${table} has another unique index`);
    if (is.checks !== was.checks) found.push(`${table} has another rule`);
  }
  for (const table of after.tables.keys()) {
    if (before.tables.has(table)) continue;
    const keys = rows('pragma_foreign_key_list', table) as { table: string; on_delete: string }[];
    for (const key of keys)
      if (before.tables.has(key.table) && !/^(CASCADE|SET NULL|SET DEFAULT)$/.test(key.on_delete))
        found.push(`${table} holds rows of ${key.table}`);
  }
  file.close();
  return found;
}

describe('a step that the program before is said to be able to read', () => {
  it('adds, and takes nothing away nor forbids a row', () => {
    for (const schema of [ownSchema, next])
      for (const [step, sql] of schema.steps.entries())
        if (schema.additive.has(sql))
          expect({ step, found: stumbles(schema, step) }).toEqual({ step, found: [] });
  });

  it.each<[string, string]>([
    [breaks, 'outbox has other columns'],
    ['DROP TABLE service_mode', 'service_mode is gone'],
    [
      "ALTER TABLE application ADD COLUMN x TEXT NOT NULL DEFAULT '' CHECK (x <> 'y')",
      'application has another rule',
    ],
    ['CREATE UNIQUE INDEX x ON audit (at_ms)', 'audit has another unique index'],
    ['CREATE TRIGGER x BEFORE INSERT ON audit BEGIN SELECT RAISE(ABORT, 1); END', 'triggers'],
    [
      'CREATE TABLE x (id TEXT REFERENCES application (application_id)) STRICT',
      'x holds rows of application',
    ],
  ])('would be found out with: %s', (sql, what) => {
    const schema = { steps: [...ownSchema.steps, sql], additive: new Set([sql]) };
    expect(stumbles(schema, ownSchema.steps.length)).toEqual([what]);
  });
});
