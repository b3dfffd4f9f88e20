import { switches } from '#terminal/lock-down/chromium-switches.ts';

export interface BrowserArguments {
  /** Shown first: a page of the session's own. */
  readonly address: string;
  /** In memory (a tmpfs): what a browser keeps ends with its session. */
  readonly profileDir: string;
  /** How Chromium reaches the screen; `headless` for tests on a machine that has none. */
  readonly display: 'wayland' | 'x11' | 'headless';
  /** Chromium's own sandbox refuses to start as root; a kiosk's session is never root. */
  readonly isRoot: boolean;
}

/**
 * The command line of the kiosk's Chromium: the unit, the session and the tests of escape all start it by this. An app
 * window (`--app`), since in one Chromium keeps no key for itself before the page has seen it.
 */
export function browserArguments({
  address,
  profileDir,
  display,
  isRoot,
}: BrowserArguments): readonly string[] {
  return [
    '--kiosk',
    `--app=${address}`,
    `--user-data-dir=${profileDir}`,
    ...switches.map(({ name, value }) => (value === undefined ? `--${name}` : `--${name}=${value}`)),
    '--password-store=basic',
    '--disable-infobars',
    '--disable-session-crashed-bubble',
    '--disable-print-preview',
    '--disable-quic',
    '--noerrdialogs',
    '--hide-scrollbars',
    '--touch-events=enabled',
    // Only whoever started the browser holds its ends: no port, and nothing that another user could open.
    '--remote-debugging-pipe',
    ...(display === 'headless' ? ['--headless=new'] : [`--ozone-platform=${display}`]),
    ...(isRoot ? ['--no-sandbox'] : []),
  ];
}
