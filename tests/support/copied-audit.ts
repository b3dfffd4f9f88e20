import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DATABASE_FILE } from '#terminal/store/store.ts';

export interface AuditLine {
  readonly event: string;
  readonly actor: string;
  readonly disposition: string;
  readonly detail: string | null;
}

/** The audit of a terminal that runs and rests: of a copy, since a second process may not open its store. */
export function copiedAudit(dataDir: string): AuditLine[] {
  const folder = mkdtempSync(join(tmpdir(), 'yizhan-audit-'));
  try {
    for (const file of [DATABASE_FILE, `${DATABASE_FILE}-wal`]) {
      if (existsSync(join(dataDir, file))) cpSync(join(dataDir, file), join(folder, file));
    }
    const database = new DatabaseSync(join(folder, DATABASE_FILE));
    const rows = database
      .prepare('SELECT event, actor, disposition, detail FROM audit ORDER BY sequence')
      .all();
    database.close();
    return rows.map((row) => ({
      event: String(row['event']),
      actor: String(row['actor']),
      disposition: String(row['disposition']),
      detail: row['detail'] === null ? null : String(row['detail']),
    }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
