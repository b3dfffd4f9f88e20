import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SALVAGED_TABLES, salvage } from './salvage.ts';
import { DATABASE_FILE, openStore } from './store.ts';

/** Made anew by itself, counted anew, or over with the process that is gone: who is signed in, who mistyped a PIN. */
const MADE_ANEW = [
  'catalogue_chain',
  'catalogue_item',
  'region_table',
  'outbox_count',
  'staff_session',
  'wrong_pin',
  'sqlite_sequence',
];

let folder: string;
const databases: DatabaseSync[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yizhan-salvage-'));
});
afterEach(() => {
  for (const database of databases.splice(0)) database.close();
  rmSync(folder, { recursive: true, force: true });
});

function database(name: string): DatabaseSync {
  const made = openStore(join(folder, name));
  if (!made.ok) throw new Error(made.fault.detail);
  made.value.close();
  const opened = new DatabaseSync(join(folder, name, DATABASE_FILE));
  databases.push(opened);
  return opened;
}

/** A member that stands in the middle of a day. */
function fill(one: DatabaseSync): void {
  one.exec(`
    INSERT INTO queue_hub VALUES (1, 2, '02', '01', '2026-11-22', '192.168.1.10:8443', 0, NULL);
    INSERT INTO queue_link VALUES ('192.168.1.10:8443', 'token', 40, NULL);
    INSERT INTO ticket_alone VALUES (1, '2026-11-22', 'alone', '{}', NULL, NULL);
    INSERT INTO ticket_asked VALUES ('asked', 1);
    INSERT INTO help_call VALUES (1, 'call', 'start', 1, NULL, NULL, NULL);
    INSERT INTO lan_browser VALUES (x'01', 'window-1', 1, NULL);
    INSERT INTO staff_account VALUES ('s01', 'staff', x'01', x'02', 1, NULL);
    INSERT INTO staff_card (staff_id, digest, registered_at_ms) VALUES ('s01', zeroblob(32), 1);
  `);
}

const QUEUE_TABLES = [
  'queue_hub',
  'queue_link',
  'ticket_alone',
  'lan_browser',
  'staff_account',
  'staff_card',
  'ticket_asked',
  'help_call',
];

function rowsIn(one: DatabaseSync): Record<string, number> {
  return Object.fromEntries(
    QUEUE_TABLES.map((table) => [
      table,
      Number(one.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.['n']),
    ]),
  );
}

describe('what is read out of a damaged store', () => {
  it('has who the hub is, what it was not told yet, and who was let in', () => {
    const damaged = database('damaged');
    fill(damaged);
    const into = database('into');
    salvage(damaged, into, 'damaged');
    expect(rowsIn(into)).toEqual(Object.fromEntries(QUEUE_TABLES.map((table) => [table, 1])));
  });

  it('has of a backup no question that was answered since: the number that it got is in somebody’s hands', () => {
    const backup = database('backup');
    fill(backup);
    const into = database('into');
    salvage(backup, into, 'backup');
    expect(rowsIn(into)).toEqual({
      ...Object.fromEntries(QUEUE_TABLES.map((table) => [table, 1])),
      ticket_asked: 0,
      help_call: 0,
      // Nor a card that was removed since.
      staff_card: 0,
    });
  });

  it('has every table, or it is said why not', () => {
    const tables = database('any')
      .prepare(`SELECT name FROM sqlite_schema WHERE type = 'table'`)
      .all()
      .map(({ name }) => String(name));
    const unnamed = tables.filter((name) => !SALVAGED_TABLES.includes(name) && !MADE_ANEW.includes(name));
    expect(unnamed).toEqual([]);
  });
});
