import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { migrations } from './migrate.ts';
import { sql as fewerPages } from './migrations/0012-fewer-pages.ts';
import { DATABASE_FILE, openStore } from './store.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'yizhan-migration-'));
});
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

const AUDIT = "INSERT INTO audit (at_ms, event, actor, disposition) VALUES (1, ?, 'terminal', 'success')";

/** A database as the release before wrote it: audit rows, what is to be erased one day, and what is erased. */
function writeOld(): void {
  const old = new DatabaseSync(join(dataDir, DATABASE_FILE));
  // As the program does for its migrations.
  old.enableDefensive(false);
  const before = migrations.slice(0, migrations.indexOf(fewerPages));
  for (const sql of before) old.exec(sql);
  old.exec(`PRAGMA application_id = ${0x595a5354}; PRAGMA user_version = ${before.length}`);
  for (let row = 0; row < 3; row += 1) old.prepare(AUDIT).run(`old-${row}`);
  const rows = [
    ['waits', 'waiting', 'zeroblob(60)', null],
    ['sent', 'acknowledged', 'zeroblob(60)', 7],
    ['erased', 'acknowledged', 'NULL', 7],
  ] as const;
  for (const [id, state, sealed, eraseAfterMs] of rows) {
    old
      .prepare(
        `INSERT INTO application (application_id, receipt_no, item_slug, item_version, identity_source, received_at_ms)
         VALUES (?, ?, 'item', '1', 'card', 1)`,
      )
      .run(id, id);
    old
      .prepare(
        `INSERT INTO outbox (application_id, revision, state, sealed_submission, key_id, payload_sha256, not_before_ms, erase_after_ms)
         VALUES (?, 1, ?, ${sealed}, 'k1', 'x', 7, ?)`,
      )
      .run(id, state, eraseAfterMs);
  }
  old.close();
}

it('a database of the release before keeps its rows, numbers its audit on, and finds what is to be erased', () => {
  writeOld();
  for (const [time, next] of [4, 5].entries()) {
    const opened = openStore(dataDir);
    if (!opened.ok) throw new Error(`${time}: ${opened.fault.detail ?? ''}`);
    const store = opened.value;
    expect(store.sql('SELECT count(*) AS n FROM outbox').get()).toEqual({ n: 3 });
    expect(Number(store.sql(AUDIT).run('new').lastInsertRowid)).toBe(next);
    // Only these are in the index: who is not is found by nobody who asks it.
    const due = `SELECT application_id AS id FROM outbox INDEXED BY outbox_erase
      WHERE sealed_submission IS NOT NULL AND erase_after_ms <= 100`;
    expect(store.sql(due).all()).toEqual([{ id: 'sent' }]);
    expect(store.sql('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    store.close();
  }
});

it('a submission touches no tree but those that it needs', () => {
  const opened = openStore(dataDir);
  if (!opened.ok) throw new Error(opened.fault.detail);
  const { sql } = opened.value;
  const trees = (table: string) =>
    sql('SELECT name FROM pragma_index_list(?) ORDER BY name')
      .all(table)
      .map((row) => row['name']);
  expect(trees('outbox')).not.toContain('outbox_key');
  expect(trees('print_job')).not.toContain('print_job_key');
  sql(AUDIT).run('new');
  expect(sql('SELECT name FROM sqlite_sequence').all()).toEqual([]);
  opened.value.close();
});
