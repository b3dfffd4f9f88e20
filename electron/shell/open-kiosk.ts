import { BrowserWindow, ipcMain, MessageChannelMain } from 'electron';
import type { Clock } from '#contract/ports.ts';
import type { CrashNotes } from '#terminal/health/crashes.ts';
import type { Log } from '#terminal/log.ts';
import { OUT_OF_SERVICE_URL } from './origin.ts';
import { attachRpcBridge, type GuardedPort } from './rpc-bridge.ts';
import { watchRenderer } from './watch-renderer.ts';
import { windowOptions } from './window-options.ts';

export interface KioskOptions {
  readonly preloadPath: string;
  readonly kiosk: boolean;
  readonly clock: Clock;
  readonly log: Log;
  readonly exit: (code: number) => void;
  readonly crashes: Pick<CrashNotes, 'note' | 'outOfService'>;
}

/** The resident's window: served by `serve`, reloaded when it crashes. */
export function openKiosk(options: KioskOptions, serve: (port: GuardedPort) => void): BrowserWindow {
  const window = openWindow(options);
  const contents = window.webContents;
  attachRpcBridge({
    ipc: ipcMain,
    contents,
    createChannel: () => new MessageChannelMain(),
    serve,
    refused: (code) => options.log({ level: 'warn', event: 'shell.port-refused', code }),
  });
  watchRenderer({
    contents,
    clock: options.clock,
    exit: options.exit,
    report: (event, actions) => {
      const reason = 'reason' in event ? event.reason : '';
      const done = actions.map((action) => action.kind);
      const detail = [reason, done.join(', ')].join(' → ');
      options.log({ level: 'error', event: `shell.renderer-${event.kind}`, detail });
      // The end of a hanging page that was killed is the same crash.
      if (actions.length > 0) options.crashes.note('screen', `${event.kind} ${reason}`.trim());
      if (done.includes('show-out-of-service')) options.crashes.outOfService(true);
    },
  });
  return window;
}

/**
 * A terminal that cannot start says so on its screen, for a while, and then ends with `code` for the
 * supervisor, which tries again: never a blank window, never a dialog.
 */
export function openOutOfService(options: KioskOptions, code: number, forMs: number): BrowserWindow {
  const window = openWindow(options);
  window.webContents.loadURL(OUT_OF_SERVICE_URL).catch(() => undefined);
  options.clock.after(forMs, () => options.exit(code));
  return window;
}

function openWindow({ preloadPath, kiosk }: KioskOptions): BrowserWindow {
  const window = new BrowserWindow(windowOptions({ preloadPath, kiosk }));
  window.removeMenu();
  window.once('ready-to-show', () => window.show());
  return window;
}
