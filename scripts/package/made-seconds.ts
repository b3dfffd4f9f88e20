import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Of a tree that does not know when it was made: the terminal takes none of its files for older. */
const EARLIEST_S = Date.UTC(2025, 0, 1) / 1000;
const GIT_MS = 10_000;

/**
 * The one time of all files of a package, in whole seconds since 1970, by which a terminal knows a clock that is before its own program: what
 * SOURCE_DATE_EPOCH says (reproducible-builds.org), else the commit's, which is the same wherever it is built; of a tree without git the first
 * of January 2025, and `say` gets that it is. Throws when SOURCE_DATE_EPOCH is no such number, or git does not answer.
 */
export function madeSeconds(
  root: string,
  env: Readonly<Record<string, string | undefined>>,
  say: (sentence: string) => void,
): number {
  const { SOURCE_DATE_EPOCH: given = '' } = env;
  if (given !== '') return whole(given, 'SOURCE_DATE_EPOCH');
  // A folder inside somebody else's repository is none of its commits.
  if (!existsSync(join(root, '.git'))) {
    say('no SOURCE_DATE_EPOCH and no git: the files of the package are dated 2025-01-01');
    return EARLIEST_S;
  }
  const asked = ['-C', root, 'log', '-1', '--format=%ct'];
  const { status, stdout, stderr } = spawnSync('git', asked, { encoding: 'utf8', timeout: GIT_MS });
  if (status !== 0) throw new Error(`git log: ${stderr} (SOURCE_DATE_EPOCH says it without git)`);
  return whole(stdout.trim(), 'git log');
}

function whole(text: string, from: string): number {
  if (!/^\d{1,11}$/.test(text)) throw new Error(`${from}: expected whole seconds since 1970`);
  return Number(text);
}
