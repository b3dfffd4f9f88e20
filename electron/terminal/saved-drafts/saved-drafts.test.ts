import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Clock } from '#contract/ports.ts';
import { newDataDir, removeDataDir } from '../../../tests/support/terminal-under-test.ts';
import { createAudit } from '../audit/audit.ts';
import { backUp } from '../store/backup.ts';
import { openKeyRing, type KeyRing } from '../store/key-ring.ts';
import { openStore, type Store } from '../store/store.ts';
import { suites } from '../store/suites.ts';
import { systemRandomBytes } from '../system-ports.ts';
import { createSavedDrafts, savedDraftTimes, type SavedDrafts } from './saved-drafts.ts';

const WANG = '999901199002140036';
const LI = '999901198808060022';
const MADE_MS = Date.parse('2026-11-01T00:00:00Z');
const permit = { slug: 'residence-permit', version: '1' };
const answers = { mobile: '13800005678', landlord: '赵明', signatureless: 'yes' };
const planted = [WANG, '13800005678', '赵明'];

let dataDir: string;
let store: Store;
let ring: KeyRing;
let drafts: SavedDrafts;
let nowMs: number;
/** By the platform. */
let isSaidWrong: boolean;
const masterKey = systemRandomBytes(32);

/** Delays are not waited for here. */
const clock = { now: () => nowMs } as Clock;

beforeEach(() => {
  dataDir = newDataDir();
  nowMs = Date.parse('2026-11-21T09:30:00Z');
  isSaidWrong = false;
  open();
});
afterEach(() => {
  store.close();
  removeDataDir(dataDir);
});

function open(): void {
  store = value(openStore(dataDir));
  ring = value(
    openKeyRing({ store, masterKey, suite: 'aes-256-gcm', randomBytes: systemRandomBytes, clock }),
  );
  const suite = suites['aes-256-gcm'];
  drafts = createSavedDrafts({
    store,
    sealer: ring.sealer,
    audit: createAudit(store, clock),
    clock,
    isDateWrong: () => nowMs < MADE_MS || isSaidWrong,
    newUuid: () => crypto.randomUUID(),
    ownerTagOf: (number) => suite.derive(suite.derive(masterKey, 'owner'), number),
  });
}

function value<T>(result: { ok: true; value: T } | { ok: false; fault: { code: string } }): T {
  if (!result.ok) throw new Error(result.fault.code);
  return result.value;
}

const save = (personNumber = WANG, more: Record<string, string> = {}) =>
  value(drafts.save({ personNumber, item: permit, answers: { ...answers, ...more } }));
const count = () => Number(store.sql('SELECT count(*) AS n FROM saved_draft').get()?.['n']);
const rows = (sql: string) => store.sql(sql).all();

function expectNowhere(values: readonly string[]): void {
  const files = readdirSync(dataDir, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  expect(files.length).toBeGreaterThan(1);
  for (const { parentPath, name } of files) {
    const bytes = readFileSync(join(parentPath, name));
    for (const text of values) {
      expect(bytes.includes(Buffer.from(text, 'utf8')), `${text} in ${name}`).toBe(false);
      expect(bytes.includes(Buffer.from(text, 'utf16le')), `${text} in ${name}`).toBe(false);
    }
  }
}

it('a draft is found by whom it is of, for the item that it is of, after a restart too', () => {
  const { savedAtMs, eraseAtMs } = save();
  expect(eraseAtMs - savedAtMs).toBe(24 * 3_600_000);
  store.close();
  open();
  expect(drafts.find(WANG, permit)).toEqual({ savedAtMs, eraseAtMs, answers });
  expect(drafts.find(LI, permit)).toBeNull();
  expect(drafts.find(WANG, { ...permit, slug: 'newborn-one-thing' })).toBeNull();
});

it('of one person and item the newest is there, and of two people each his own', () => {
  save();
  save(WANG, { landlord: '钱多' });
  save(LI, { landlord: '孙亮' });
  expect(count()).toBe(2);
  expect(drafts.find(WANG, permit)?.answers['landlord']).toBe('钱多');
  expect(drafts.find(LI, permit)?.answers['landlord']).toBe('孙亮');
});

it('one that was filled in by another version of the form is not gone on with', () => {
  save();
  expect(drafts.find(WANG, { ...permit, version: '2' })).toBeNull();
});

it('after its day it is not found, and is erased with its trace in the log of the database', () => {
  save();
  nowMs += savedDraftTimes.keptForMs - 1;
  expect(value(drafts.eraseOld())).toBe(0);
  expect(drafts.find(WANG, permit)).not.toBeNull();
  const [row] = rows('SELECT sealed_body FROM saved_draft');
  const sealed = Buffer.from(row?.['sealed_body'] as Uint8Array); // of the schema
  nowMs += 1;
  expect(drafts.find(WANG, permit)).toBeNull();
  expect(value(drafts.eraseOld())).toBe(1);
  expect(count()).toBe(0);
  for (const name of ['terminal.db', 'terminal.db-wal']) {
    expect(readFileSync(join(dataDir, name)).includes(sealed.subarray(0, 64)), name).toBe(false);
  }
});

it('a clock that was set back does not keep it for longer', () => {
  save();
  nowMs -= savedDraftTimes.clockSlackMs + 1;
  expect(drafts.find(WANG, permit)).toBeNull();
  expect(value(drafts.eraseOld())).toBe(1);
});

it.each(['refused', 'submitted'] as const)(
  'one that was %s is gone at once, and nobody else’s',
  (because) => {
    save();
    save(LI);
    value(drafts.erase(WANG, permit.slug, because));
    expect(drafts.find(WANG, permit)).toBeNull();
    expect(drafts.find(LI, permit)).not.toBeNull();
    const erased = rows("SELECT disposition, detail, subject FROM audit WHERE event = 'draft.erased'");
    expect(erased).toEqual([{ disposition: because, detail: permit.slug, subject: null }]);
    // Where there is none, nothing happens and nothing is written.
    value(drafts.erase(WANG, permit.slug, because));
    expect(rows("SELECT 1 FROM audit WHERE event = 'draft.erased'")).toHaveLength(1);
  },
);

it('neither whose it is nor what stands in it is on the disk in clear, nor the number’s plain hash', () => {
  save();
  expectNowhere(planted);
  const [row] = rows('SELECT owner_tag FROM saved_draft');
  const tag = Buffer.from(row?.['owner_tag'] as Uint8Array); // of the schema
  expect(tag).toHaveLength(32);
  // Another terminal's key gives another tag: who has the database alone cannot try all numbers.
  const suite = suites['aes-256-gcm'];
  const other = suite.derive(suite.derive(systemRandomBytes(32), 'owner'), WANG);
  expect(tag.equals(Buffer.from(other))).toBe(false);
});

it('it moves to the new data key with everything else', () => {
  save();
  value(ring.rotate());
  for (let done = false; !done;) done = value(ring.reseal(5)).done;
  expect(value(ring.retire())).toEqual(['k1']);
  expect(drafts.find(WANG, permit)?.answers).toEqual(answers);
});

it('it is in no backup, which stays for longer than a day', () => {
  save();
  const folder = join(dataDir, 'second-disk');
  mkdirSync(folder);
  const file = value(backUp(store, folder, nowMs));
  const copy = new DatabaseSync(file, { readOnly: true });
  expect(copy.prepare('SELECT count(*) AS n FROM saved_draft').get()).toEqual({ n: 0 });
  copy.close();
  const [row] = rows('SELECT sealed_body FROM saved_draft');
  const sealed = Buffer.from(row?.['sealed_body'] as Uint8Array); // of the schema
  for (const name of readdirSync(folder)) {
    expect(readFileSync(join(folder, name)).includes(sealed.subarray(0, 64)), name).toBe(false);
  }
});

it('a clock of which the platform has said that it is years ahead erases nobody’s draft', () => {
  const rightMs = nowMs;
  save();
  nowMs += 10 * 365 * 24 * 3_600_000;
  isSaidWrong = true;
  expect(drafts.eraseOld()).toMatchObject({ ok: true, value: 0 });
  nowMs = rightMs;
  isSaidWrong = false;
  expect(drafts.find(WANG, permit)?.answers).toEqual(answers);
});

it('a start with an empty battery, in 1970, erases nobody’s draft; with a clock that may be right, what is from the future goes', () => {
  const rightMs = nowMs;
  save();
  nowMs = 60_000;
  expect(drafts.eraseOld()).toMatchObject({ ok: true, value: 0 });
  expect(drafts.find(WANG, permit)).toBeNull();
  nowMs = rightMs;
  expect(drafts.find(WANG, permit)?.answers).toEqual(answers);
  nowMs = MADE_MS;
  expect(drafts.eraseOld()).toMatchObject({ ok: true, value: 1 });
});
