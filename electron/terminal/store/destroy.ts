import {
  existsSync,
  fsyncSync,
  openSync,
  closeSync,
  readdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { randomFillSync } from 'node:crypto';
import { join } from 'node:path';
import { fault, type Fault } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { syncPath } from './durable-file.ts';

/** What stays of a terminal that was decommissioned: this, and the audit beside it. */
const KEPT_FOLDER = 'decommissioned';
const MARK = 'decommissioned.json';
const CHUNK_BYTES = 65_536;

export function keptFolder(dataDir: string): string {
  return join(dataDir, KEPT_FOLDER);
}

export function markFile(dataDir: string): string {
  return join(keptFolder(dataDir), MARK);
}

export function isDecommissioned(dataDir: string): boolean {
  return existsSync(markFile(dataDir));
}

/**
 * Removes everything of a decommissioned terminal but what is kept; keys first, overwritten. It may be called again: a power cut in
 * the middle of it is finished by the next start. Fault: `store.failed`, when a file does not go.
 */
export function destroyData(dataDir: string, backupDir: string | null): Result<null, Fault> {
  try {
    const keys = join(dataDir, 'keys');
    overwriteAll(keys);
    overwriteAll(join(dataDir, 'lan'));
    rmSync(keys, { recursive: true, force: true });
    syncPath(dataDir);
    // Sealed under the same keys, which are gone: but nobody is to have to believe that. Before the rest, in which the configuration
    // may lie that says where it is.
    if (backupDir !== null) rmSync(backupDir, { recursive: true, force: true });
    for (const name of readdirSync(dataDir)) {
      if (name !== KEPT_FOLDER) rmSync(join(dataDir, name), { recursive: true, force: true });
    }
    syncPath(dataDir);
    return ok(null);
  } catch (error) {
    return err(fault('store.failed', `decommission: ${error instanceof Error ? error.message : 'unknown'}`));
  }
}

/** In its place. What a flash disk keeps of the old bytes elsewhere is out of reach from here. */
function overwriteAll(folder: string): void {
  if (!existsSync(folder)) return;
  for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
    if (!entry.isFile()) continue;
    const file = join(entry.parentPath, entry.name);
    const { size } = statSync(file);
    const handle = openSync(file, 'r+');
    try {
      for (let at = 0; at < size; at += CHUNK_BYTES)
        writeSync(handle, randomFillSync(new Uint8Array(Math.min(CHUNK_BYTES, size - at))), 0, undefined, at);
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
  }
}
