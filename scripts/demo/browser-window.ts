import { join } from 'node:path';
import { repositoryPath, startChild, type Child } from './child.ts';

/**
 * Chromium must call nobody by itself, ask nothing, and keep its profile in the data folder. The page is
 * laid out for a panel of 1080 × 1920; at half scale it fits on an office screen.
 */
export function windowArguments(address: string, profileDir: string, isRoot: boolean): string[] {
  return [
    `--app=${address}`,
    `--user-data-dir=${profileDir}`,
    '--window-size=1080,1920',
    '--force-device-scale-factor=0.5',
    '--touch-events=enabled',
    '--no-first-run',
    '--no-default-browser-check',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-domain-reliability',
    '--disable-breakpad',
    '--disable-sync',
    '--disable-quic',
    '--disable-features=Translate,OptimizationHints,MediaRouter,AutofillServerCommunication',
    '--no-pings',
    '--no-proxy-server',
    '--password-store=basic',
    // Nobody can answer a prompt at a kiosk. A station of one's own has a policy for this (docs/operations/papers.md);
    // the microphone stays away by the page's Permissions-Policy.
    '--use-fake-ui-for-media-stream',
    // Chromium's sandbox refuses to start as root.
    ...(isRoot ? ['--no-sandbox'] : []),
  ];
}

/** The kiosk in an app window of the system's browser. */
export function openBrowserWindow(browser: string, address: string, dataDir: string): Promise<Child<null>> {
  return startChild<null>({
    name: 'the window',
    command: browser,
    args: windowArguments(address, join(dataDir, 'browser'), process.getuid?.() === 0),
    env: process.env,
    cwd: repositoryPath('.'),
    logFile: join(dataDir, 'logs', 'window.log'),
    ipc: false,
    readyLine: null,
    signal: null,
  });
}

/** Whether there is a screen to open a window on. */
export function hasScreen(
  platform: NodeJS.Platform,
  env: Readonly<Record<string, string | undefined>>,
): boolean {
  if (platform === 'win32' || platform === 'darwin') return true;
  return Boolean(env['DISPLAY']) || Boolean(env['WAYLAND_DISPLAY']);
}
