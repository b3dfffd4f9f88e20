import { spawn } from 'node:child_process';
import { exitCodes } from '#terminal/health/exit-codes.ts';

export interface SelfStarterPorts {
  /** In a checkout nothing is begun anew: somebody is at it. */
  readonly isPackaged: boolean;
  /** Whoever started it does so again (`--supervised`). */
  readonly isSupervised: boolean;
  /** `app.relaunch`: Electron starts it again when this process is gone. */
  readonly relaunch: () => void;
  /** The AppImage that this was started from, as its launcher says in `APPIMAGE`; undefined: it was not started from one. */
  readonly appImage: string | undefined;
  readonly pid: number;
  /** What followed the program when it was started. */
  readonly argv: readonly string[];
}

/**
 * What a terminal that nobody supervises does right before it ends with a code: it sees to it that the same program begins anew once this process is
 * gone, unless somebody at the machine asked for the end (0) or nothing is left to begin (decommissioned). To be called once.
 */
export function selfStarter(ports: SelfStarterPorts): (exitCode: number) => void {
  const { isPackaged, isSupervised, relaunch, appImage, pid, argv } = ports;
  if (isSupervised || !isPackaged) return () => undefined;
  return (exitCode) => {
    if (exitCode === 0 || exitCode === exitCodes.decommissioned) return;
    if (appImage === undefined) relaunch();
    else startWhenGone(pid, [appImage, ...argv]);
  };
}

/** Electron's own helper runs from the AppImage's mount, and goes with it when this process does (electron-builder #1727): the system's shell waits. */
function startWhenGone(pid: number, command: readonly string[]): void {
  const wait = 'while kill -0 "$0" 2>/dev/null; do sleep 0.2; done; exec "$@"';
  const words = ['-c', wait, String(pid), ...command];
  spawn('/bin/sh', words, { detached: true, stdio: ['ignore', 'inherit', 'inherit'] }).unref();
}
