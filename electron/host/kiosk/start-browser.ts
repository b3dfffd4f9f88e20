import { spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import type { Clock } from '#contract/ports.ts';
import { openDevtoolsPipe } from './devtools-pipe.ts';
import type { BrowserProcess } from './kiosk-browser.ts';

/** What the browser may know of its environment: how to reach screen and sound, its language; nothing of the terminal. */
const passedOn = [
  ...['PATH', 'HOME', 'LANG', 'LC_ALL', 'TZ', 'XDG_RUNTIME_DIR', 'TMPDIR'],
  ...['WAYLAND_DISPLAY', 'DISPLAY', 'XAUTHORITY', 'DBUS_SESSION_BUS_ADDRESS', 'PULSE_SERVER'],
] as const;

/** Starts Chromium with the pipe's two ends as its third and fourth descriptor. */
export function startBrowser(program: string, args: readonly string[], clock: Clock): BrowserProcess {
  const child = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    env: Object.fromEntries(
      passedOn.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
    ),
    // Its renderers and helpers end with it: they are one group.
    detached: true,
  });
  let exited = false;
  const kill = (): void => {
    if (exited || child.pid === undefined) return;
    try {
      process.kill(-child.pid, 'SIGKILL');
    } catch {
      // Gone a moment ago; its exit says so.
    }
  };
  return {
    // As `stdio` above asks for.
    pipe: openDevtoolsPipe(child.stdio[3] as Writable, child.stdio[4] as Readable, clock),
    onExit: (listener) => {
      const once = (how: string): void => {
        if (exited) return;
        exited = true;
        listener(how);
      };
      child.once('error', (error) => {
        once(error.message);
      });
      child.once('exit', (code, signal) => {
        once(`browser ${signal ?? `exit ${String(code)}`}`);
      });
    },
    kill,
  };
}
