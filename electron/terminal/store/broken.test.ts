import { closeSync, cpSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { expectValue } from '../../../tests/support/expect-value.ts';
import { createAudit } from '../audit/audit.ts';
import { StoreBroken } from './crash-only.ts';
import { openOrRecover } from './recovery.ts';
import { DATABASE_FILE, openStore, type Store } from './store.ts';

const PAGE_BYTES = 4096;
/** More than SQLite keeps in memory (2 MB), so that it reads from the file again. */
const ROWS = 30_000;

let folder: string;
let dataDir: string;
let store: Store;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yizhan-broken-'));
  dataDir = join(folder, 'data');
  store = expectValue(openStore(dataDir));
  const audit = createAudit(store, new SimulatedClock());
  store.transaction(() => {
    for (let row = 0; row < ROWS; row += 1) {
      audit.write({
        event: 'terminal.started',
        actor: 'terminal',
        subject: null,
        disposition: 'success',
        detail: 'x'.repeat(80),
      });
    }
  });
  store.truncateLog();
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

const countAll = () => store.sql('SELECT count(*) AS n FROM audit WHERE detail <> ?').get('');

/** As a bad block does, under the running terminal. */
function spoilTheMiddle(): void {
  const file = join(dataDir, DATABASE_FILE);
  const pages = Math.floor(statSync(file).size / PAGE_BYTES);
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.alloc(PAGE_BYTES, 0xa5), 0, PAGE_BYTES, PAGE_BYTES * Math.floor(pages / 2));
  closeSync(handle);
}

it('a store that broke removes no file: a commit that failed may be there at the next start, and name it', () => {
  const written = store.files.write([Buffer.from('sealed')]);
  if (!written.ok) throw new Error(written.fault.code);
  spoilTheMiddle();
  expect(countAll).toThrow();
  store.files.remove(written.value);
  expect(store.files.names()).toEqual(written.value);
});

it('a store that is damaged while it runs says so once, and answers with that fault from then on', () => {
  const told: string[] = [];
  store.onBroken(({ code }) => told.push(code));
  spoilTheMiddle();
  expect(countAll).toThrow();
  expect(told).toEqual(['store.corrupt']);

  expect(countAll).toThrow(StoreBroken);
  expect(() => store.sql('SELECT 1')).toThrow(StoreBroken);
  expect(store.transaction(() => 1)).toMatchObject({ ok: false, fault: { code: 'store.corrupt' } });
  expect(store.copyInto(join(folder, 'copy.db'))).toMatchObject({
    ok: false,
    fault: { code: 'store.corrupt' },
  });
  expect(store.truncateLog()).toMatchObject({ ok: false, fault: { code: 'store.corrupt' } });
  const size = statSync(join(dataDir, DATABASE_FILE)).size;
  store.close();
  expect(statSync(join(dataDir, DATABASE_FILE)).size).toBe(size);
  expect(told).toHaveLength(1);
  const late: string[] = [];
  store.onBroken(({ code }) => late.push(code));
  expect(late).toEqual(['store.corrupt']);
});

it('and the next start puts it aside and begins with what can be read', () => {
  spoilTheMiddle();
  expect(countAll).toThrow();
  // What the next process finds: this one's lock ends only with it.
  const found = join(folder, 'found');
  cpSync(dataDir, found, { recursive: true });
  const opened = openOrRecover({
    dataDir: found,
    backupDir: null,
    clock: new SimulatedClock(),
    today: '2026-11-21',
  });
  if (!opened.ok) throw new Error(opened.fault.detail);
  expect(opened.value.recovery?.fromFile?.gaps).toBeGreaterThan(0);
  const kept = Number(opened.value.store.sql('SELECT count(*) AS n FROM audit').get()?.['n']);
  expect(kept).toBeGreaterThan(ROWS * 0.9);
  opened.value.store.close();
});

it('a full disk breaks nothing: what comes is refused, and taken again when there is room', () => {
  const told: string[] = [];
  store.onBroken(({ code }) => told.push(code));
  const pages = Number(store.sql('PRAGMA page_count').get()?.['page_count']);
  store.sql(`PRAGMA max_page_count = ${pages}`).get();
  const grow = () =>
    store.transaction(() => {
      store.sql('INSERT INTO receipt_sequence (local_date, last) VALUES (?, 1)').run('y'.repeat(50_000));
    });
  expect(grow()).toMatchObject({ ok: false, fault: { code: 'store.full' } });
  store.sql('PRAGMA max_page_count = 1000000').get();
  expect(grow()).toMatchObject({ ok: true });
  expect(told).toEqual([]);
});
