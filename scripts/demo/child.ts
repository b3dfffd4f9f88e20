import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, createWriteStream, openSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';

/** All delays of the children's lives, in milliseconds. */
export const childDelays = {
  /** The first start makes a database cluster, on slow disks for a while. */
  readyMs: 90_000,
  /** The station promises to be gone within 5 s: what has not ended by itself by then is killed. */
  graceMs: 4_000,
} as const;

export interface ChildEnd {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Child<Ready> {
  readonly name: string;
  readonly pid: number;
  /** The child's ready line, parsed. */
  readonly ready: Ready;
  readonly logFile: string;
  readonly ended: Promise<ChildEnd>;
  /** SIGTERM, then SIGKILL to the whole process group after the grace; resolves when it is gone. */
  stop(): Promise<void>;
  kill(): void;
}

export class ChildFailed extends Error {
  override readonly name = 'ChildFailed';
}

export interface ChildSettings<Ready> {
  /** As it stands in a sentence: "the platform". */
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly logFile: string;
  /** With an IPC channel, whose end tells a Node child that the station was killed outright. */
  readonly ipc: boolean;
  /** The one JSON line on stdout that says that the child is up; null when it says none. */
  readonly readyLine: z.ZodType<Ready> | null;
  /** Gives the start up; the child is ended in good order. */
  readonly signal: AbortSignal | null;
}

/** Starts a process and resolves when it is ready. Throws ChildFailed with a sentence when it never is. */
export async function startChild<Ready>(settings: ChildSettings<Ready>): Promise<Child<Ready | null>> {
  // A file and no pipe: were the station killed, the next word to a broken pipe would kill a child in the
  // middle of its own good end, and leave what it has started.
  const logFd = openSync(settings.logFile, 'w', 0o600);
  const child = spawn(settings.command, settings.args, {
    cwd: settings.cwd,
    env: settings.env,
    // A group of its own: Ctrl-C reaches the station only, which then ends its children in order, and a
    // child's children (postgres, the device host) can be ended with it.
    detached: process.platform !== 'win32',
    stdio: ['ignore', 'pipe', logFd, ...(settings.ipc ? (['ipc'] as const) : [])],
    windowsHide: true,
  });
  closeSync(logFd);
  const log = createWriteStream(settings.logFile, { flags: 'a' });
  child.stdout?.pipe(log, { end: false });

  const ended = new Promise<ChildEnd>((resolve) => {
    child.once('close', (code, signal) => {
      log.end();
      resolve({ code, signal });
    });
  });
  const spawnFailed = new Promise<never>((_, reject) => {
    child.once('error', (error) => {
      reject(new ChildFailed(`${settings.name} could not be started: ${error.message}.`));
    });
  });
  spawnFailed.catch(() => undefined);

  const running = {
    name: settings.name,
    logFile: settings.logFile,
    ended,
    stop: () => stop(child, ended),
    kill: () => signalGroup(child, 'SIGKILL'),
  };
  try {
    const ready =
      settings.readyLine === null
        ? await Promise.race([started(child), spawnFailed])
        : await Promise.race([
            readyLine(child, settings.readyLine),
            ended.then((end) => {
              throw new ChildFailed(`${sentenceOfEnd(settings.name, end)} Its log is ${settings.logFile}.`);
            }),
            tooLate(settings, ended),
            aborted(settings.signal),
            spawnFailed,
          ]);
    return { ...running, pid: child.pid ?? 0, ready };
  } catch (error) {
    if (settings.signal?.aborted) await running.stop();
    else running.kill();
    throw error;
  }
}

/** "The platform ended by itself (exit code 1)." */
export function sentenceOfEnd(name: string, end: ChildEnd): string {
  const how = end.signal === null ? `exit code ${end.code ?? '?'}` : end.signal;
  return `${name.charAt(0).toUpperCase()}${name.slice(1)} ended by itself (${how}).`;
}

export function repositoryPath(relative: string): string {
  return fileURLToPath(new URL(`../../${relative}`, import.meta.url));
}

function started(child: ChildProcess): Promise<null> {
  return new Promise((resolve) => child.once('spawn', () => resolve(null)));
}

function readyLine<Ready>(child: ChildProcess, schema: z.ZodType<Ready>): Promise<Ready> {
  return new Promise((resolve) => {
    if (child.stdout === null) return;
    const lines = createInterface({ input: child.stdout });
    lines.on('line', (line) => {
      const parsed = schema.safeParse(parseJson(line));
      if (parsed.success) resolve(parsed.data);
    });
  });
}

function aborted(signal: AbortSignal | null): Promise<never> {
  return new Promise((_, reject) => {
    const giveUp = () => reject(new ChildFailed('The start was given up.'));
    if (signal?.aborted) giveUp();
    else signal?.addEventListener('abort', giveUp, { once: true });
  });
}

function parseJson(line: string): unknown {
  if (!line.startsWith('{')) return undefined;
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function tooLate(settings: { name: string; logFile: string }, ended: Promise<ChildEnd>): Promise<never> {
  return new Promise((_, reject) => {
    const seconds = childDelays.readyMs / 1000;
    const timer = setTimeout(() => {
      reject(
        new ChildFailed(
          `${settings.name} was not ready within ${seconds} s; its log is ${settings.logFile}.`,
        ),
      );
    }, childDelays.readyMs);
    timer.unref();
    void ended.then(() => clearTimeout(timer));
  });
}

async function stop(child: ChildProcess, ended: Promise<ChildEnd>): Promise<void> {
  signalGroup(child, 'SIGTERM');
  const timer = setTimeout(() => signalGroup(child, 'SIGKILL'), childDelays.graceMs);
  await ended;
  clearTimeout(timer);
  // Whatever the child itself started and left behind.
  signalGroup(child, 'SIGKILL');
}

/** SIGTERM goes to the child alone, so that it can end its own children in its own order. */
function signalGroup(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  try {
    if (signal === 'SIGKILL' && process.platform !== 'win32') process.kill(-child.pid, signal);
    else if (child.exitCode === null && child.signalCode === null) child.kill(signal);
  } catch {
    // Already gone.
  }
}
