import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { expectValue } from '../../../tests/support/expect-value.ts';
import { backUp, backUpAlone, backupFolderOf, newestBackup } from './backup.ts';
import { openOrRecover, OWED_RECEIPT_NUMBERS, SKIPPED_RECEIPT_NUMBERS, type Recovered } from './recovery.ts';
import { DATABASE_FILE, openStore, type Store } from './store.ts';

const TODAY = '2026-11-21';
const PAGE = 4096;

let dataDir: string;
let backupDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'yizhan-recovery-'));
  backupDir = join(dataDir, 'backups');
});
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

const file = () => join(dataDir, DATABASE_FILE);

function open(): Store {
  return expectValue(openStore(dataDir));
}

function recovered(): Recovered {
  return expectValue(openOrRecover({ dataDir, backupDir, clock: new SimulatedClock(), today: TODAY }));
}

function fill(store: Store, from: number, to: number): void {
  const stored = store.transaction(() => {
    for (let row = from; row < to; row += 1) {
      const id = `app-${String(row).padStart(4, '0')}`;
      store
        .sql(
          `INSERT INTO application (application_id, receipt_no, item_slug, item_version, identity_source, received_at_ms, received_on)
         VALUES (?, ?, 'item', '1', 'card', 1, '')`,
        )
        .run(id, id);
      store
        .sql(
          `INSERT INTO outbox (application_id, revision, state, sealed_submission, key_id, payload_sha256, not_before_ms)
           VALUES (?, 1, 'waiting', ?, 'k1', 'x', 1)`,
        )
        .run(id, Buffer.alloc(1000, row & 0xff));
    }
    store
      .sql(
        `INSERT INTO receipt_sequence (local_date, last) VALUES ('${TODAY}', ?)
         ON CONFLICT (local_date) DO UPDATE SET last = excluded.last`,
      )
      .run(to);
  });
  if (!stored.ok) throw new Error(stored.fault.detail);
}

const rowsOf = (store: Store, table: string) =>
  Number(store.sql(`SELECT count(*) AS n FROM ${table}`).get()?.['n']);

/** The pages, from 0, on which the payloads of these rows lie. */
function pagesOfPayloads(from: number, to: number): number[] {
  const bytes = readFileSync(file());
  const pages = new Set<number>();
  for (let row = from; row < to; row += 1)
    pages.add(Math.floor(bytes.indexOf(Buffer.alloc(900, row)) / PAGE));
  return [...pages];
}

/** Overwrites whole pages, as a dying flash cell does. */
function destroyPages(from: number, to: number): void {
  const handle = openSync(file(), 'r+');
  for (let page = from; page < to; page += 1)
    writeSync(handle, Buffer.alloc(PAGE, 0xa5), 0, PAGE, page * PAGE);
  closeSync(handle);
}

describe('a damaged database', () => {
  it('that is sound is opened as it is', () => {
    const store = open();
    fill(store, 0, 10);
    store.close();
    const opened = recovered();
    expect(opened.recovery).toBeNull();
    expect(rowsOf(opened.store, 'outbox')).toBe(10);
    opened.store.close();
  });

  it('is put aside whole, and what reads around the bad pages goes on', () => {
    const store = open();
    fill(store, 0, 400);
    store.close();
    const pages = statSync(file()).size / PAGE;
    destroyPages(Math.floor(pages / 2), Math.floor(pages / 2) + 3);
    const damaged = readFileSync(file());

    const { store: again, recovery } = recovered();
    if (recovery === null) throw new Error('nothing was recovered');
    const rows = rowsOf(again, 'outbox');
    expect(rows).toBeGreaterThan(350);
    expect(rowsOf(again, 'application')).toBeGreaterThanOrEqual(rows);
    expect(again.sql('PRAGMA integrity_check').get()).toEqual({ integrity_check: 'ok' });
    expect(again.sql('PRAGMA foreign_key_check').all()).toEqual([]);
    expect(readFileSync(join(recovery.quarantine, DATABASE_FILE)).equals(damaged)).toBe(true);
    expect(recovery.fromFile?.gaps).toBeGreaterThan(0);
    again.close();
    expect(recovered().recovery).toBeNull();
  });

  it('gets from the newest backup what no longer reads, and keeps what is newer', () => {
    const store = open();
    fill(store, 0, 300);
    expect(backUp(store, backupDir, 1)).toMatchObject({ ok: true });
    store.sql("UPDATE outbox SET state = 'acknowledged' WHERE application_id = 'app-0000'").run();
    fill(store, 300, 400);
    store.close();
    // Leaves of the outbox: which page is which changes with every table that is added.
    const lost = pagesOfPayloads(100, 120);
    expect(lost.length).toBeGreaterThan(3);
    for (const page of lost) destroyPages(page, page + 1);
    const { store: again } = recovered();
    const ids = again
      .sql('SELECT application_id FROM outbox WHERE application_id < ? ORDER BY application_id')
      .all('app-0300');
    expect(ids).toHaveLength(300);
    const last = again.sql("SELECT state FROM outbox WHERE application_id = 'app-0399'").get();
    expect(last).toEqual({ state: 'waiting' });
    again.close();
  });

  it('whose head is gone begins again from the backup; without one it is refused and left alone', () => {
    const store = open();
    fill(store, 0, 50);
    store.close();
    destroyPages(0, 1);
    const before = readFileSync(file());
    const refused = openOrRecover({ dataDir, backupDir: null, clock: new SimulatedClock(), today: TODAY });
    expect(refused).toMatchObject({ ok: false, fault: { code: 'store.corrupt' } });
    expect(readFileSync(file()).equals(before)).toBe(true);
    expect(readdirSync(dataDir)).not.toContain('recovery-in-progress');
  });

  it('never gives a receipt number again that may stand on a slip', () => {
    const store = open();
    fill(store, 0, 400);
    store.close();
    const pages = statSync(file()).size / PAGE;
    destroyPages(Math.floor(pages / 2), Math.floor(pages / 2) + 3);
    const { store: again } = recovered();
    const last = Number(
      again.sql('SELECT last FROM receipt_sequence WHERE local_date = ?').get(TODAY)?.['last'],
    );
    expect(last).toBeGreaterThanOrEqual(SKIPPED_RECEIPT_NUMBERS);
    expect(
      again.sql('SELECT last FROM receipt_sequence WHERE local_date = ?').get(OWED_RECEIPT_NUMBERS),
    ).toEqual({ last: SKIPPED_RECEIPT_NUMBERS });
    again.close();
  });

  it('of another program, or of a newer one, is not damaged and never touched', () => {
    writeFileSync(file(), '');
    const store = open();
    store.sql('PRAGMA user_version = 99').get();
    store.close();
    const refused = openOrRecover({ dataDir, backupDir, clock: new SimulatedClock(), today: TODAY });
    expect(refused).toMatchObject({ ok: false, fault: { code: 'store.schema-unknown' } });
    expect(existsSync(join(dataDir, 'quarantine'))).toBe(false);
  });

  it('whose recovery lost its power is finished by the next start', () => {
    const store = open();
    fill(store, 0, 400);
    store.close();
    const pages = statSync(file()).size / PAGE;
    destroyPages(Math.floor(pages / 2), Math.floor(pages / 2) + 3);
    const first = recovered();
    const rows = rowsOf(first.store, 'outbox');
    first.store.close();
    // As it was between the order and its execution: the recovered file beside the damaged one.
    const quarantine = first.recovery?.quarantine ?? '';
    const work = join(dataDir, 'recovery-in-progress');
    const whole = readFileSync(file());
    rmSync(file());
    writeFileSync(file(), readFileSync(join(quarantine, DATABASE_FILE)));
    rmSync(quarantine, { recursive: true });
    mkdirSync(work);
    writeFileSync(join(work, DATABASE_FILE), whole);
    writeFileSync(join(work, 'quarantine-to'), quarantine);
    const again = recovered();
    expect(again.recovery).toBeNull();
    expect(rowsOf(again.store, 'outbox')).toBe(rows);
    expect(existsSync(join(quarantine, DATABASE_FILE))).toBe(true);
    expect(existsSync(work)).toBe(false);
    again.store.close();
  });
});

describe('a backup', () => {
  it('is read back before it counts, and three are kept', () => {
    const store = open();
    fill(store, 0, 20);
    for (let day = 1; day <= 5; day += 1) {
      expect(backUp(store, backupDir, day * 86_400_000)).toMatchObject({ ok: true });
    }
    expect(readdirSync(backupDir)).toHaveLength(3);
    expect(newestBackup(backupDir)).toContain('1970-01-06');
    store.close();
  });

  it('that was made by a clock years off, ahead or behind, stands in the order in which they were made', () => {
    const store = open();
    const rowsInNewest = (): unknown => {
      const copy = new DatabaseSync(newestBackup(backupDir) ?? '', { readOnly: true });
      try {
        return copy.prepare('SELECT count(*) AS n FROM outbox').get()?.['n'];
      } finally {
        copy.close();
      }
    };
    // What a technician has laid there is neither in the order nor pruned.
    const copies = ['terminal-old.db', 'terminal-2026-11-20.db', 'terminal-2099-13-41T00-00-00-000Z.db'];
    mkdirSync(backupDir, { recursive: true });
    for (const name of copies) writeFileSync(join(backupDir, name), 'a copy');
    const clocks = ['2026-11-20', '2036-11-21', '2036-11-22', '1970-01-01', '2026-11-23', '2026-11-24'];
    for (const [day, clock] of clocks.entries()) {
      fill(store, day * 10, (day + 1) * 10);
      expect(backUp(store, backupDir, Date.parse(clock))).toMatchObject({ ok: true });
      expect(rowsInNewest()).toBe((day + 1) * 10);
    }
    expect(readdirSync(backupDir)).toHaveLength(3 + copies.length);
    expect(readdirSync(backupDir)).toEqual(expect.arrayContaining(copies));
    store.close();
  });

  it('of a terminal that shares its folder with another is neither pruned nor restored by that one', () => {
    const folderOf = (id: string): string =>
      backupFolderOf({
        storage: { backupDir, reserveMb: 200 },
        terminal: { id, region: '999901', station: '001', number: '01' },
      }) ?? '';
    const store = open();
    fill(store, 0, 20);
    const theirs = folderOf('999901-001-02');
    expect(backUp(store, theirs, 1)).toMatchObject({ ok: true });
    for (let day = 1; day <= 4; day += 1)
      expect(backUp(store, folderOf('999901-001-01'), day * 86_400_000)).toMatchObject({ ok: true });
    expect(backUpAlone(store, folderOf('999901-001-01'), 5 * 86_400_000)).toMatchObject({ ok: true });
    expect(readdirSync(theirs)).toHaveLength(1);
    expect(newestBackup(theirs)).toContain('1970-01-01');
    expect(newestBackup(folderOf('999901-001-03'))).toBeNull();
    store.close();
  });

  it('that cannot be written leaves the older one, and says so', () => {
    const store = open();
    fill(store, 0, 20);
    expect(backUp(store, backupDir, 1)).toMatchObject({ ok: true });
    writeFileSync(join(dataDir, 'no-folder'), '');
    expect(backUp(store, join(dataDir, 'no-folder'), 2)).toMatchObject({
      ok: false,
      fault: { code: 'store.failed' },
    });
    expect(newestBackup(backupDir)).not.toBeNull();
    store.close();
  });
});
