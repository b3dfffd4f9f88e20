import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'vitest';
import type { CutPlan } from './cuts.ts';
import { models } from './fates.ts';
import type { PlantedBug } from './planted-bugs.ts';
import {
  buildRecorder,
  fastTemporaryFolder,
  runRecorded,
  type DiskFault,
  type Recorder,
} from './recorder.ts';
import { brokenPromise } from './reopened.ts';

/** `npm run prove -- power-cut` cuts everywhere, and lets every call fail. */
export const isLong = process.env['YIZHAN_POWER_CUT'] === 'everywhere';

/** What the tests of this folder need: a recorder, and folders that are gone afterwards. */
export interface Bench {
  readonly recorder: Recorder;
  folder(): string;
  script(name: string): string;
  /** Lives one recorded life in a folder; gives its exit code. */
  liveIn(root: string, trace: string, options: LifeOptions): Promise<number | null>;
  /** What `cutEverywhere` needs, with nothing chosen yet. */
  plan(trace: string): Omit<CutPlan, 'isCut'>;
  close(): void;
}

export interface LifeOptions {
  readonly days: number;
  readonly bug: PlantedBug;
  readonly fault: DiskFault | null;
}

export function openBench(compiler: string): Bench {
  const recorder = buildRecorder(compiler);
  const work = fastTemporaryFolder();
  const folders: string[] = [work];
  const script = (name: string) => fileURLToPath(new URL(`./${name}.ts`, import.meta.url));

  return {
    recorder,
    script,
    folder: () => {
      const made = mkdtempSync(join(tmpdir(), 'yizhan-disk-'));
      folders.push(made);
      return made;
    },
    liveIn: async (root, trace, { days, bug, fault }) => {
      const ended = await runRecorded(recorder, {
        script: script('record-life'),
        args: [root, String(days), bug],
        root,
        trace,
        fault,
        countFile: null,
      });
      expect(ended.stderr).toBe('');
      return ended.code;
    },
    plan: (trace) => ({
      trace,
      initial: null,
      models,
      draws: isLong ? 4 : 1,
      workFolder: work,
      stopAtFirst: false,
      check: (root, promised) => brokenPromise(root, promised, { mayBeRecovered: false }),
    }),
    close: () => {
      recorder.dispose();
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
  };
}

export interface CallCounts {
  readonly syncs: number;
  readonly writes: number;
  readonly reads: number;
}

/** How many calls a whole life makes, by what the recorder counted. */
export async function countCalls(bench: Bench, root: string, days: number): Promise<CallCounts> {
  const countFile = join(bench.folder(), 'count');
  const ended = await runRecorded(bench.recorder, {
    script: bench.script('record-life'),
    args: [root, String(days), 'none'],
    root,
    trace: '/dev/null',
    fault: null,
    countFile,
  });
  expect(ended).toEqual({ code: 0, stderr: '' });
  const [syncs = 0, writes = 0, reads = 0] = readFileSync(countFile, 'utf8').trim().split(' ').map(Number);
  return { syncs, writes, reads };
}
