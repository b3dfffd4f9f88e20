import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { installedCompiler } from '../../scripts/find-compiler.ts';
import { countCalls, isLong, openBench, type Bench, type CallCounts } from './bench.ts';
import { MARKS_FILE, Promised } from './marks.ts';
import type { DiskFault } from './recorder.ts';
import { brokenPromise } from './reopened.ts';

const PATIENCE_MS = isLong ? 4 * 3_600_000 : 120_000;
/** The second one begins with what the first has left. */
const DAYS = isLong ? 2 : 1;
const APPLICATIONS = 7 * DAYS;

const compiler = installedCompiler();
const why = compiler === null ? ' (skipped: no C compiler for Linux, so nothing can be preloaded)' : '';

interface Outcome {
  readonly fault: string;
  readonly end: string;
  readonly promised: Promised;
  /** null when a start on a sound disk finds everything that was promised. */
  readonly broken: string | null;
}

describe.skipIf(compiler === null)(`a disk that fails at any call of a terminal's life${why}`, () => {
  let bench: Bench;
  let calls: CallCounts;
  beforeAll(async () => {
    bench = openBench(compiler ?? '');
    calls = await countCalls(bench, bench.folder(), DAYS);
  });
  afterAll(() => {
    bench.close();
  });

  it(
    'with an error for an fsync: nothing is confirmed that is not there, and the store is used no more',
    { timeout: PATIENCE_MS },
    () => {
      const outcomes = liveOn(bench, [
        ...faults('eio-sync', calls.syncs, 12, false),
        ...faults('eio-sync', calls.syncs, 2, true),
      ]);
      expectWhole(outcomes);
      expectCrashOnly(outcomes);
      expect(outcomes.filter(({ end }) => end === 'broken').length).toBeGreaterThan(outcomes.length / 4);
    },
  );

  it('with an error for a write: the same', { timeout: PATIENCE_MS }, () => {
    const outcomes = liveOn(bench, faults('eio-write', calls.writes, 8, false));
    expectWhole(outcomes);
    expectCrashOnly(outcomes);
    expect(outcomes.filter(({ end }) => end === 'broken').length).toBeGreaterThan(outcomes.length / 4);
  });

  it(
    'with no room: it is refused honestly, and taken again when there is room, by the same store',
    { timeout: PATIENCE_MS },
    () => {
      const once = liveOn(bench, faults('enospc', calls.writes, 8, false));
      const full = liveOn(bench, faults('enospc', calls.writes, 2, true));
      expectWhole([...once, ...full]);
      for (const { fault, end, promised } of [...once, ...full]) {
        expect(end, fault).not.toBe('broken');
        expect(promised.broken, fault).toBe(null);
      }
      // One call is refused, and with it one step at most; the next resident is served.
      const started = once.filter(({ end }) => end === 'evening');
      expect(started.length).toBeGreaterThan(once.length / 2);
      for (const { fault, promised } of started) {
        expect(promised.received.size, fault).toBeGreaterThanOrEqual(APPLICATIONS - 1);
      }
      expect(once.some(({ promised }) => promised.refused.includes('store.full'))).toBe(true);
    },
  );

  it('with a write that takes half: nobody notices', { timeout: PATIENCE_MS }, () => {
    const outcomes = liveOn(bench, faults('short', calls.writes, 4, false));
    expectWhole(outcomes);
    for (const { fault, end, promised } of outcomes) {
      expect([fault, end, promised.received.size]).toEqual([fault, 'evening', APPLICATIONS]);
    }
  });

  it('with an error for a read: nothing confirmed is lost', { timeout: PATIENCE_MS }, () => {
    const outcomes = liveOn(bench, faults('eio-read', calls.reads, 6, false));
    expectWhole(outcomes);
    expectCrashOnly(outcomes);
  });

  // No page of SQLite has a checksum: a wrong byte that is copied from the log into the database is wrong from then on,
  // and may cost what it stands in (docs/decisions/0015-a-failing-disk.md, "Limits").
  it(
    'with a byte that is not what was written: no number is given twice, and nothing is thrown',
    { timeout: PATIENCE_MS },
    () => {
      const outcomes = liveOn(bench, faults('flip', calls.reads, 5, false));
      expectCrashOnly(outcomes);
      for (const { fault, end, broken } of outcomes) {
        expect(end, fault).not.toMatch(/^threw/);
        expect(broken ?? '', fault).not.toMatch(/given twice/);
      }
    },
  );
});

function expectWhole(outcomes: readonly Outcome[]): void {
  expect(
    outcomes.filter(({ broken }) => broken !== null).map(({ fault, broken }) => `${fault}: ${broken}`),
  ).toEqual([]);
  // A step that threw what nobody expected has no name for the resident.
  expect(
    outcomes.filter(({ end }) => end.startsWith('threw')).map(({ fault, end }) => `${fault}: ${end}`),
  ).toEqual([]);
}

/** Whoever came behind the failure was told of it, and nothing else. */
function expectCrashOnly(outcomes: readonly Outcome[]): void {
  for (const { fault, promised } of outcomes) {
    if (promised.late !== null) expect([fault, promised.late]).toEqual([fault, promised.broken]);
  }
}

/** So many of the calls of a kind, evenly spread; all of them in the long proof. */
function faults(kind: DiskFault['kind'], calls: number, count: number, stays: boolean): DiskFault[] {
  const some = isLong ? calls : Math.min(count, calls);
  // Each in the middle of its share of the calls: at their beginnings, the start would have more than its own.
  return Array.from({ length: some }, (_, index) => ({
    kind,
    nth: 1 + Math.floor(((index + 0.5) * calls) / some),
    stays,
  }));
}

/** Disks that lie there at the same time: each is some megabytes. */
const LIVES_AT_A_TIME = 100;

function liveOn(bench: Bench, given: readonly DiskFault[]): Outcome[] {
  const outcomes: Outcome[] = [];
  for (let first = 0; first < given.length; first += LIVES_AT_A_TIME) {
    outcomes.push(...liveTogether(bench, given.slice(first, first + LIVES_AT_A_TIME)));
  }
  if (isLong) console.log(`power cut: ${outcomes.length} lives with ${given[0]?.kind} at one call each`);
  return outcomes;
}

/** A life for each fault, in one process on one disk; then a start in this process, on a sound disk. */
function liveTogether(bench: Bench, given: readonly DiskFault[]): Outcome[] {
  const root = bench.folder();
  const names = given.map(({ kind, nth, stays }) => `${kind}:${nth}${stays ? ':stay' : ''}`);
  const child = spawnSync(process.execPath, [bench.script('failing-lives'), root, String(DAYS), ...names], {
    encoding: 'utf8',
    maxBuffer: 1_073_741_824,
    env: {
      ...process.env,
      LD_PRELOAD: bench.recorder.library,
      YIZHAN_DISK_ROOT: root,
      YIZHAN_DISK_MARKS: MARKS_FILE,
    },
  });
  expect({ status: child.status, stderr: child.stderr }).toEqual({ status: 0, stderr: '' });
  const promised = names.map(() => new Promised());
  const ends = names.map(() => 'never ended');
  for (const line of child.stdout.trim().split('\n')) {
    const [life, what, end] = JSON.parse(line) as [number, string, string?]; // failing-lives.ts says so
    if (what === 'end') ends[life] = end ?? '';
    else promised[life]?.hear(what);
  }
  const outcomes = names.map((fault, life) => {
    const heard = promised[life] ?? new Promised();
    // A byte that was read wrong at a start looks like a damaged file, and is treated as one.
    const broken = brokenPromise(join(root, String(life)), heard, { mayBeRecovered: true });
    return { fault, end: ends[life] ?? '', promised: heard, broken };
  });
  rmSync(root, { recursive: true });
  return outcomes;
}
