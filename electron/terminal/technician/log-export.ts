import { realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, resolve, sep } from 'node:path';
import { fault, type Fault } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { writeNewFile } from '../store/durable-file.ts';

/** Where systems put what is plugged in. A log is written nowhere else: not over this machine's own files. */
export const stickFolders: readonly string[] =
  process.platform === 'win32' ? ['D:\\', 'E:\\', 'F:\\', 'G:\\'] : ['/media', '/run/media', '/mnt'];

/** `yizhan-log-999901-001-01-2026-11-22T08-30-00.jsonl` */
export function logFileName(terminalId: string, nowMs: number): string {
  return `yizhan-log-${terminalId}-${new Date(nowMs).toISOString().slice(0, 19).replaceAll(':', '-')}.jsonl`;
}

/**
 * Writes the text as a new file into a folder below one of `allowed`; gives its path.
 * Faults: `technician.folder-refused`, `technician.not-written`.
 */
export function writeLogTo(
  folder: string,
  { name, text }: { readonly name: string; readonly text: string },
  allowed: readonly string[],
): Result<{ file: string }, Fault> {
  const whole = realOf(resolve(folder));
  const isAllowed =
    isAbsolute(folder) && allowed.some((root) => `${whole}${sep}`.startsWith(withEnd(realOf(root))));
  if (!isAllowed)
    return err(fault('technician.folder-refused', `expected a folder in ${allowed.join(', ')}`));
  try {
    if (!statSync(whole).isDirectory()) return err(fault('technician.not-written', `${whole} is no folder`));
    const file = join(whole, name);
    writeNewFile(file, Buffer.from(text));
    return ok({ file });
  } catch (error) {
    return err(fault('technician.not-written', error instanceof Error ? error.message : 'unknown'));
  }
}

/** A link on a stick leads wherever who made it likes. */
function realOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function withEnd(root: string): string {
  return root.endsWith(sep) ? root : `${root}${sep}`;
}
