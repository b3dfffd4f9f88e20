import { accessSync, constants, statSync } from 'node:fs';
import { fault, type Fault } from '#contract/fault.ts';

/**
 * Why this user must not touch a terminal's data: null when it may. Root could write everywhere, and what it wrote there the terminal's own user
 * could not open; anybody else would find the folder empty. Null as well where there is no such folder yet, and on systems without numbers of
 * users. Fault: `store.other-user`, with how to run it as the one whose folder it is.
 */
export function otherUsersFolder(dataDir: string, uid = process.getuid?.()): Fault | null {
  const folder = statSync(dataDir, { throwIfNoEntry: false });
  if (uid === undefined || folder === undefined || folder.uid === uid) return null;
  if (uid !== 0 && isOpenTo(dataDir)) return null;
  const { uid: owner, gid } = folder;
  return fault(
    'store.other-user',
    `${dataDir} is of user ${owner}, and this is user ${uid}; as that one: setpriv --reuid=${owner} --regid=${gid} --clear-groups …`,
  );
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
