import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fault } from '#contract/fault.ts';
import { sleep, type Clock } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { Log } from '../log.ts';
import { processCommand, processIdentity, stopPostmaster } from './processes.ts';
import { runDetached, type RunAs } from './run-as.ts';

export interface Server {
  readonly child: ChildProcess & { readonly pid: number };
  /** Resolves when it is gone, whoever ended it. */
  readonly exited: Promise<void>;
}

const delays = {
  /** Start includes crash recovery. */
  startLimitMs: 60_000,
  pollMs: 25,
} as const;

/** A server of this cluster that outlived its parent. */
export async function stopOrphan(cluster: string, clock: Clock, log: Log): Promise<void> {
  const pid = postmaster(cluster)?.pid;
  if (pid === undefined) return;
  if (processIdentity(pid) !== null && processCommand(pid).includes(` ${cluster} `)) {
    log({ event: 'database.orphan-stopped', pid });
    await stopPostmaster(pid, clock);
  } else {
    // PostgreSQL takes any process of this number for a living server: another program that has it now,
    // or a dead one that nobody has reaped. Its own check of the shared memory stays.
    rmSync(join(cluster, 'postmaster.pid'), { force: true });
  }
}

/** Manual 68.1: line 1 is the process, line 8 its state. */
function postmaster(cluster: string): { pid: number; ready: boolean } | null {
  try {
    const lines = readFileSync(join(cluster, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number(lines[0]);
    return Number.isSafeInteger(pid) && pid > 1 ? { pid, ready: lines[7]?.trim() === 'ready' } : null;
  } catch {
    return null;
  }
}

/** Ready to answer, or gone again with the reason; aborting `signal` ends it. */
export async function startServer(
  folder: string,
  native: string,
  runAs: RunAs,
  port: number,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Result<Server>> {
  const cluster = join(folder, 'cluster');
  const logPath = join(folder, 'postgres.log');
  // A file, not a pipe: the server may outlive us.
  const output = openSync(logPath, 'w', 0o600);
  const child = runDetached(join(native, 'bin', 'postgres'), serverArguments(cluster, port), runAs, output);
  closeSync(output);
  let gone = false;
  const exited = new Promise<void>((resolve) => {
    const end = () => {
      gone = true;
      resolve();
    };
    child.once('exit', end);
    child.once('error', end);
  });
  const giveUpAt = clock.monotonicMs() + delays.startLimitMs;
  while (!gone && hasPid(child) && !signal.aborted && clock.monotonicMs() < giveUpAt) {
    const state = postmaster(cluster);
    if (state?.pid === child.pid && state.ready) return ok({ child, exited });
    await sleep(clock, delays.pollMs);
  }
  if (!gone && child.pid !== undefined) await stopPostmaster(child.pid, clock);
  return err(fault('store.failed', lastFatal(logPath)));
}

function hasPid(child: ChildProcess): child is ChildProcess & { readonly pid: number } {
  return child.pid !== undefined;
}

function serverArguments(cluster: string, port: number): string[] {
  const settings = {
    port: String(port),
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: '60',
    shared_buffers: '64MB',
    // A statement that no month can be named for locks each table and index of each: 15 a month, and ten years are 120.
    max_locks_per_transaction: '1024',
    fsync: 'on',
    synchronous_commit: 'on',
    timezone: 'UTC',
    lc_messages: 'C',
    // A row or statement in the log would be somebody's personal data.
    log_error_verbosity: 'terse',
    log_min_error_statement: 'panic',
    log_statement: 'none',
    log_checkpoints: 'off',
  };
  return ['-D', cluster, ...Object.entries(settings).flatMap(([key, value]) => ['-c', `${key}=${value}`])];
}

function lastFatal(logPath: string): string {
  const lines = readFileSync(logPath, 'utf8').trim().split('\n');
  return (lines.findLast((line) => line.includes('FATAL')) ?? lines.at(-1) ?? '').slice(0, 300);
}
