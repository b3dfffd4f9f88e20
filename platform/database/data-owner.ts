import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { fault } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { errorCode } from '../log.ts';
import { processIdentity } from './processes.ts';

const ownerSchema = z.object({ pid: z.number().int().positive(), identity: z.string().max(200) });
type Owner = z.infer<typeof ownerSchema>;

/**
 * Two platforms must not run one data folder: the second would take the first one's database for an
 * orphan and stop it. The owner's identity is kept in a file; an owner that is gone is replaced.
 */
export function takeDataFolder(dataDir: string): Result<{ release(): void }> {
  const path = join(dataDir, 'owner.json');
  const owner = { pid: process.pid, identity: processIdentity(process.pid) ?? '' };
  const holder = readOwner(path);
  if (holder !== null && isAlive(holder)) {
    return err(
      fault(
        'store.failed',
        `The data folder ${dataDir} is in use by process ${String(holder.pid)}; stop that one, or name another folder.`,
      ),
    );
  }
  if (!replaceOwner(path, owner)) {
    return err(
      fault('store.failed', `The data folder ${dataDir} cannot be written, or is just being taken.`),
    );
  }
  return ok({ release: () => rmSync(path, { force: true }) });
}

/**
 * Puts this owner in the place of one that is gone, or of none. Of two who saw the same one gone, the second would remove the first one's
 * file: so what is moved away is looked at once more, and put back when it is somebody's who lives. False: somebody else has the folder, or it cannot
 * be written.
 */
export function replaceOwner(path: string, owner: Owner): boolean {
  const aside = `${path}.${String(owner.pid)}`;
  try {
    moveAway(path, aside);
    const moved = readOwner(aside);
    // Exclusive creation, either way: nobody's file is written over.
    const isTaken = moved !== null && isAlive(moved);
    if (isTaken) linkSync(aside, path);
    else writeFileSync(path, JSON.stringify(owner), { flag: 'wx', mode: 0o600 });
    return !isTaken;
  } catch {
    return false;
  } finally {
    rmSync(aside, { force: true });
  }
}

function moveAway(path: string, aside: string): void {
  try {
    renameSync(path, aside);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error;
  }
}

function isAlive({ pid, identity }: Owner): boolean {
  return processIdentity(pid) === identity;
}

function readOwner(path: string): Owner | null {
  try {
    const parsed = ownerSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
