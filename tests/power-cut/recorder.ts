import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { MARKS_FILE } from './marks.ts';

const SOURCE = fileURLToPath(new URL('./recorder.c', import.meta.url));

/** A child that has not ended by itself by then hangs, in milliseconds. */
const CHILD_TIMEOUT_MS = 120_000;

/** The preloaded library, compiled for this machine. */
export interface Recorder {
  readonly library: string;
  dispose(): void;
}

/** Compiles the library with the given compiler. Throws with the compiler's own words. */
export function buildRecorder(compiler: string): Recorder {
  const folder = mkdtempSync(join(tmpdir(), 'yizhan-recorder-'));
  const library = join(folder, 'recorder.so');
  const built = spawnSync(
    compiler,
    ['-O2', '-Wall', '-Wextra', '-Werror', '-shared', '-fPIC', '-o', library, SOURCE, '-ldl', '-lpthread'],
    { encoding: 'utf8' },
  );
  if (built.status !== 0) throw new Error(`${compiler}: ${built.stderr || String(built.error)}`);
  return {
    library,
    dispose: () => {
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** How a disk fails: a kind of call, from which one on (counted from 1), and whether it stays so. */
export interface DiskFault {
  readonly kind: 'eio-sync' | 'eio-write' | 'enospc' | 'short' | 'eio-read' | 'flip' | 'lie';
  readonly nth: number;
  readonly stays: boolean;
}

export interface RecordedRun {
  readonly script: string;
  readonly args: readonly string[];
  /** Watched; must exist. */
  readonly root: string;
  /** Appended to. */
  readonly trace: string;
  readonly fault: DiskFault | null;
  /** Gets how many calls of each kind there were; null when nobody asks. */
  readonly countFile: string | null;
}

export interface Ended {
  readonly code: number | null;
  readonly stderr: string;
}

/** Runs a script of ours under the library, and resolves when it has ended. */
export function runRecorded(recorder: Recorder, run: RecordedRun): Promise<Ended> {
  const child = spawn(process.execPath, [run.script, ...run.args], {
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: CHILD_TIMEOUT_MS,
    killSignal: 'SIGKILL',
    env: {
      ...process.env,
      LD_PRELOAD: recorder.library,
      YIZHAN_DISK_ROOT: run.root,
      YIZHAN_DISK_TRACE: run.trace,
      YIZHAN_DISK_MARKS: MARKS_FILE,
      ...(run.countFile === null ? {} : { YIZHAN_DISK_COUNT: run.countFile }),
      ...(run.fault === null
        ? {}
        : { YIZHAN_DISK_FAULT: `${run.fault.kind}:${run.fault.nth}${run.fault.stays ? ':stay' : ''}` }),
    },
  });
  let stderr = '';
  child.stderr.on('data', (text) => (stderr += String(text)));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => {
      resolve({ code, stderr });
    });
  });
}

/** A folder for disks that are laid out by the thousand: in memory where there is such a place. */
export function fastTemporaryFolder(): string {
  const memory = '/dev/shm';
  try {
    return mkdtempSync(join(existsSync(memory) ? memory : tmpdir(), 'yizhan-cut-'));
  } catch {
    return mkdtempSync(join(tmpdir(), 'yizhan-cut-'));
  }
}
