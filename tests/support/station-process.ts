import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { stationReadySchema, type StationReady } from '../../scripts/demo/ready-line.ts';

const root = join(import.meta.dirname, '../..');
/** The first start makes a database cluster; two workers do it at once. */
const READY_WITHIN_MS = 90_000;

export interface StationProcess {
  readonly ready: StationReady;
  readonly pid: number;
  /** What was said on stderr so far. */
  said(): string;
  /** Asks as Ctrl-C or a supervisor does; resolves with the exit code. */
  stop(signal: 'SIGINT' | 'SIGTERM'): Promise<number | null>;
  /** SIGKILL: no handler runs. */
  kill(): Promise<void>;
}

/** The README's own command in a data folder of its own. Rejects with what it said when it does not come up. */
export function startStation(dataDir: string, options: readonly string[]): Promise<StationProcess> {
  const child = spawn(
    process.execPath,
    // What a test submits waits for the test's own hand.
    [
      join(root, 'scripts/start.ts'),
      '--no-window',
      '--no-departments',
      '--json',
      '--data',
      dataDir,
      ...options,
    ],
    { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] },
  );
  let errors = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors = (errors + text).slice(-20_000);
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', (code) => resolve(code));
  });
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGTERM');
      reject(new Error(`the station was not up within ${READY_WITHIN_MS} ms: ${errors}`));
    }, READY_WITHIN_MS);
    void ended.then((code) => {
      clearTimeout(timer);
      reject(new Error(`the station ended with exit code ${String(code)}: ${errors}`));
    });
    createInterface({ input: child.stdout }).once('line', (line) => {
      clearTimeout(timer);
      resolve({
        ready: stationReadySchema.parse(JSON.parse(line)).station,
        pid: child.pid ?? 0,
        said: () => errors,
        stop: (signal) => {
          child.kill(signal);
          return ended;
        },
        kill: async () => {
          child.kill('SIGKILL');
          await ended;
        },
      });
    });
  });
}

export function newStationFolder(): string {
  const dataDir = mkdtempSync(join(tmpdir(), 'yizhan-station-'));
  // When root runs the tests, the database has a user of its own, which must reach its folder in here.
  chmodSync(dataDir, 0o755);
  return dataDir;
}

export function removeStationFolder(dataDir: string): void {
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
}
