import {
  execFileSync,
  spawn,
  spawnSync,
  type ChildProcess,
  type ExecFileSyncOptionsWithStringEncoding,
} from 'node:child_process';
import { fault } from '#contract/fault.ts';
import { err, ok, type Result } from '#contract/result.ts';

/** `null`: whoever we are. PostgreSQL refuses to run as root, so root runs it as the user `postgres`. */
export type RunAs = { readonly uid: number; readonly gid: number } | null;

export function databaseUser(): Result<RunAs> {
  if (process.getuid?.() !== 0) return ok(null);
  const found = lookUp() ?? createUser();
  if (found) return ok(found);
  return err(
    fault(
      'store.failed',
      'PostgreSQL does not run as root and the user "postgres" could not be created; create it, or start as an ordinary user.',
    ),
  );
}

function lookUp(): RunAs {
  try {
    const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], quiet));
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return null;
  }
}

function createUser(): RunAs {
  try {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', 'postgres'], quiet);
    return lookUp();
  } catch {
    return null;
  }
}

const quiet: ExecFileSyncOptionsWithStringEncoding = {
  encoding: 'utf8',
  timeout: 10_000,
  stdio: ['ignore', 'pipe', 'ignore'],
};

/** Whether that user can use a folder; asked of the kernel, since modes, ACLs and mounts all have a say. */
export function canReach(runAs: RunAs, folder: string, access: '-x' | '-w'): boolean {
  const answer = spawnSync('/bin/sh', ['-c', `test ${access} "$0" && test -x "$0"`, folder], {
    ...(runAs ?? {}),
    cwd: '/',
    stdio: 'ignore',
    timeout: 5000,
  });
  return answer.status === 0;
}

/** Started as a group of its own: Ctrl-C in a terminal reaches us, and we end the database last. */
export function runDetached(
  program: string,
  args: string[],
  runAs: RunAs,
  output: number | 'ignore',
): ChildProcess {
  return spawn(program, args, {
    ...(runAs ?? {}),
    cwd: '/',
    // Nothing of our environment: it may hold tokens.
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    detached: true,
    stdio: ['ignore', output, output],
  });
}
