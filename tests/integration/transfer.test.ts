import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TerminalConfig } from '#config/schema.ts';
import { fault } from '#contract/fault.ts';
import type { Result } from '#contract/result.ts';
import { err } from '#contract/result.ts';
import { openOffline, type OfflineOutbox } from '#terminal/outbox/offline.ts';
import type { PlatformClient } from '#terminal/outbox/platform-client.ts';
import type { ExportReport } from '#terminal/outbox/transfer/export-rows.ts';
import { systemClock, systemRandom, systemRandomBytes } from '#terminal/system-ports.ts';
import { VirtualPlatform } from '../property/forwarding/virtual-platform.ts';
import {
  coreConfig,
  coreItem,
  startTerminalCore,
  submitTo,
  type TerminalCore,
} from '../support/terminal-core.ts';

const KEY = new Uint8Array(32).fill(1);
const DAY_MS = 86_400_000;
const item = coreItem();

let folder: string;
let platform: VirtualPlatform;
let cores: TerminalCore[];
/** Receipt numbers that residents hold. */
let receipts: string[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yizhan-transfer-'));
  platform = new VirtualPlatform();
  cores = [];
  receipts = [];
});
afterEach(async () => {
  for (const core of cores) await stop(core);
  rmSync(folder, { recursive: true, force: true });
});

const dataOf = (number: number): string => join(folder, `t${number}`);
const file = (): string => join(folder, 'moved.yztf');

function configOf(number: number): TerminalConfig {
  const config = coreConfig(number);
  return { ...config, terminal: { ...config.terminal, id: `T-0${number}` } };
}

type Line = Pick<PlatformClient, 'submit' | 'find' | 'attachmentStatus' | 'appendAttachment'>;

const online: Line = {
  attachmentStatus: (key) => Promise.resolve(platform.status(key)),
  appendAttachment: (key, chunk) => Promise.resolve(platform.append(key, chunk)),
  submit: (key, submission) => Promise.resolve(platform.receive(key, submission)),
  find: (key) => Promise.resolve(platform.find(key)),
};
const offline: Line = {
  attachmentStatus: () => Promise.resolve(err(fault('platform.unreachable', 'ECONNREFUSED'))),
  appendAttachment: () => Promise.resolve(err(fault('platform.unreachable', 'ECONNREFUSED'))),
  submit: () => Promise.resolve(err(fault('platform.unreachable', 'ECONNREFUSED'))),
  find: () => Promise.resolve(err(fault('platform.unreachable', 'ECONNREFUSED'))),
};
const refusing: Line = {
  ...offline,
  submit: () =>
    Promise.resolve(
      err({ ...fault('platform.rejected'), refusal: { code: 'BAD_REQUEST', reason: '张建国' } }),
    ),
};

function start(number: number, line: Line): TerminalCore {
  const unused = () => Promise.resolve(err(fault('platform.unreachable')));
  const core = startTerminalCore({
    dataDir: dataOf(number),
    config: configOf(number),
    masterKey: KEY,
    clock: systemClock,
    random: systemRandom,
    randomBytes: systemRandomBytes,
    client: {
      isAlive: unused,
      listItems: unused,
      listChains: unused,
      getRegions: unused,
      getItem: unused,
      reportGuide: unused,
      submitRating: unused,
      refuseReply: unused,
      resolveCode: unused,
      close: () => undefined,
      ...line,
    },
    payloadRetentionMs: 7 * DAY_MS,
    backoff: { baseMs: 1, capMs: 20 },
    bend: (outbox) => outbox,
  });
  cores.push(core);
  return core;
}

async function stop(core: TerminalCore): Promise<void> {
  await core.forwarder.stop();
  core.store.close();
  cores = cores.filter((other) => other !== core);
}

/** A terminal with so many applications that the platform has not got. */
async function terminalWith(number: number, count: number, line = offline): Promise<void> {
  const core = start(number, line);
  for (let n = 0; n < count; n += 1) {
    const received = await submitTo(core, item, core.newId(), `note ${n}`);
    if (!received.ok) throw new Error(received.fault.code);
    receipts.push(received.value.receiptNo);
  }
  await turns();
  await stop(core);
}

/** Lets everything that is due happen. */
async function turns(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}

async function withOutbox<T>(number: number, work: (outbox: OfflineOutbox) => Promise<T> | T): Promise<T> {
  const opened = openOffline({
    config: configOf(number),
    dataDir: dataOf(number),
    masterKey: KEY,
    clock: systemClock,
    randomBytes: systemRandomBytes,
  });
  const outbox = valueOf(opened);
  try {
    return await work(outbox);
  } finally {
    outbox.close();
  }
}

function valueOf<T>(result: Result<T>): T {
  if (!result.ok) throw new Error(`${result.fault.code}: ${result.fault.detail ?? ''}`);
  return result.value;
}

async function exportFrom(
  number: number,
  handOver = false,
  to = file(),
): Promise<ExportReport & { code: string }> {
  let code = '';
  const report = await withOutbox(number, (outbox) =>
    outbox.exportRows({
      file: to,
      handOver,
      actor: 'technician',
      onWritten: (written) => {
        code = written.code;
      },
    }),
  );
  return { ...valueOf(report), code };
}

const importAt = (number: number, code: string, from = file()) =>
  withOutbox(number, (outbox) => outbox.importRows({ file: from, code, actor: 'technician' }));

const countsAt = (number: number) => withOutbox(number, (outbox) => outbox.counts());

/** Runs a terminal beside a platform that answers, until nothing waits. */
async function drain(...numbers: number[]): Promise<void> {
  const running = numbers.map((number) => start(number, online));
  await until(() => running.every((core) => core.outbox.counts().waiting === 0));
  for (const core of running) await stop(core);
}

const casesByReceipt = () => [...platform.cases.values()].map((stored) => stored.receiptNo).sort();

describe('what a terminal could not send', () => {
  it('is sent by another, under its own receipt numbers, once', async () => {
    await terminalWith(1, 5);
    await terminalWith(2, 1);
    const { code, rows } = await exportFrom(1, true);
    expect(rows).toBe(5);
    expect(valueOf(await importAt(2, code))).toMatchObject({
      fromTerminal: 'T-01',
      imported: 5,
      alreadyHere: 0,
      conflicting: [],
      broken: [],
      isWhole: true,
    });
    expect(await countsAt(1)).toEqual({ waiting: 0, parked: 0 });
    await drain(1, 2);
    expect(casesByReceipt()).toEqual(receipts.toSorted());
  });

  it('is one case each when the source goes on sending beside the target', async () => {
    await terminalWith(1, 20);
    await terminalWith(2, 0);
    const { code } = await exportFrom(1);
    valueOf(await importAt(2, code));
    expect(await countsAt(1)).toEqual({ waiting: 20, parked: 0 });
    await drain(1, 2);
    expect(casesByReceipt()).toEqual(receipts.toSorted());
  });

  it('takes its attachments along, sealed under the target’s own key, once', async () => {
    const picture = Buffer.alloc(600_000, 'picture');
    const sha256 = createHash('sha256').update(picture).digest('hex');
    const source = start(1, offline);
    const received = await submitTo(source, item, source.newId(), 'with a paper', [
      { subject: { kind: 'signature' }, mediaType: 'image/png', bytes: picture },
    ]);
    receipts.push(valueOf(received).receiptNo);
    await turns();
    await stop(source);
    await terminalWith(2, 0);
    const { code } = await exportFrom(1, true);
    valueOf(await importAt(2, code));
    expect(valueOf(await importAt(2, code))).toMatchObject({ imported: 0, alreadyHere: 1, isWhole: true });
    // Twice is one file.
    expect(readdirSync(join(dataOf(2), 'attachments'))).toHaveLength(1);
    // The source's disk is gone.
    rmSync(dataOf(1), { recursive: true });
    await drain(2);
    expect(casesByReceipt()).toEqual(receipts);
    const [id = ''] = platform.cases.keys();
    expect(platform.hasWhole(id.split('/')[0] ?? '', sha256)).toBe(true);
  });

  it('goes without an attachment whose file is gone, and says over there what is missing', async () => {
    const source = start(1, offline);
    const received = await submitTo(source, item, source.newId(), 'with a paper', [
      { subject: { kind: 'signature' }, mediaType: 'image/png', bytes: Buffer.from('drawn') },
    ]);
    receipts.push(valueOf(received).receiptNo);
    await turns();
    await stop(source);
    const folderOfFiles = join(dataOf(1), 'attachments');
    for (const name of readdirSync(folderOfFiles)) rmSync(join(folderOfFiles, name));
    await terminalWith(2, 0);
    const { code, rows } = await exportFrom(1);
    expect(rows).toBe(1);
    valueOf(await importAt(2, code));
    await drain(2);
    await withOutbox(2, (outbox) => {
      expect(valueOf(outbox.parked.list({ which: 'parked', after: null, limit: 10 }))).toMatchObject([
        { receiptNo: receipts[0], fault: 'store.attachment-gone', nextStep: 'receive-again' },
      ]);
    });
  });

  it('is there once when it is imported twice, and from two exports', async () => {
    await terminalWith(1, 3);
    await terminalWith(2, 0);
    const first = await exportFrom(1);
    const second = await exportFrom(1, false, join(folder, 'again.yztf'));
    expect(valueOf(await importAt(2, first.code)).imported).toBe(3);
    expect(valueOf(await importAt(2, first.code))).toMatchObject({ imported: 0, alreadyHere: 3 });
    expect(valueOf(await importAt(2, second.code, join(folder, 'again.yztf')))).toMatchObject({
      imported: 0,
      alreadyHere: 3,
    });
    expect(await countsAt(2)).toEqual({ waiting: 3, parked: 0 });
  });

  it('leaves the target’s own numbers alone, and prints nothing there', async () => {
    await terminalWith(1, 3);
    await terminalWith(2, 2);
    const { code } = await exportFrom(1);
    valueOf(await importAt(2, code));
    const core = start(2, offline);
    const jobs = core.store.sql('SELECT count(*) AS n FROM print_job').get();
    expect(jobs).toEqual({ n: 2 });
    const next = valueOf(await submitTo(core, item, core.newId(), 'next'));
    expect(next.receiptNo.slice(17, 21)).toBe('0003');
    expect(
      core.store.sql('SELECT count(*) AS n FROM application WHERE imported_from = ?').get('T-01'),
    ).toEqual({ n: 3 });
  });

  it('keeps waiting for staff where it did, with what the platform said', async () => {
    await terminalWith(1, 1, refusing);
    await terminalWith(2, 0);
    const { code } = await exportFrom(1);
    valueOf(await importAt(2, code));
    await withOutbox(2, (outbox) => {
      const [row] = valueOf(outbox.parked.list({ which: 'parked', after: null, limit: 10 }));
      if (!row) throw new Error('nothing is parked');
      expect(row).toMatchObject({ receiptNo: receipts[0], nextStep: 'correct' });
      expect(valueOf(outbox.parked.open(row, 'technician')).refusal?.reason).toBe('张建国');
    });
  });

  it('is taken back by its own terminal', async () => {
    await terminalWith(1, 2);
    const { code } = await exportFrom(1, true);
    expect(await countsAt(1)).toEqual({ waiting: 0, parked: 0 });
    expect(valueOf(await importAt(1, code)).imported).toBe(2);
    expect(await countsAt(1)).toEqual({ waiting: 2, parked: 0 });
  });

  it('can be exported again when the first file is lost', async () => {
    await terminalWith(1, 2);
    await exportFrom(1, true);
    expect(await exportFrom(1, true, join(folder, 'again.yztf'))).toMatchObject({ rows: 2 });
  });

  it('is exported around a row that does not open, which is named', async () => {
    await terminalWith(1, 3);
    const core = start(1, offline);
    core.store
      .sql(
        `UPDATE outbox SET sealed_submission = zeroblob(100), not_before_ms = ? WHERE application_id =
           (SELECT application_id FROM application WHERE receipt_no = ?)`,
      )
      .run(Date.now() + DAY_MS, receipts[1] ?? '');
    await stop(core);
    expect(await exportFrom(1)).toMatchObject({ rows: 2, leftOut: [receipts[1]] });
  });

  it('leaves a trace on both sides, and its code nowhere', async () => {
    await terminalWith(1, 1);
    await terminalWith(2, 0);
    const { code, fileId } = await exportFrom(1);
    valueOf(await importAt(2, code));
    for (const [number, events] of [
      [1, ['application.exported', 'outbox.exported']],
      [2, ['application.imported', 'outbox.imported']],
    ] as const) {
      const core = start(number, offline);
      const rows = core.store
        .sql(`SELECT event, actor, subject, detail FROM audit WHERE event LIKE '%ported' ORDER BY sequence`)
        .all();
      expect(rows.map((row) => row['event'])).toEqual(events);
      expect(rows.every((row) => row['actor'] === 'technician')).toBe(true);
      expect(rows[1]?.['subject']).toBe(fileId);
      await stop(core);
    }
    for (const number of [1, 2]) {
      for (const name of readdirSync(dataOf(number), { withFileTypes: true }).filter((one) => one.isFile())) {
        const bytes = readFileSync(join(dataOf(number), name.name));
        expect(bytes.includes(code)).toBe(false);
        expect(bytes.includes(code.slice(0, 11))).toBe(false);
      }
    }
  });

  it('is refused by another station, by name', async () => {
    await terminalWith(1, 1);
    await terminalWith(2, 0);
    const { code } = await exportFrom(1);
    const config = configOf(2);
    const outbox = valueOf(
      openOffline({
        config: { ...config, terminal: { ...config.terminal, station: '002' } },
        dataDir: dataOf(2),
        masterKey: KEY,
        clock: systemClock,
        randomBytes: systemRandomBytes,
      }),
    );
    expect(await outbox.importRows({ file: file(), code, actor: 'technician' })).toMatchObject({
      ok: false,
      fault: { code: 'transfer.other-station' },
    });
    expect(outbox.counts()).toEqual({ waiting: 0, parked: 0 });
    outbox.close();
  });

  it('is refused under a code of another file, and under a mistyped one', async () => {
    await terminalWith(1, 1);
    await terminalWith(2, 0);
    const first = await exportFrom(1);
    const second = await exportFrom(1, false, join(folder, 'again.yztf'));
    expect(await importAt(2, second.code)).toMatchObject({ fault: { code: 'transfer.wrong-code' } });
    const mistyped = first.code.replace(/.$/, (last) => (last === '2' ? '3' : '2'));
    expect(await importAt(2, mistyped)).toMatchObject({
      fault: { code: 'transfer.code-garbled', detail: 'group 8 of 8' },
    });
    expect(await importAt(2, first.code, join(folder, 'nowhere'))).toMatchObject({
      fault: { code: 'transfer.unreadable' },
    });
  });

  it('that only came in part is taken in part, said so, and completed by the whole file', async () => {
    await terminalWith(1, 4);
    await terminalWith(2, 0);
    const { code } = await exportFrom(1);
    const whole = readFileSync(file());
    const half = join(folder, 'half.yztf');
    writeFileSync(half, whole.subarray(0, whole.length / 2));
    const first = valueOf(await importAt(2, code, half));
    expect(first.isWhole).toBe(false);
    expect(first.imported).toBeGreaterThan(0);
    expect(first.imported).toBeLessThan(4);
    expect(valueOf(await importAt(2, code))).toMatchObject({ imported: 4 - first.imported, isWhole: true });
  });

  it('is not written over a file that is there', async () => {
    await terminalWith(1, 1);
    writeFileSync(file(), 'somebody’s');
    const refused = await withOutbox(1, (outbox) =>
      outbox.exportRows({ file: file(), handOver: true, actor: 'technician', onWritten: () => undefined }),
    );
    expect(refused).toMatchObject({ ok: false, fault: { code: 'transfer.not-written' } });
    expect(readFileSync(file(), 'utf8')).toBe('somebody’s');
    expect(await countsAt(1)).toEqual({ waiting: 1, parked: 0 });
  });

  it('stays where it is while the terminal runs: one folder, one process', async () => {
    await terminalWith(1, 1);
    const core = start(1, offline);
    expect(
      openOffline({
        config: configOf(1),
        dataDir: dataOf(1),
        masterKey: KEY,
        clock: systemClock,
        randomBytes: systemRandomBytes,
      }),
    ).toMatchObject({ ok: false, fault: { code: 'store.in-use' } });
    await stop(core);
    expect(existsSync(file())).toBe(false);
  });

  it('that exists at the target with another content is not overwritten', async () => {
    await terminalWith(1, 1);
    await terminalWith(2, 0);
    const { code } = await exportFrom(1);
    valueOf(await importAt(2, code));
    const core = start(2, offline);
    core.store.sql('UPDATE outbox SET payload_sha256 = ?').run('0'.repeat(64));
    await stop(core);
    expect(valueOf(await importAt(2, code))).toMatchObject({ imported: 0, conflicting: [receipts[0]] });
  });

  it('is balanced on both sides', async () => {
    await terminalWith(1, 2);
    await terminalWith(2, 1);
    const { code } = await exportFrom(1, true);
    valueOf(await importAt(2, code));
    const states = async (number: number) => {
      const core = start(number, offline);
      const rows = core.store.sql('SELECT state, n FROM outbox_count WHERE n > 0 ORDER BY state').all();
      const counted = core.store
        .sql('SELECT state, count(*) AS n FROM outbox GROUP BY state ORDER BY state')
        .all();
      expect(rows).toEqual(counted);
      await stop(core);
      return counted.map((row) => `${String(row['state'])} ${String(row['n'])}`).join();
    };
    expect(await states(1)).toBe('handed-over 2');
    expect(await states(2)).toMatch(/^(waiting|sending) /);
  });
});
