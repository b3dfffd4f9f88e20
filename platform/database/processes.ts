import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { sleep, type Clock } from '#contract/ports.ts';

/**
 * A running process cannot be told from a later one with the same number by its number alone, so an
 * identity adds when it started (proc(5): field 22 of stat counts ticks since boot). `null`: it is gone;
 * a zombie that nobody has reaped counts as gone.
 */
export function processIdentity(pid: number): string | null {
  return process.platform === 'linux' ? linuxIdentity(pid) : portableIdentity(pid);
}

function linuxIdentity(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${String(pid)}/stat`, 'utf8');
    // The second field is the command in brackets and may hold spaces and brackets itself.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}:${String(pid)}:${fields[19] ?? ''}`;
  } catch {
    return null;
  }
}

function portableIdentity(pid: number): string | null {
  const started = ps('lstart=', pid);
  return started === '' ? null : `${String(pid)}:${started}`;
}

/** The command line of a process, words parted by spaces; empty when it is gone or not ours to see. */
export function processCommand(pid: number): string {
  if (process.platform !== 'linux') return ps('command=', pid);
  try {
    return readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

function ps(column: string, pid: number): string {
  try {
    return execFileSync('ps', ['-o', column, '-p', String(pid)], { encoding: 'utf8', timeout: 2000 }).trim();
  } catch {
    return '';
  }
}

/** PostgreSQL's shutdown modes (manual 18.5): fast, immediate, and the one that nothing can refuse. */
const stopLadder = [
  { signal: 'SIGINT', patienceMs: 2500 },
  { signal: 'SIGQUIT', patienceMs: 700 },
  { signal: 'SIGKILL', patienceMs: 300 },
] as const;
const POLL_MS = 20;

/** Ends a postmaster within 3.5 s; its children end themselves when it is gone. */
export async function stopPostmaster(pid: number, clock: Clock): Promise<void> {
  const identity = processIdentity(pid);
  for (const { signal, patienceMs } of stopLadder) {
    if (identity === null || processIdentity(pid) !== identity) return;
    try {
      process.kill(pid, signal);
    } catch {
      return;
    }
    const giveUpAt = clock.monotonicMs() + patienceMs;
    while (clock.monotonicMs() < giveUpAt) {
      if (processIdentity(pid) !== identity) return;
      await sleep(clock, POLL_MS);
    }
  }
}
