import { closeSync, existsSync, fsyncSync, openSync, renameSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { fault } from '#contract/fault.ts';
import { err, ok } from '#contract/result.ts';
import type { GivenAttachment } from '#terminal/outbox/attachments.ts';
import type { PlatformClient } from '#terminal/outbox/platform-client.ts';
import { backUp } from '#terminal/store/backup.ts';
import { StoreBroken } from '#terminal/store/crash-only.ts';
import { makeFolder, syncPath } from '#terminal/store/durable-file.ts';
import { keyFilePath, openKeyFile } from '#terminal/store/key-file.ts';
import { openOrRecover } from '#terminal/store/recovery.ts';
import { systemClock, systemRandom, systemRandomBytes } from '#terminal/system-ports.ts';
import {
  coreConfig,
  coreItem,
  rotateKey,
  startTerminalCore,
  submitTo,
  type TerminalCore,
} from '../support/terminal-core.ts';
import type { Mark } from './marks.ts';
import type { PlantedBug } from './planted-bugs.ts';
import { backupDirOf, dataDirOf, today } from './station.ts';

export interface Life {
  /** The folder below which everything lies; it may hold an earlier life. */
  readonly root: string;
  /** How often the terminal starts, works and is closed. */
  readonly days: number;
  readonly bug: PlantedBug;
  /** Told of each promise at the moment when it is made. */
  readonly mark: (mark: Mark) => void;
}

/** `broken`: the disk under the store failed; `refused`: the terminal could not start. */
export type LifeEnd = 'evening' | 'broken' | 'refused';

/** Ends a life early, from wherever it is. */
class Over extends Error {
  readonly end: LifeEnd;

  constructor(end: LifeEnd) {
    super(end);
    this.end = end;
  }
}

const config = coreConfig(1);
const item = coreItem();

/**
 * The life of a terminal in a second, for being recorded and for having its disk fail: first start, migrations,
 * applications, slips, acknowledgements, a rotation of keys, checkpoints, an erasure, a backup, a good end.
 */
export async function live(life: Life): Promise<LifeEnd> {
  try {
    for (let day = 0; day < life.days; day += 1) await liveOneDay(life, day);
    return 'evening';
  } catch (error) {
    if (error instanceof Over) return error.end;
    // Thrown where the terminal has no answer to give: it ends there, too.
    if (error instanceof StoreBroken) return 'broken';
    throw error;
  }
}

async function liveOneDay(life: Life, day: number): Promise<void> {
  const { mark } = life;
  mark(['chapter', `start-${day}`]);
  const core = start(life);
  let isBroken = false;
  core.store.onBroken((why) => {
    isBroken = true;
    mark(['broken', why.code]);
  });
  if (life.bug === 'synchronous-normal') core.store.sql('PRAGMA synchronous = NORMAL').get();
  try {
    for (const work of hours) {
      await work(core, life);
      if (!isBroken) continue;
      const late = await submitTo(core, item, core.newId(), 'note');
      mark(['late', late.ok ? 'confirmed' : late.fault.code]);
      throw new Over('broken');
    }
  } finally {
    await core.forwarder.stop();
  }
  mark(['chapter', `close-${day}`]);
  core.store.close();
}

function start({ root, bug, mark }: Life): TerminalCore {
  const dataDir = dataDirOf(root);
  const masterKey = bug.startsWith('key-')
    ? carelessKey(dataDir, bug)
    : openKeyFile(dataDir, systemRandomBytes);
  if (!masterKey.ok) return refuse(mark, masterKey.fault.code);
  const open = (): TerminalCore =>
    startTerminalCore({
      dataDir,
      config,
      masterKey: masterKey.value,
      clock: systemClock,
      random: systemRandom,
      randomBytes: systemRandomBytes,
      client: platform(mark),
      payloadRetentionMs: 0,
      backoff: { baseMs: 1, capMs: 2 },
      bend: (outbox) => ({
        ...outbox,
        acknowledge: (row, acknowledgement) => {
          const noted = outbox.acknowledge(row, acknowledgement);
          if (noted.ok) mark(['settled', row.applicationId]);
          return noted;
        },
      }),
    });
  try {
    return open();
  } catch (error) {
    const code = error instanceof Error ? (error.message.split(':')[0] ?? '') : 'unknown';
    if (code !== 'store.corrupt') return refuse(mark, code);
  }
  // Only then: closing it again moves the log into the database, and a log that is left over is what some tests want.
  const backupDir = backupDirOf(root);
  const recovered = openOrRecover({ dataDir, backupDir, clock: systemClock, today: today() });
  if (!recovered.ok) return refuse(mark, recovered.fault.code);
  recovered.value.store.close();
  return open();
}

function refuse(mark: Life['mark'], code: string): never {
  mark(['refused', code]);
  throw new Over('refused');
}

type Hour = (core: TerminalCore, life: Life) => void | Promise<void>;

const chapter =
  (name: string): Hour =>
  (_, { mark }) => {
    mark(['chapter', name]);
  };

const hours: readonly Hour[] = [
  submit,
  submit,
  print,
  delivered,
  chapter('rotation'),
  submit,
  (core) => rotateKey(core.ring),
  chapter('checkpoint'),
  // A log that was moved into the database whole is written over from its beginning by the next commit.
  (core, life) => {
    step(life, () => core.store.sql('PRAGMA wal_checkpoint(PASSIVE)').get());
  },
  submit,
  print,
  chapter('erasure'),
  delivered,
  erase,
  submit,
  chapter('log-cut'),
  cutLog,
  submit,
  chapter('backup'),
  makeBackup,
  submit,
  chapter('evening'),
  print,
];

async function submit(core: TerminalCore, { bug, mark }: Life): Promise<void> {
  const applicationId = core.newId();
  if (bug === 'confirm-before-commit') mark(['received', applicationId, 'early']);
  const received = await submitTo(core, item, applicationId, 'note', [signature()]);
  if (bug === 'confirm-before-commit') return;
  if (received.ok) mark(['received', applicationId, received.value.receiptNo]);
  else mark(['refused', received.fault.code]);
}

function signature(): GivenAttachment {
  return { subject: { kind: 'signature' }, mediaType: 'image/png', bytes: systemRandomBytes(1_500) };
}

function print(core: TerminalCore, { mark }: Life): void {
  const job = core.printJobs.takeNext();
  if (!job.ok) mark(['refused', job.fault.code]);
  else if (job.value !== null)
    core.printJobs.end(job.value.jobId, { end: 'printed', proof: 'in-order-status' });
}

function erase(core: TerminalCore, life: Life): void {
  const erased = core.outbox.erase();
  if (!erased.ok) {
    life.mark(['refused', erased.fault.code]);
    return;
  }
  step(life, () => {
    const rows = core.store.sql('SELECT application_id FROM outbox WHERE sealed_submission IS NULL').all();
    for (const row of rows) life.mark(['erased', String(row['application_id'])]);
  });
}

function cutLog(core: TerminalCore, { mark }: Life): void {
  const cut = core.store.truncateLog();
  if (!cut.ok) mark(['refused', cut.fault.code]);
}

function makeBackup(core: TerminalCore, { root, mark }: Life): void {
  const made = backUp(core.store, backupDirOf(root), systemClock.now());
  if (made.ok) mark(['backed-up', made.value.slice(root.length + 1)]);
  else mark(['refused', made.fault.code]);
}

/** Until the forwarder has nothing left, or for so many turns of the loop: a failing disk may never let it. */
async function delivered(core: TerminalCore, life: Life): Promise<void> {
  for (let turn = 0; turn < 100; turn += 1) {
    const waiting = step(life, () => core.outbox.counts().waiting);
    if (waiting === 0 || waiting === null) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 1);
    });
  }
}

/** A read of our own, which throws where the terminal's would. */
function step<T>({ mark }: Life, work: () => T): T | null {
  try {
    return work();
  } catch {
    mark(['refused', 'store.failed']);
    return null;
  }
}

/** Stores everything, and nothing else is asked of it here. */
function platform(mark: Life['mark']): PlatformClient {
  const submitted: PlatformClient['submit'] = (key, submission) => {
    mark(['accepted', key.applicationId]);
    return Promise.resolve(
      ok({
        applicationId: key.applicationId,
        revision: key.revision,
        caseNo: `BJ20261121${key.applicationId.slice(-8)}`,
        status: '02',
        receivedAt: '2026-11-21T00:00:00Z',
        payloadSha256: submission.payloadSha256,
      }),
    );
  };
  const appended: PlatformClient['appendAttachment'] = (_, { byteCount }) =>
    Promise.resolve(ok({ receivedBytes: byteCount, isComplete: true }));
  const nothingYet: PlatformClient['attachmentStatus'] = () =>
    Promise.resolve(ok({ receivedBytes: 0, isComplete: false }));
  const answers = { submit: submitted, appendAttachment: appended, attachmentStatus: nothingYet };
  const others = () => Promise.resolve(err(fault('platform.unreachable')));
  // The rest of the client, whatever it has: this platform answers submissions only.
  return new Proxy({} as PlatformClient, {
    get: (_, name) => Object.entries(answers).find(([call]) => call === name)?.[1] ?? others,
  });
}

/** The planted ways of making a key: without its bytes, or without its name, on the disk. */
function carelessKey(dataDir: string, bug: PlantedBug): ReturnType<typeof openKeyFile> {
  const file = keyFilePath(dataDir);
  if (existsSync(file)) return openKeyFile(dataDir, systemRandomBytes);
  const key = systemRandomBytes(32);
  makeFolder(dirname(file));
  const handle = openSync(`${file}.new`, 'wx', 0o600);
  writeSync(handle, key);
  if (bug !== 'key-file-not-synced') fsyncSync(handle);
  closeSync(handle);
  renameSync(`${file}.new`, file);
  if (bug !== 'key-folder-not-synced') syncPath(dirname(file));
  return ok(key);
}
