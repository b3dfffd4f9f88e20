import { cpSync, openSync, readFileSync, statSync, writeSync, closeSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { identityFile, type IdentityFile } from '#terminal/identity/identity-file.ts';
import { openKeyFile } from '#terminal/store/key-file.ts';
import { settleExchange } from '#terminal/store/master-key-exchange.ts';
import { DATABASE_FILE } from '#terminal/store/store.ts';
import { systemRandomBytes } from '#terminal/system-ports.ts';
import { installedCompiler } from '../../scripts/find-compiler.ts';
import { isLong, openBench, type Bench } from './bench.ts';
import { cutEverywhere, type CutPlan } from './cuts.ts';
import { Promised } from './marks.ts';
import { plantedBugs } from './planted-bugs.ts';
import { runRecorded } from './recorder.ts';
import { brokenPromise } from './reopened.ts';
import { dataDirOf } from './station.ts';
import { readTrace, type DiskCall } from './trace.ts';

const PATIENCE_MS = isLong ? 4 * 3_600_000 : 120_000;
const DAYS = isLong ? 4 : 1;

/** The first commits of residents, behind the migrations. Not every fsync is the log's. */
const SYNCS_OF_RESIDENTS = Array.from({ length: 32 }, (_, index) => 28 + index);
/** sysexits EX_SOFTWARE: the store is used no more. */
const BROKEN_EXIT_CODE = 70;

const compiler = installedCompiler();
const why = compiler === null ? ' (skipped: no C compiler for Linux, so nothing can be preloaded)' : '';

/** Where something becomes durable or gets another name; between two of these only writes pile up. */
const isBorder = (call: DiskCall | null): boolean =>
  call !== null && call.call !== 'write' && call.call !== 'open';

/** Few enough for a proof in which each disk costs a recovery. */
const hasNewName = ({ call }: DiskCall): boolean =>
  call === 'rename' || call === 'rmdir' || call === 'unlink';

/** Before each border, behind each promise, and some of what lies between. */
const around: CutPlan['isCut'] = (call, index, next) =>
  isLong || isBorder(next) || call.call === 'mark' || index % 29 === 0;

describe.skipIf(compiler === null)(`the power is cut${why}`, () => {
  let bench: Bench;
  beforeAll(() => {
    bench = openBench(compiler ?? '');
  });
  afterAll(() => {
    bench.close();
  });

  it(
    'anywhere in the life of a terminal, and every disk that can be left opens with every promise kept',
    { timeout: PATIENCE_MS },
    async () => {
      const root = bench.folder();
      const trace = join(bench.folder(), 'trace');
      expect(await bench.liveIn(root, trace, { days: DAYS, bug: 'none', fault: null })).toBe(0);
      const report = await cutEverywhere({ ...bench.plan(trace), isCut: around });
      expect(report.broken).toEqual([]);
      // Otherwise nothing was recorded, and nothing proved.
      expect(report.received).toBe(7 * DAYS);
      expect(report.disks).toBeGreaterThan(300);
      console.log(
        `power cut: ${report.calls} calls, ${report.cuts} cuts, ${report.disks} different disks, ${report.received} applications`,
      );
    },
  );

  it(
    'while a damaged database is put aside, and the next start has all that the first one saved',
    { timeout: PATIENCE_MS },
    async () => {
      const { root, promised } = await oneLife(bench);
      damage(join(dataDirOf(root), DATABASE_FILE));
      const initial = bench.folder();
      cpSync(root, initial, { recursive: true });

      const trace = join(bench.folder(), 'trace');
      const script = bench.script('recover-once');
      const ended = await runRecorded(bench.recorder, {
        ...{ script, args: [root], root, trace },
        ...{ fault: null, countFile: null },
      });
      expect(ended).toEqual({ code: 0, stderr: '' });
      // The page may have held whatever is newest; what a whole recovery gives is what each cut one must give.
      const whole = brokenPromise(root, promised, { mayBeRecovered: true });
      const report = await cutEverywhere({
        ...bench.plan(trace),
        initial,
        isCut: (call, index, next) =>
          isLong ? isBorder(call) || isBorder(next) || index % 3 === 0 : hasNewName(call) || index % 40 === 0,
        check: (left) => {
          const problem = brokenPromise(left, promised, { mayBeRecovered: true });
          return problem === whole ? null : problem;
        },
      });
      expect(whole).toBe(null);
      expect(report.broken).toEqual([]);
      expect(report.disks).toBeGreaterThan(15);
    },
  );

  it(
    'while the master key is exchanged, and one of the two keys opens everything',
    { timeout: PATIENCE_MS },
    async () => {
      const { root, promised } = await oneLife(bench);
      expect(identityIn(root)?.write({ current: null, next: null })).toMatchObject({ ok: true });
      const initial = bench.folder();
      cpSync(root, initial, { recursive: true });
      const trace = join(bench.folder(), 'trace');
      const script = bench.script('exchange-once');
      const ended = await runRecorded(bench.recorder, {
        ...{ script, args: [root], root, trace },
        ...{ fault: null, countFile: null },
      });
      expect(ended).toEqual({ code: 0, stderr: '' });
      const settledAs = new Set<string>();
      const report = await cutEverywhere({
        ...bench.plan(trace),
        initial,
        isCut: () => true,
        check: (left) => {
          const settled = settleExchange(dataDirOf(left));
          if (!settled.ok) return `${settled.fault.code}: ${settled.fault.detail ?? ''}`;
          settledAs.add(settled.value);
          if (identityIn(left)?.read().ok !== true) return 'the device identity does not open';
          return brokenPromise(left, promised, { mayBeRecovered: false });
        },
      });
      expect(report.broken).toEqual([]);
      expect([...settledAs].toSorted()).toEqual(['new', 'nothing', 'old']);
    },
  );

  it.skipIf(isLong)(
    'after an fsync that failed and a restart, and what was confirmed since is there',
    { timeout: PATIENCE_MS },
    async () => {
      for (const nth of SYNCS_OF_RESIDENTS) if (await cutBehindFailedSync(bench, nth)) return;
      throw new Error('no fsync that failed ended a life');
    },
  );

  // Each by itself: it takes minutes, and one can be asked for by its number.
  it.each(isLong ? SYNCS_OF_RESIDENTS : [])(
    'after an fsync that failed, number %i, and a restart',
    { timeout: PATIENCE_MS },
    async (nth) => {
      const disks = await cutBehindFailedSync(bench, nth);
      console.log(`power cut: ${disks ?? 'no'} disks behind the failure of fsync ${nth}`);
    },
  );

  it.each(plantedBugs)(
    'and a terminal with the planted bug %s is found out',
    { timeout: PATIENCE_MS },
    async (bug) => {
      const root = bench.folder();
      const trace = join(bench.folder(), 'trace');
      expect(await bench.liveIn(root, trace, { days: 1, bug, fault: null })).toBe(0);
      const report = await cutEverywhere({ ...bench.plan(trace), isCut: around, stopAtFirst: true });
      expect(report.broken).toHaveLength(1);
    },
  );

  it('and a disk whose fsync lies is found out', { timeout: PATIENCE_MS }, async () => {
    const root = bench.folder();
    const trace = join(bench.folder(), 'trace');
    const fault = { kind: 'lie', nth: 1, stays: true } as const;
    expect(await bench.liveIn(root, trace, { days: 1, bug: 'none', fault })).toBe(0);
    const report = await cutEverywhere({ ...bench.plan(trace), isCut: around, stopAtFirst: true });
    expect(report.broken).toHaveLength(1);
  });
});

/** Under the key that the folder has; null without one. */
function identityIn(root: string): IdentityFile | null {
  const dataDir = dataDirOf(root);
  const masterKey = openKeyFile(dataDir, systemRandomBytes);
  if (!masterKey.ok) return null;
  const suite = 'aes-256-gcm';
  return identityFile({ dataDir, masterKey: masterKey.value, suite, randomBytes: systemRandomBytes });
}

/** A whole life, and what it promised. */
async function oneLife(bench: Bench): Promise<{ root: string; promised: Promised }> {
  const root = bench.folder();
  const trace = join(bench.folder(), 'trace');
  expect(await bench.liveIn(root, trace, { days: 1, bug: 'none', fault: null })).toBe(0);
  const promised = new Promised();
  for await (const call of readTrace(trace)) if (call.call === 'mark') promised.hear(call.text);
  return { root, promised };
}

/** How many disks were left by the cuts in the life behind it; null: this failure ended no life. */
async function cutBehindFailedSync(bench: Bench, nth: number): Promise<number | null> {
  const root = bench.folder();
  const trace = join(bench.folder(), 'trace');
  const fault = { kind: 'eio-sync', nth, stays: false } as const;
  if ((await bench.liveIn(root, trace, { days: 1, bug: 'none', fault })) !== BROKEN_EXIT_CODE) return null;
  const firstLife = statSync(trace).size;
  expect(await bench.liveIn(root, trace, { days: 1, bug: 'none', fault: null })).toBe(0);
  const skipped = await callsWithin(trace, firstLife);
  const report = await cutEverywhere({
    ...bench.plan(trace),
    models: bench.plan(trace).models.filter(({ rule }) => rule === 'ordered'),
    isCut: (call, index, next) => index > skipped && (call.call === 'mark' || (isLong && isBorder(next))),
  });
  expect(report.broken, `fsync ${nth}`).toEqual([]);
  expect(report.disks).toBeGreaterThan(10);
  return report.disks;
}

/** Spoils a page in the middle, as a bad block does; the schema on the first one stays. */
function damage(file: string): void {
  const pages = Math.floor(readFileSync(file).length / 4096);
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.alloc(4096, 0xa5), 0, 4096, 4096 * Math.floor(pages / 2));
  closeSync(handle);
}

async function callsWithin(trace: string, bytes: number): Promise<number> {
  let calls = 0;
  for await (const call of readTrace(trace, bytes)) if (call !== null) calls += 1;
  return calls;
}
