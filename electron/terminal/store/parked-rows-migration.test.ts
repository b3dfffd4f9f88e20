import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { migrations } from './migrate.ts';
import { sql as parkedRows } from './migrations/0010-parked-rows.ts';
import { DATABASE_FILE, openStore } from './store.ts';

let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'yizhan-migration-'));
});
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

/** A database as the release before wrote it, with a row in each state that it knew. */
function writeOld(): void {
  const old = new DatabaseSync(join(dataDir, DATABASE_FILE));
  const before = migrations.slice(0, migrations.indexOf(parkedRows));
  for (const sql of before) old.exec(sql);
  old.exec(`PRAGMA application_id = ${0x595a5354}; PRAGMA user_version = ${before.length}`);
  for (const state of ['pending', 'sending', 'waiting', 'acknowledged', 'rejected', 'conflict']) {
    old
      .prepare(
        `INSERT INTO application (application_id, receipt_no, item_slug, item_version, identity_source, received_at_ms)
         VALUES (?, ?, 'item', '1', 'card', 1)`,
      )
      .run(state, state);
    old
      .prepare(
        `INSERT INTO outbox (application_id, revision, state, sealed_submission, key_id, payload_sha256, not_before_ms)
         VALUES (?, 1, ?, zeroblob(60), 'k1', 'x', 7)`,
      )
      .run(state, state);
  }
  old.close();
}

it('a database of the release before keeps every row, and knows the new states from then on', () => {
  writeOld();
  for (const time of ['first', 'second']) {
    const opened = openStore(dataDir);
    if (!opened.ok) throw new Error(`${time}: ${opened.fault.detail ?? ''}`);
    const store = opened.value;
    expect(store.sql('SELECT count(*) AS n FROM outbox WHERE doubtful = 0').get()).toEqual({ n: 6 });
    expect(
      store
        .sql('SELECT state FROM outbox WHERE parked_at_ms = 7 ORDER BY state')
        .all()
        .map((row) => row['state']),
    ).toEqual(['conflict', 'rejected']);
    const rename = (state: string) =>
      store.transaction(() => {
        store.sql("UPDATE outbox SET state = ? WHERE application_id = 'rejected'").run(state);
        store
          .sql('UPDATE outbox SET sealed_submission = NULL WHERE application_id = ? AND state = ?')
          .run('rejected', 'waiting');
      }).ok;
    expect(['superseded', 'handed-over', 'rejected'].map(rename)).toEqual([true, true, true]);
    expect(['nonsense', 'waiting'].map(rename)).toEqual([false, false]);
    expect(store.sql('SELECT state, n FROM outbox_count WHERE n <> 1 ORDER BY state').all()).toEqual([
      { state: 'handed-over', n: 0 },
      { state: 'superseded', n: 0 },
    ]);
    expect(store.sql('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    store.close();
  }
});
