import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/** An entry of an index, or a row of the audit. */
const SMALL_ROW_BYTES = 60;

/** What the disk lets anybody do: the same bytes in one row, or in one write, and on the disk each time. */
export interface DurableWriter {
  write(bytes: Uint8Array): void;
  close(): void;
}

/** One INSERT, one commit: WAL and synchronous=FULL, with SQLite's own settings for the rest. */
export function oneRowCommits(folder: string): DurableWriter {
  const database = new DatabaseSync(join(folder, 'one-row.db'));
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  database.exec('CREATE TABLE queue (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT');
  const insert = database.prepare('INSERT INTO queue (body) VALUES (?)');
  return {
    write: (bytes) => {
      insert.run(bytes);
    },
    close: () => {
      database.close();
    },
  };
}

/** As above, with a small row in each of so many tables beside it: as many pages as a submission changes. */
export function manyPageCommits(folder: string, pages: number): DurableWriter {
  const database = new DatabaseSync(join(folder, 'many-pages.db'));
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;');
  const inserts = Array.from({ length: pages }, (_, table) => {
    database.exec(`CREATE TABLE queue_${table} (id INTEGER PRIMARY KEY, body BLOB NOT NULL) STRICT`);
    return database.prepare(`INSERT INTO queue_${table} (body) VALUES (?)`);
  });
  const small = new Uint8Array(SMALL_ROW_BYTES);
  return {
    write: (bytes) => {
      database.exec('BEGIN IMMEDIATE');
      for (const [table, insert] of inserts.entries()) insert.run(table === 0 ? bytes : small);
      database.exec('COMMIT');
    },
    close: () => {
      database.close();
    },
  };
}

/** No database at all: a write over bytes that are there already, and fdatasync. */
export function bareWrites(folder: string): DurableWriter {
  const FILE_BYTES = 4_194_304;
  const file = openSync(join(folder, 'bare'), 'w');
  writeSync(file, new Uint8Array(FILE_BYTES));
  fdatasyncSync(file);
  let at = 0;
  return {
    write: (bytes) => {
      if (at + bytes.length > FILE_BYTES) at = 0;
      writeSync(file, bytes, 0, bytes.length, at);
      fdatasyncSync(file);
      at += bytes.length;
    },
    close: () => {
      closeSync(file);
    },
  };
}
