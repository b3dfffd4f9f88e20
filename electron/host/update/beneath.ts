import { randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  fchownSync,
  fstatSync,
  fsyncSync,
  openSync,
  readSync,
  renameSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { isAbsolute, relative } from 'node:path';

/**
 * Files of a folder that another user owns, read and written by root. That user may put a link, a pipe or a device in the place of any of
 * them at any moment: each folder on the way is opened by itself and no link is followed (open(2), O_NOFOLLOW), and whatever is behind it is
 * reached through the open folder (proc_pid_fd(5)), which stays the one that was looked at.
 */

const { O_RDONLY, O_WRONLY, O_CREAT, O_EXCL, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants;
const CHUNK_BYTES = 1_048_576;

/** That what was asked for is not a plain file or folder beneath the folder, or longer than it may be. */
export class NotBeneath extends Error {}

/** The steps from `folder` to `path`; throws `NotBeneath` for one that leads elsewhere. */
export function stepsTo(folder: string, path: string): readonly string[] {
  const steps = relative(folder, path).split('/');
  if (!isAbsolute(path) || steps.some((step) => step === '' || step === '..' || step.includes('\0')))
    throw new NotBeneath('a path that is not in its folder');
  return steps;
}

/** `work` gets a path that leads into the last of the folders, whatever becomes of their names meanwhile. */
export function inFolder<T>(folder: string, steps: readonly string[], work: (folder: string) => T): T {
  // Its own name is in a folder of root's, who may have laid it on another disk.
  let open = openSync(folder, O_RDONLY | O_DIRECTORY);
  try {
    for (const step of steps) {
      const below = openSync(`${through(open)}/${step}`, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
      closeSync(open);
      open = below;
    }
    return work(through(open));
  } finally {
    closeSync(open);
  }
}

function through(handle: number): string {
  return `/proc/self/fd/${String(handle)}`;
}

/**
 * The bytes of one file, in pieces, as they are at this moment. Throws `NotBeneath` for what is no file, has another name elsewhere, or is longer than
 * `mostBytes`, also when it grows while it is read.
 */
export function readBeneath(
  folder: string,
  steps: readonly string[],
  mostBytes: number,
  onBytes: (bytes: Uint8Array) => void,
): void {
  const name = steps.at(-1) ?? '';
  inFolder(folder, steps.slice(0, -1), (above) => {
    // Without waiting: a pipe has a reader that would wait for ever.
    const handle = openSync(`${above}/${name}`, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
    try {
      const { size, nlink } = checkedFile(handle);
      if (size > mostBytes) throw new NotBeneath(`${name} is too long`);
      // A second name may be one of a file that its owner could not read.
      if (nlink !== 1) throw new NotBeneath(`${name} has a name elsewhere`);
      const chunk = Buffer.alloc(CHUNK_BYTES);
      let total = 0;
      for (;;) {
        const read = readSync(handle, chunk);
        if (read === 0) return;
        total += read;
        if (total > mostBytes) throw new NotBeneath(`${name} is too long`);
        onBytes(chunk.subarray(0, read));
      }
    } finally {
      closeSync(handle);
    }
  });
}

function checkedFile(handle: number): { readonly size: number; readonly nlink: number } {
  const stat = fstatSync(handle);
  if (!stat.isFile()) throw new NotBeneath('not a file');
  return stat;
}

export function textBeneath(folder: string, steps: readonly string[], mostBytes: number): string {
  const pieces: Buffer[] = [];
  readBeneath(folder, steps, mostBytes, (bytes) => pieces.push(Buffer.from(bytes)));
  return Buffer.concat(pieces).toString('utf8');
}

/** Whole and on the disk when it returns, and owned by whom the folder belongs to. */
export function replaceBeneath(folder: string, steps: readonly string[], text: string): void {
  const name = steps.at(-1) ?? '';
  inFolder(folder, steps.slice(0, -1), (above) => {
    const unfinished = `${above}/${name}.new`;
    takeAway(unfinished);
    const handle = openSync(unfinished, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0o600);
    const around = openSync(above, O_RDONLY | O_DIRECTORY);
    try {
      writeSync(handle, text);
      const { uid, gid } = fstatSync(around);
      fchownSync(handle, uid, gid);
      fsyncSync(handle);
      renameSync(unfinished, `${above}/${name}`);
      fsyncSync(around);
    } finally {
      closeSync(handle);
      closeSync(around);
    }
  });
}

/** Also a link of that name, never what it leads to; a folder gets another name. */
export function removeBeneath(folder: string, steps: readonly string[]): void {
  inFolder(folder, steps.slice(0, -1), (above) => {
    takeAway(`${above}/${steps.at(-1) ?? ''}`);
  });
}

/** Not into folders: whoever owns them could put a link in the place of one while root empties it. */
function takeAway(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null;
    if (code === 'ENOENT') return;
    if (code !== 'EISDIR' && code !== 'EPERM') throw error;
    renameSync(path, `${path}.refused-${randomUUID()}`);
  }
}
