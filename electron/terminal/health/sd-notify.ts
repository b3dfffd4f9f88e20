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
}

/**
 * Whether what runs does its work at this moment, looked at and not remembered. A promise that never ends is what a
 * watchdog is for.
 */
export type IsWell = () => Promise<boolean>;

export interface Supervisor {
  /**
   * What was started listens. From now on it is asked whether it is well, when the unit has a watchdog. `doing` is what `systemctl
   * status` says. Called again, behind `changing`, for what comes after it in the same process: READY is said once.
   */
  ready(isWell: IsWell, doing: string): Promise<void>;
  /**
   * What was asked until now ends, and something else will be ready. It is heard once more, and has the watchdog's whole time for
   * that: one that never gets ready is ended like one that hangs.
   */
  changing(): Promise<void>;
  stopping(): Promise<void>;
}

/** Without a supervisor that wants to know (`NOTIFY_SOCKET`) each call does nothing. */
export function tellSupervisor({ env, clock, log }: SupervisorPorts): Supervisor {
  const isHeard = Boolean(env['NOTIFY_SOCKET']);
  const everyMs = Number(env['WATCHDOG_USEC'] ?? 0) / 1000 / PARTS_OF_WATCHDOG;
  const isWatched = isHeard && everyMs > 0;
  let cancel: () => void = () => undefined;
  /** Whom the beats ask; null: nobody, and an answer that is still on its way is not passed on. */
  let asked: IsWell | null = null;
  let isReady = false;
  let isStopping = false;

  function say(...words: readonly string[]): Promise<void> {
    if (!isHeard) return Promise.resolve();
    return new Promise((resolve) => {
      execFile('systemd-notify', words, { timeout: HELPER_WITHIN_MS }, (error) => {
        if (error !== null) log({ level: 'error', event: 'supervisor.not-told', detail: error.message });
        resolve();
      });
    });
  }

  async function beat(isWell: IsWell): Promise<void> {
    const well = await isWell();
    if (asked !== isWell) return;
    if (well) await say('WATCHDOG=1');
    else log({ level: 'error', event: 'supervisor.unwell' });
    if (asked === isWell) cancel = clock.after(everyMs, () => void beat(isWell));
  }

  function askNobody(): void {
    asked = null;
    cancel();
  }

  return {
    ready: async (isWell, doing) => {
      askNobody();
      await say(...(isReady ? [] : ['--ready']), `--status=${doing}`);
      isReady = true;
      if (isStopping) return;
      asked = isWell;
      if (isWatched) void beat(isWell);
    },
    changing: async () => {
      askNobody();
      if (isWatched) await say('WATCHDOG=1');
    },
    stopping: async () => {
      isStopping = true;
      askNobody();
      await say('STOPPING=1');
    },
  };
}
