import { fork, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { z } from 'zod';
import { installedCompiler } from '../../find-compiler.ts';

/** What a flush of cheap flash takes, in milliseconds, beyond what it takes here. */
export const FLUSH_MORE_MS = 2;

/** Rates a second, block by block. */
export const slowRatesSchema = z.object({
  oneByOne: z.array(z.number()).min(1),
  atOnce: z.array(z.number()).min(1),
  oneRow: z.array(z.number()).min(1),
  rowBytes: z.number(),
});
export type SlowRates = z.infer<typeof slowRatesSchema>;

/** The submissions on a disk that flushes slowly, in a process of their own; null without a C compiler. */
export async function measureOnSlowDisk(folder: string): Promise<SlowRates | null> {
  const compiler = installedCompiler();
  if (compiler === null) return null;
  const library = join(folder, 'slow-flush.so');
  const source = join(import.meta.dirname, 'slow-flush.c');
  const flags = [
    '-O2',
    '-Wall',
    '-Wextra',
    '-Werror',
    '-shared',
    '-fPIC',
    `-DFLUSH_MORE_NS=${FLUSH_MORE_MS}000000`,
  ];
  const built = spawnSync(compiler, [...flags, '-o', library, source, '-ldl'], { encoding: 'utf8' });
  if (built.status !== 0) throw new Error(`${compiler}: ${built.stderr || String(built.error)}`);
  const child = fork(join(import.meta.dirname, 'slow-disk-worker.ts'), [folder], {
    env: { ...process.env, LD_PRELOAD: library },
  });
  return new Promise((resolve, reject) => {
    child.once('message', (message) => {
      resolve(slowRatesSchema.parse(message));
    });
    child.once('close', (code) => {
      reject(new Error(`the terminal on the slow disk ended with ${String(code)}`));
    });
  });
}
