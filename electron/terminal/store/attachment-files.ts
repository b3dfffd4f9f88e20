import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { MAX_ATTACHMENT_BYTES } from '#contract/attachment.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import { workFault } from './crash-only.ts';
import { makeFolder, syncPath, writeSynced } from './durable-file.ts';

/**
 * A folder of sealed files, each named by the SHA-256 of what stands in it, so that whoever has no key can still
 * tell whether it is whole. One flat folder: it holds some ten thousand files at the most, and all files of an
 * application are made durable by one fsync of it, where a fan-out would need one for each.
 */
export interface AttachmentFiles {
  readonly folder: string;
  /**
   * Writes each as it comes, so that one at a time is in memory, and is back when files and folder are on the
   * disk: only then may a row name them. Gives their names. Faults: `store.full`, `store.failed`; nothing is left
   * behind then.
   */
  write(sealed: Iterable<Uint8Array>): Result<readonly string[], Fault>;
  /** Fault: `store.attachment-gone` when it is missing, does not read, or is not what its name says. */
  read(name: string): Result<Uint8Array, Fault>;
  /** What does not go is found by the next sweep. Does nothing in a store that broke. */
  remove(names: readonly string[]): void;
  /** Every file of the folder, also what a kill left half written. */
  names(): readonly string[];
}

const FOLDER = 'attachments';
const UNFINISHED = '.new';

/** A sealed file holds its plain bytes and a nonce, padding and tag of the suite. */
const MAX_FILE_BYTES = MAX_ATTACHMENT_BYTES + 1024;

/** Opens (and makes) the folder. */
export function openAttachmentFiles(dataDir: string): AttachmentFiles {
  const folder = join(dataDir, FOLDER);
  makeFolder(folder);
  const pathOf = (name: string) => join(folder, name);

  function remove(names: readonly string[]): void {
    for (const name of names) {
      try {
        rmSync(pathOf(name), { force: true });
      } catch {
        // A disk that takes no removal now: the row is gone already, and the sweep tries again.
      }
    }
  }

  return {
    folder,
    write: (sealed) => {
      const names: string[] = [];
      try {
        for (const bytes of sealed) {
          const name = nameOf(bytes);
          const path = pathOf(name);
          names.push(name);
          rmSync(path + UNFINISHED, { force: true });
          writeSynced(path + UNFINISHED, bytes);
          renameSync(path + UNFINISHED, path);
        }
        syncPath(folder);
        return ok(names);
      } catch (error) {
        remove([...names, ...names.map((name) => name + UNFINISHED)]);
        return err(workFault('attachment', error));
      }
    },
    read: (name) => {
      try {
        if (statSync(pathOf(name)).size > MAX_FILE_BYTES) return gone(name);
        const bytes = readFileSync(pathOf(name));
        return nameOf(bytes) === name ? ok(bytes) : gone(name);
      } catch {
        return gone(name);
      }
    },
    remove,
    names: () => {
      try {
        return readdirSync(folder);
      } catch {
        // A folder that does not read has nothing to be swept.
        return [];
      }
    },
  };
}

/** Without making the folder: a backup may have none. */
export function hasAttachments(dataDir: string): boolean {
  return existsSync(join(dataDir, FOLDER));
}

export function nameOf(sealed: Uint8Array): string {
  return createHash('sha256').update(sealed).digest('hex');
}

function gone(name: string): Result<never, Fault> {
  return err(fault('store.attachment-gone', `${name} is missing or is not whole`));
}
