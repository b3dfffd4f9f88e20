import { chmodSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import type { LogLine } from '../log.ts';
import { destroyData, keptFolder, markFile } from '../store/destroy.ts';
import {
  CRASHES_FILE,
  crashesWithin,
  createCrashNotes,
  isCrashing,
  readCrashes,
  type CrashNotes,
} from './crashes.ts';

const TEN_MINUTES_MS = 600_000;

let dataDir: string;
let clock: SimulatedClock;
let lines: LogLine[];
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'yizhan-crashes-'));
  clock = new SimulatedClock();
  lines = [];
});
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true });
});

/** What a process that starts in this life of the machine has. */
function notes(bootId = 'boot-1'): CrashNotes {
  return createCrashNotes({ dataDir, clock, log: (line) => lines.push(line), bootId });
}
const partsOf = (): readonly string[] => readCrashes(dataDir).crashes.map(({ part }) => part);

describe('a terminal that starts', () => {
  test('for the first time, or after one that was asked to end, has seen no crash', () => {
    notes().started();
    notes().ended();
    notes().started();
    expect(partsOf()).toEqual([]);
  });

  test('after one that ended without a word counts its crash', () => {
    notes().started();
    notes().started();
    notes().started();
    expect(partsOf()).toEqual(['terminal', 'terminal']);
  });

  test('after the power went counts none: the machine is in another life', () => {
    notes('boot-1').started();
    notes('boot-2').started();
    expect(partsOf()).toEqual([]);
  });
});

describe('three of one part within ten minutes', () => {
  test('are an alarm, and not two, nor three of different parts', () => {
    const crashes = notes();
    crashes.note('screen', 'oom');
    crashes.note('screen', 'crashed');
    crashes.note('device-host', 'exit 139');
    expect(isCrashing(readCrashes(dataDir), clock.now())).toBe(false);
    crashes.note('screen', 'crashed');
    expect(isCrashing(readCrashes(dataDir), clock.now())).toBe(true);
  });

  test('are none any more ten minutes later, and are counted for the day all the same', async () => {
    for (const reason of ['a', 'b', 'c']) notes().note('terminal', reason);
    await clock.advance(TEN_MINUTES_MS);
    const record = readCrashes(dataDir);
    expect(isCrashing(record, clock.now())).toBe(false);
    expect(crashesWithin(record, clock.now(), 24 * 6 * TEN_MINUTES_MS, null)).toBe(3);
  });

  test('of a clock that was set back since are not counted: they lie ahead', () => {
    for (const reason of ['a', 'b', 'c']) notes().note('terminal', reason);
    expect(crashesWithin(readCrashes(dataDir), clock.now() - 1, TEN_MINUTES_MS, null)).toBe(0);
  });
});

test('a terminal that was decommissioned leaves nothing beside what is kept', () => {
  notes().started();
  mkdirSync(keptFolder(dataDir));
  writeFileSync(markFile(dataDir), '{}');
  expect(destroyData(dataDir, null).ok).toBe(true);
  notes().ended();
  expect(readdirSync(dataDir)).toEqual(['decommissioned']);
});

test('since when residents are not served is kept over restarts, and ends when they are', async () => {
  notes().outOfService(true);
  const { outOfServiceSince } = readCrashes(dataDir);
  await clock.advance(1_000);
  notes().outOfService(true);
  expect(readCrashes(dataDir).outOfServiceSince).toBe(outOfServiceSince);
  notes().outOfService(false);
  expect(readCrashes(dataDir).outOfServiceSince).toBeNull();
});

describe('the file', () => {
  test('holds a hundred crashes and no more, the newest, each with a short reason', () => {
    const crashes = notes();
    for (let index = 0; index < 103; index += 1) crashes.note('screen', `${index} ${'x'.repeat(300)}`);
    const kept = readCrashes(dataDir).crashes;
    expect(kept).toHaveLength(100);
    expect(kept[0]?.reason).toMatch(/^3 x{198}$/);
  });

  test.each([
    ['is cut short', '{"form":1,'],
    ['is of a later program', '{"form":2}'],
    ['has what nobody knows', '{"form":1,"running":null,"crashes":[],"outOfServiceSince":null,"name":"张"}'],
    ['is far too big', `{"form":1,"pad":"${'x'.repeat(70_000)}"}`],
  ])('that %s counts as empty, and is written anew', (_what, text) => {
    writeFileSync(join(dataDir, CRASHES_FILE), text);
    expect(readCrashes(dataDir).crashes).toEqual([]);
    notes().note('screen', 'oom');
    expect(partsOf()).toEqual(['screen']);
  });

  test('that cannot be written is told to the log, and stops nobody', () => {
    const crashes = notes();
    rmSync(dataDir, { recursive: true });
    writeFileSync(dataDir, 'a file where the folder was');
    crashes.started();
    expect(lines).toMatchObject([{ event: 'crashes.not-noted', code: 'store.failed' }]);
  });

  test('is for its user only, and nothing unfinished lies beside it', () => {
    notes().note('screen', 'oom');
    chmodSync(dataDir, 0o700);
    expect(readdirSync(dataDir)).toEqual([CRASHES_FILE]);
  });
});
