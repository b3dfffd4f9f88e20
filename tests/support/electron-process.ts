import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';

const preloaded = new URL('./electron-stand-in/preloaded.ts', import.meta.url).href;

const saidSchema = z.union([
  z.object({ listens: z.union([z.string(), z.object({ address: z.string(), port: z.int() })]) }),
  z.object({ loads: z.string(), status: z.int().nullable() }),
  z.object({ quits: z.literal(true), makesCertificates: z.boolean() }),
]);
/** What the stand-in for Electron tells (electron-stand-in/electron.ts). */
export type Said = z.infer<typeof saidSchema>;

export interface ElectronProcess {
  readonly said: readonly Said[];
  /** Lines of the log, as they were written. */
  log(): string;
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
  const waiting = new Set<(line: Said) => void>();
  let log = '';
  let printed = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    log += text;
  });
  createInterface({ input: child.stdout }).on('line', (text) => {
    if (!text.startsWith('{')) {
      printed += `${text}\n`;
      return;
    }
    const line = saidSchema.parse(JSON.parse(text));
    said.push(line);
    for (const hear of waiting) hear(line);
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  return {
    said,
    log: () => log,
    printed: () => printed,
    until: (wanted) =>
      new Promise((resolve, reject) => {
        const hear = (line: Said): void => {
          const found = wanted(line);
          if (found === null) return;
          waiting.delete(hear);
          resolve(found);
        };
        waiting.add(hear);
        said.forEach(hear);
        void ended.then((code) => {
          reject(new Error(`the shell ended with ${String(code)}: ${log}`));
        });
      }),
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
