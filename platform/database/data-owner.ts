import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { fault } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { processIdentity } from './processes.ts';

const ownerSchema = z.object({ pid: z.number().int().positive(), identity: z.string().max(200) });

/**
 * Two platforms must not run one data folder: the second would take the first one's database for an
 * orphan and stop it. The owner's identity is kept in a file; an owner that is gone is replaced.
 */
export function takeDataFolder(dataDir: string): Result<{ release(): void }> {
  const path = join(dataDir, 'owner.json');
  const owner = { pid: process.pid, identity: processIdentity(process.pid) ?? '' };
  const holder = readOwner(path);
  if (holder !== null && processIdentity(holder.pid) === holder.identity) {
    return err(
      fault(
        'store.failed',
        `The data folder ${dataDir} is in use by process ${String(holder.pid)}; stop that one, or name another folder.`,
      ),
    );
  }
  rmSync(path, { force: true });
  try {
    // Exclusive creation: of two that start in the same instant, one is told so.
    writeFileSync(path, JSON.stringify(owner), { flag: 'wx', mode: 0o600 });
  } catch {
    return err(
      fault('store.failed', `The data folder ${dataDir} cannot be written, or is just being taken.`),
    );
  }
  return ok({ release: () => rmSync(path, { force: true }) });
}

function readOwner(path: string): z.infer<typeof ownerSchema> | null {
  try {
    const parsed = ownerSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
