import { execFile } from 'node:child_process';
import type { Clock } from '#contract/ports.ts';
import type { Log } from '#terminal/log.ts';

/**
 * What systemd is told (sd_notify(3)): that the terminal is ready, that it is well, that it ends. Node has no datagram
 * sockets of the Unix kind, so `systemd-notify` says it, which waits until it was understood; the unit needs
 * `NotifyAccess=all` for that.
 */

/** A helper that takes longer stands on a machine on which nothing works. */
const HELPER_WITHIN_MS = 10_000;
/** One that fails to be told of it is told again before half of its patience is over. */
const PARTS_OF_WATCHDOG = 3;

export interface SupervisorPorts {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  readonly log: Log;
  /**
   * Whether the terminal does its work at this moment, looked at and not remembered. A promise that never ends is what a
   * watchdog is for.
   */
  readonly isWell: () => Promise<boolean>;
}

export interface Supervisor {
  /** The terminal listens. From now on it is asked whether it is well, when the unit has a watchdog. */
  ready(): Promise<void>;
  stopping(): Promise<void>;
}

/** Without a supervisor that wants to know (`NOTIFY_SOCKET`) each call does nothing. */
export function tellSupervisor({ env, clock, log, isWell }: SupervisorPorts): Supervisor {
  const isHeard = Boolean(env['NOTIFY_SOCKET']);
  const everyMs = Number(env['WATCHDOG_USEC'] ?? 0) / 1000 / PARTS_OF_WATCHDOG;
  let cancel: () => void = () => undefined;
  let stopped = false;

  function say(...words: readonly string[]): Promise<void> {
    if (!isHeard) return Promise.resolve();
    return new Promise((resolve) => {
      execFile('systemd-notify', words, { timeout: HELPER_WITHIN_MS }, (error) => {
        if (error !== null) log({ level: 'error', event: 'supervisor.not-told', detail: error.message });
        resolve();
      });
    });
  }

  async function beat(): Promise<void> {
    const well = await isWell();
    if (stopped) return;
    if (well) await say('WATCHDOG=1');
    else log({ level: 'error', event: 'supervisor.unwell' });
    cancel = clock.after(everyMs, () => void beat());
  }

  return {
    ready: async () => {
      await say('--ready');
      if (everyMs > 0 && isHeard) void beat();
    },
    stopping: async () => {
      stopped = true;
      cancel();
      await say('STOPPING=1');
    },
  };
}
