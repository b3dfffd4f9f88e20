import { randomBytes } from 'node:crypto';
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { expectValue } from '../../../tests/support/expect-value.ts';
import {
  createOutboxAttachments,
  type GivenAttachment,
  type OutboxAttachments,
} from '../outbox/attachments.ts';
import { MAX_ATTACHMENT_BYTES, MAX_ATTACHMENTS } from '#contract/attachment.ts';
import { sweepAttachments } from './attachment-care.ts';
import { nameOf } from './attachment-files.ts';
import { backUp } from './backup.ts';
import { openKeyRing, type KeyRing } from './key-ring.ts';
import { openOrRecover } from './recovery.ts';
import { openStore, type Store } from './store.ts';

let dataDir: string;
let backupDir: string;
let store: Store;
let ring: KeyRing;
let attachments: OutboxAttachments;
const clock = new SimulatedClock();
const masterKey = randomBytes(32);

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'yizhan-attachments-'));
  backupDir = join(dataDir, 'second-disk');
  open();
});
afterEach(() => {
  store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

function open(): void {
  const opened = openStore(dataDir);
  if (!opened.ok) throw new Error(opened.fault.detail);
  use(opened.value);
}

function use(opened: Store): void {
  store = opened;
  ring = expectValue(openKeyRing({ store, masterKey, suite: 'aes-256-gcm', randomBytes, clock }));
  attachments = createOutboxAttachments(store, ring.sealer);
}

const folder = () => join(dataDir, 'attachments');
const files = (in_: string) => readdirSync(in_).toSorted();
const namedFiles = () =>
  store
    .sql('SELECT file_name FROM attachment ORDER BY file_name')
    .all()
    .map((row) => String(row['file_name']));

function picture(text: string): GivenAttachment {
  return {
    subject: { kind: 'paper', paperId: 'household-book', page: 1 },
    mediaType: 'image/jpeg',
    bytes: Buffer.from(text),
  };
}

/** As the intake does it: files, then one transaction. Gives the hashes. */
function receive(id: string, ...given: readonly GivenAttachment[]): string[] {
  const prepared = attachments.prepare(id, given);
  if (!prepared.ok) throw new Error(prepared.fault.code);
  const stored = store.transaction(() => {
    store
      .sql(
        `INSERT INTO application (application_id, receipt_no, item_slug, item_version, identity_source, received_at_ms, received_on)
         VALUES (?, ?, 'item', '1', 'card', 1, '')`,
      )
      .run(id, id);
    attachments.add(id, prepared.value);
  });
  if (!stored.ok) throw new Error(stored.fault.detail);
  return prepared.value.described.map(({ sha256 }) => sha256);
}

function textOf(id: string, sha256: string): string | null {
  const opened = attachments.open(id, sha256);
  return opened.ok ? Buffer.from(opened.value).toString() : null;
}

function resealAll(): { moved: number; stuck: number } {
  const total = { moved: 0, stuck: 0 };
  for (;;) {
    const step = ring.reseal(50);
    if (!step.ok) throw new Error(step.fault.code);
    total.moved += step.value.moved;
    total.stuck += step.value.stuck;
    if (step.value.done) return total;
  }
}

describe('an attachment', () => {
  it('lies sealed in a file for its user only, named by its own hash, and opens again after a restart', () => {
    const [sha256 = ''] = receive('a', picture('a planted sentence'));
    const [name = ''] = files(folder());
    const bytes = readFileSync(join(folder(), name));
    expect(name).toBe(nameOf(bytes));
    expect(bytes.includes('planted')).toBe(false);
    expect(statSync(join(folder(), name)).mode & 0o777).toBe(0o600);
    store.close();
    open();
    expect(textOf('a', sha256)).toBe('a planted sentence');
  });

  it('that is given twice is one file', () => {
    const hashes = receive('a', picture('same'), picture('same'));
    expect(new Set(hashes).size).toBe(1);
    expect(files(folder())).toHaveLength(1);
  });

  it('does not open under another application', () => {
    const [sha256 = ''] = receive('a', picture('mine'));
    receive('b');
    store.sql("UPDATE attachment SET application_id = 'b'").run();
    expect(attachments.open('b', sha256)).toMatchObject({
      ok: false,
      fault: { code: 'store.attachment-gone' },
    });
  });

  it.each<[string, (file: string) => void]>([
    ['is gone', (file) => rmSync(file)],
    ['was cut short', (file) => writeFileSync(file, readFileSync(file).subarray(0, 20))],
    ['has grown', (file) => appendFileSync(file, 'x')],
    ['is a folder', (file) => (rmSync(file), mkdirSync(file))],
    ['is far too large', (file) => writeFileSync(file, Buffer.alloc(MAX_ATTACHMENT_BYTES + 2000))],
  ])('whose file %s is named so', (_what, harm) => {
    const [sha256 = ''] = receive('a', picture('mine'));
    harm(join(folder(), namedFiles()[0] ?? ''));
    expect(attachments.open('a', sha256)).toMatchObject({
      ok: false,
      fault: { code: 'store.attachment-gone' },
    });
  });

  it.each<[string, readonly GivenAttachment[]]>([
    ['of nothing', [picture('')]],
    ['over the limit', [{ ...picture(''), bytes: Buffer.alloc(MAX_ATTACHMENT_BYTES + 1) }]],
    ['too many', Array.from({ length: MAX_ATTACHMENTS + 1 }, (_, index) => picture(`page ${index}`))],
    [
      'too large together',
      Array.from({ length: 9 }, () => ({ ...picture(''), bytes: randomBytes(MAX_ATTACHMENT_BYTES) })),
    ],
  ])('%s is refused before anything is written', (_what, given) => {
    expect(attachments.prepare('a', given)).toMatchObject({
      ok: false,
      fault: { code: 'intake.attachments-refused' },
    });
    expect(files(folder())).toEqual([]);
  });

  it('that cannot be written leaves nothing behind, also not those before it', () => {
    // Two files of which the second cannot be made: what stands in its way is a folder of its name.
    const sealed = [Buffer.from('one'), Buffer.from('two')];
    mkdirSync(join(folder(), nameOf(Buffer.from('two')), 'in-the-way'), { recursive: true });
    expect(store.files.write(sealed)).toMatchObject({ ok: false, fault: { code: 'store.failed' } });
    expect(files(folder())).toEqual([nameOf(Buffer.from('two'))]);
  });
});

describe('the sweep', () => {
  it('removes what no row names, and half-written files, and nothing else', () => {
    const [sha256 = ''] = receive('a', picture('named'));
    // A kill between the files and the transaction, and one in the middle of a file.
    expect(attachments.prepare('b', [picture('orphan')]).ok).toBe(true);
    writeFileSync(join(folder(), `${'0'.repeat(64)}.new`), 'half');
    expect(sweepAttachments(store)).toBe(2);
    expect(files(folder())).toEqual(namedFiles());
    expect(textOf('a', sha256)).toBe('named');
  });

  it('leaves files alone beside a database in which nobody ever applied', () => {
    expect(attachments.prepare('a', [picture('of another database')]).ok).toBe(true);
    expect(sweepAttachments(store)).toBe(0);
    expect(files(folder())).toHaveLength(1);
  });
});

describe('a rotation of keys', () => {
  it('moves the files as well, opens each at every step, and destroys the old key only then', () => {
    const hashes = Array.from({ length: 5 }, (_, index) => receive(`a${index}`, picture(`page ${index}`))[0]);
    const before = files(folder());
    ring.rotate();
    for (;;) {
      const step = ring.reseal(50);
      if (!step.ok) throw new Error(step.fault.code);
      // As after a kill: no row names a file that is not there.
      for (const [index, sha256] of hashes.entries())
        expect(textOf(`a${index}`, sha256 ?? '')).toBe(`page ${index}`);
      if (step.value.done) break;
      expect(store.sql('SELECT count(*) AS n FROM data_key').get()).toEqual({ n: 2 });
    }
    expect(ring.retire()).toEqual({ ok: true, value: ['k1'] });
    expect(files(folder())).toEqual(namedFiles());
    expect(files(folder()).some((name) => before.includes(name))).toBe(false);
    expect(store.sql('SELECT DISTINCT key_id FROM attachment').all()).toEqual([{ key_id: 'k2' }]);
  });

  it('leaves a file that does not read with its key, and the key with the file', () => {
    receive('a', picture('gone'));
    receive('b', picture('whole'));
    rmSync(
      join(
        folder(),
        String(store.sql("SELECT file_name FROM attachment WHERE application_id = 'a'").get()?.['file_name']),
      ),
    );
    ring.rotate();
    expect(resealAll()).toEqual({ moved: 1, stuck: 1 });
    expect(ring.retire()).toEqual({ ok: true, value: [] });
  });
});

describe('a backup', () => {
  it('has every file that it names, copies each once, and loses what no backup names any more', () => {
    receive('a', picture('first'));
    const [first = ''] = namedFiles();
    expect(backUp(store, backupDir, 1)).toMatchObject({ ok: true });
    const copy = join(backupDir, 'attachments', first);
    const written = statSync(copy).mtimeMs;
    const second = receive('b', picture('second'));
    expect(second).toHaveLength(1);
    store.sql("DELETE FROM attachment WHERE application_id = 'a'").run();
    for (const day of [2, 3]) expect(backUp(store, backupDir, day * 86_400_000)).toMatchObject({ ok: true });
    expect(statSync(copy).mtimeMs).toBe(written);
    // The third one pushes the first out, and with it the last that names the file.
    expect(backUp(store, backupDir, 4 * 86_400_000)).toMatchObject({ ok: true });
    expect(files(join(backupDir, 'attachments'))).toEqual(namedFiles());
  });

  it('gives rows and files back when the disk lost both, and says which are nowhere', () => {
    const [kept = ''] = receive('kept', picture('kept'));
    expect(backUp(store, backupDir, 1)).toMatchObject({ ok: true });
    receive('newer', picture('newer'));
    const [orphan = ''] = files(folder()).filter(
      (name) =>
        name !==
        store.sql("SELECT file_name AS f FROM attachment WHERE application_id = 'kept'").get()?.['f'],
    );
    store.close();
    writeFileSync(join(dataDir, 'terminal.db'), Buffer.alloc(40_960, 0xa5));
    for (const side of ['-wal', '-shm']) rmSync(join(dataDir, `terminal.db${side}`), { force: true });
    for (const name of files(folder())) if (name !== orphan) rmSync(join(folder(), name));
    const opened = openOrRecover({ dataDir, backupDir, clock, today: '2026-11-21' });
    if (!opened.ok) throw new Error(opened.fault.detail);
    use(opened.value.store);
    expect(opened.value.recovery?.attachmentsLacking).toBe(0);
    expect(textOf('kept', kept)).toBe('kept');
    // What the lost rows named is not swept: it lies with the damaged database.
    expect(sweepAttachments(store)).toBe(0);
    expect(existsSync(join(opened.value.recovery?.quarantine ?? '', 'attachments', orphan))).toBe(true);
  });

  it('gives a lost file back also when the recovery itself lost its power, and nothing is swept', () => {
    const [kept = ''] = receive('kept', picture('kept'));
    expect(backUp(store, backupDir, 1)).toMatchObject({ ok: true });
    const [file = ''] = namedFiles();
    const prepared = attachments.prepare('lost', [picture('of a row that is lost')]);
    if (!prepared.ok) throw new Error(prepared.fault.code);
    store.close();
    rmSync(join(folder(), file));
    // As it was when the new database was in its place, and the work not yet ended.
    const quarantine = join(dataDir, 'quarantine', 'then');
    const work = join(dataDir, 'recovery-in-progress');
    mkdirSync(work);
    writeFileSync(join(work, 'quarantine-to'), quarantine);
    const opened = openOrRecover({ dataDir, backupDir, clock, today: '2026-11-21' });
    if (!opened.ok) throw new Error(opened.fault.detail);
    use(opened.value.store);
    expect(textOf('kept', kept)).toBe('kept');
    expect(files(join(quarantine, 'attachments'))).toEqual(
      prepared.value.files.map(({ fileName }) => fileName),
    );
    expect(existsSync(work)).toBe(false);
  });

  it('of a release before there were attachments still counts as one', () => {
    receive('a');
    store.sql('DROP TABLE attachment').run();
    const older = join(dataDir, 'older.db');
    expect(store.copyInto(older)).toMatchObject({ ok: true });
    store.close();
    rmSync(join(dataDir, 'terminal.db'));
    mkdirSync(backupDir);
    writeFileSync(join(backupDir, 'terminal-1970-01-01T00-00-00-000Z.db'), readFileSync(older));
    open();
    expect(backUp(store, backupDir, 86_400_000)).toMatchObject({ ok: true });
  });
});
