/**
 * The kiosk's screen beside a terminal in plain Node: starts Chromium and keeps it to the terminal's page, through
 * crashes of either. Runs inside the session (cage, an X server), as a user of its own.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { SCREEN_NEWS_PATH } from '#contract/transport.ts';
import type { ScreenNews } from '#contract/screen-news.ts';
import { redact, type LogLine } from '#terminal/log.ts';
import { systemClock } from '#terminal/system-ports.ts';
import { browserArguments } from './browser-arguments.ts';
import { findTerminal, tellTerminal } from './find-terminal.ts';
import { sessionDelays, startKioskSession } from './kiosk-session.ts';
import { startBrowser } from './start-browser.ts';

const EXIT_USAGE = 2;
/** News that wait for a terminal which is away; the oldest goes for the newest. */
const MOST_NEWS = 20;
const TELL_EVERY_MS = 5_000;

const usage =
  'usage: kiosk-session --ready-file FILE --profile FOLDER [--browser PROGRAM] [--display wayland|x11|headless] [--lost]';

interface SessionArguments {
  readonly readyFile: string;
  readonly profileDir: string;
  readonly browser: string;
  readonly display: 'wayland' | 'x11' | 'headless';
  /** The terminal was there, and is away: that is said at once, and not that it starts. */
  readonly isLost: boolean;
}

function readArguments(argv: readonly string[]): SessionArguments | null {
  try {
    const text = { type: 'string' } as const;
    const { values } = parseArgs({
      args: [...argv],
      options: { 'ready-file': text, profile: text, browser: text, display: text, lost: { type: 'boolean' } },
      strict: true,
    });
    const display = (['wayland', 'x11', 'headless'] as const).find(
      (one) => one === (values.display ?? 'wayland'),
    );
    const { 'ready-file': readyFile, profile, browser } = values;
    if (readyFile === undefined || profile === undefined || display === undefined) return null;
    return {
      readyFile,
      profileDir: profile,
      browser: browser ?? '/usr/bin/chromium',
      display,
      isLost: values.lost === true,
    };
  } catch {
    return null;
  }
}

const given = readArguments(process.argv.slice(2)) ?? stop(usage);
const page = (name: string): string => pathToFileURL(`${pagesFolder()}/${name}`).href;
const news: ScreenNews[] = [];

const session = startKioskSession({
  delays: sessionDelays,
  clock: systemClock,
  log,
  launch: (address) =>
    startBrowser(
      given.browser,
      browserArguments({ ...given, address, isRoot: process.getuid?.() === 0 }),
      systemClock,
    ),
  findTerminal: () => findTerminal(given.readyFile),
  pages: { starting: page(given.isLost ? 'index.html' : 'starting.html'), outOfService: page('index.html') },
  onCrash: (reason) => {
    tell({ kind: 'crash', reason: reason.slice(0, 200) });
  },
  onOutOfService: (is) => {
    tell({ kind: is ? 'out-of-service' : 'in-service' });
  },
  exit: (code) => {
    process.exit(code);
  },
});
for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.on(signal, () => {
    session.stop();
    process.exit(0);
  });
}

function tell(one: ScreenNews): void {
  news.push(one);
  if (news.length > MOST_NEWS) news.shift();
  if (news.length === 1) void tellAll();
}

/** In their order, each until the terminal has it. */
async function tellAll(): Promise<void> {
  const [first] = news;
  if (first === undefined) return;
  if (await tellTerminal(given.readyFile, SCREEN_NEWS_PATH, first)) {
    if (news[0] === first) news.shift();
    await tellAll();
  } else systemClock.after(TELL_EVERY_MS, () => void tellAll());
}

function log(line: LogLine): void {
  const text = { at: new Date(systemClock.now()).toISOString(), ...line };
  process.stderr.write(`${redact(JSON.stringify(text))}\n`);
}

function stop(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(EXIT_USAGE);
}

/** Built beside this file in a package, the sources in a checkout. */
function pagesFolder(): string {
  const built = fileURLToPath(new URL('pages', import.meta.url));
  return existsSync(built)
    ? built
    : fileURLToPath(new URL('../../terminal/lock-down/pages', import.meta.url));
}
