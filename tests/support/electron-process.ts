import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const preloaded = new URL('./electron-stand-in/preloaded.ts', import.meta.url).href;

const saidSchema = z.union([
  z.object({ listens: z.union([z.string(), z.object({ address: z.string(), port: z.int() })]) }),
  z.object({ loads: z.string(), status: z.int().nullable() }),
  z.object({ quits: z.literal(true), makesCertificates: z.boolean() }),
  z.object({ relaunches: z.literal(true) }),
]);
/** What the stand-in for Electron tells (electron-stand-in/electron.ts). */
export type Said = z.infer<typeof saidSchema>;

export interface ElectronProcess {
  readonly said: readonly Said[];
  /** Lines of the log, as they were written. */
  log(): string;
  /** Resolves once the log has it. */
  logged(pattern: RegExp): Promise<void>;
  /** What stands on standard output beside what is told there. */
  printed(): string;
  /** Resolves with what `wanted` gives for the first line that it gives anything for. */
  until<T>(wanted: (line: Said) => T | null): Promise<T>;
  readonly ended: Promise<number | null>;
  /** SIGTERM, as a session's end or a supervisor sends it. */
  quit(): Promise<number | null>;
  kill(): void;
}

/**
 * The built shell of an app's folder, in plain Node, with a stand-in where it imports Electron. `typed`: all of its standard
 * input; absent: nothing.
 */
export function startElectron(appFolder: string, args: readonly string[], typed?: string): ElectronProcess {
  const child = spawn(
    process.execPath,
    ['--import', preloaded, join(appFolder, 'dist/shell/main.js'), ...args],
    { cwd: appFolder, stdio: ['pipe', 'pipe', 'pipe'] },
  );
  child.stdin.end(typed);
  const said: Said[] = [];
  const waiting = new Set<() => void>();
  let log = '';
  let printed = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
    for (const look of waiting) look();
  });
  createInterface({ input: child.stdout }).on('line', (text) => {
    // One that begins and does not end there is JSON for somebody to read.
    if (!/^\{.*\}$/.test(text)) {
      printed += `${text}\n`;
      return;
    }
    said.push(saidSchema.parse(JSON.parse(text)));
    for (const look of waiting) look();
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  /** Resolves with what `found` gives as soon as that is not null. */
  function once<T>(found: () => T | null): Promise<T> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const value = found();
        if (value === null) return;
        waiting.delete(look);
        resolve(value);
      };
      waiting.add(look);
      look();
      void ended.then((code) => {
        reject(new Error(`the shell ended with ${String(code)}: ${log}`));
      });
    });
  }

  return {
    said,
    log: () => log,
    printed: () => printed,
    until: (wanted) => once(() => firstOf(said, wanted)),
    logged: (pattern) => once(() => (pattern.test(log) ? undefined : null)),
    ended,
    quit: () => {
      child.kill('SIGTERM');
      return ended;
    },
    kill: () => {
      child.kill('SIGKILL');
    },
  };
}

function firstOf<T>(lines: readonly Said[], wanted: (line: Said) => T | null): T | null {
  for (const line of lines) {
    const found = wanted(line);
    if (found !== null) return found;
  }
  return null;
}
