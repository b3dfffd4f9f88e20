import { accessSync, constants, statSync } from 'node:fs';
import { fault, type Fault } from '#contract/fault.ts';

/**
 * Why this user must not touch a terminal's data: null when it may. Root could write everywhere, and what it wrote there the terminal's own user
 * could not open; anybody else would find the folder empty. Null as well where there is no such folder yet, and on systems without numbers of
 * users. Fault: `store.other-user`, with how to run it as the one whose folder it is.
 */
export function otherUsersFolder(dataDir: string, uid = process.getuid?.(), isOpen = isOpenTo): Fault | null {
  if (uid === undefined) return null;
  const owner = ownerOf(dataDir);
  if (owner === 'hidden')
    return fault(
      'store.other-user',
      `user ${uid} may not look at ${dataDir}: run it as the user whose folder it is`,
    );
  if (owner === null || owner.uid === uid) return null;
  if (uid !== 0 && isOpen(dataDir)) return null;
  const whose = `${dataDir} is of user ${owner.uid}, and this is user ${uid}`;
  // Somebody who is not root may be the right one: it is the folder then that was brought here by hand.
  const mend =
    uid === 0
      ? `as that one: setpriv --reuid=${owner.uid} --regid=${owner.gid} --clear-groups …`
      : `run it as that one, or, where the folder was brought here by hand, as root: chown -R ${uid} ${dataDir}`;
  return fault('store.other-user', `${whose}; ${mend}`);
}

/** Null: there is no such folder; `hidden`: one above it is closed to this user. */
function ownerOf(folder: string): { readonly uid: number; readonly gid: number } | 'hidden' | null {
  try {
    return statSync(folder, { throwIfNoEntry: false }) ?? null;
  } catch {
    return 'hidden';
  }
}

/** As the kernel judges it, for this process: shared by a group or an access list. */
function isOpenTo(folder: string): boolean {
  try {
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
