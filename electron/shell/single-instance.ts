import type { App, BrowserWindow } from 'electron';

/**
 * One terminal per machine and user: two would fight over the serial ports and the database. The second
 * start ends at once and brings the first one's window to the front.
 *
 * Returns false in the process that must end.
 */
export function holdSingleInstance(
  app: Pick<App, 'requestSingleInstanceLock' | 'on'>,
  window: () => Pick<BrowserWindow, 'show' | 'focus'> | null,
): boolean {
  if (!app.requestSingleInstanceLock()) return false;
  app.on('second-instance', () => {
    const first = window();
    first?.show();
    first?.focus();
  });
  return true;
}
