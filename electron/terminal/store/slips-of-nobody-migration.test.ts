import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { migrations } from './migrate.ts';
import { sql as slipsOfNobody } from './migrations/0013-slips-of-nobody.ts';
import { DATABASE_FILE, openStore } from './store.ts';

it('a database of the release before keeps its slips, and takes one that is of no application', () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'yizhan-migration-'));
  const old = new DatabaseSync(join(dataDir, DATABASE_FILE));
  // As the program does for its migrations.
  old.enableDefensive(false);
  const before = migrations.slice(0, migrations.indexOf(slipsOfNobody));
  for (const sql of before) old.exec(sql);
  old.exec(`PRAGMA application_id = ${0x595a5354}; PRAGMA user_version = ${before.length};
    INSERT INTO application (application_id, receipt_no, item_slug, item_version, identity_source, received_at_ms)
      VALUES ('a', 'a', 'item', '1', 'card', 1);
    INSERT INTO print_job VALUES ('old', 'a', 0, 'printed', NULL, 'k', NULL, NULL, 1, 2);`);
  old.close();
  for (const slip of ['first', 'second']) {
    const opened = openStore(dataDir);
    if (!opened.ok) throw new Error(opened.fault.detail ?? '');
    const { sql } = opened.value;
    const insert = `INSERT INTO print_job VALUES (?, ?, 0, 'queued', NULL, 'k', NULL, NULL, 1, NULL)`;
    sql(insert).run(slip, null);
    expect(() => sql(insert).run(`${slip} of nobody`, 'no such application')).toThrow(/FOREIGN KEY/);
    expect(sql("SELECT application_id AS id FROM print_job WHERE job_id = 'old'").get()).toEqual({ id: 'a' });
    expect(sql('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    opened.value.close();
  }
  rmSync(dataDir, { recursive: true, force: true });
});
