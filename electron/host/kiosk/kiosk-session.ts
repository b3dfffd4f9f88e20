import type { Clock } from '#contract/ports.ts';
import { climbLadder } from '#terminal/health/climb-ladder.ts';
import type { Log } from '#terminal/log.ts';
import { watchBrowser, type BrowserProcess, type KioskBrowser } from './kiosk-browser.ts';

/** All waits of the session, in milliseconds. */
export const sessionDelays = {
  /** Whether the terminal answers, in the browser's place: its page is not asked. */
  lookEveryMs: 2_000,
  /** A page whose terminal is away says so itself, and finds back; after this long something is wrong. */
  patienceMs: 20_000,
  /** From the machine's start until a terminal with a full store has opened it. */
  startPatienceMs: 90_000,
} as const;

export interface KioskSessionPorts {
  readonly delays: { readonly [Name in keyof typeof sessionDelays]: number };
  readonly clock: Clock;
  readonly log: Log;
  /** Starts Chromium with this address in its window. */
  readonly launch: (address: string) => BrowserProcess;
  /** Where the terminal's screen is entered, when the terminal answers just now; null: it does not. */
  readonly findTerminal: () => Promise<URL | null>;
  /** The session's own pages: files, which need neither terminal nor line. */
  readonly pages: { readonly starting: string; readonly outOfService: string };
  /** For whoever counts; the terminal may be away, and then it is told later. */
  readonly onCrash: (reason: string) => void;
  /** Residents see that nothing works here. */
  readonly onOutOfService: (is: boolean) => void;
  readonly exit: (code: number) => void;
}

type Shown = 'starting' | 'terminal' | 'out-of-service';

/** The kiosk's screen beside a terminal in plain Node: Chromium, kept to one page and alive. */
export interface KioskSession {
  stop(): void;
}

export function startKioskSession(ports: KioskSessionPorts): KioskSession {
  const { clock, delays, log, pages } = ports;
  let browser: KioskBrowser | null = null;
  let shown: Shown = 'starting';
  let toldOut: boolean | null = null;
  let origin: string | null = null;
  let address = pages.starting;
  /** The ladder's third step: nothing is shown but that, until the session ends. */
  let isGivenUp = false;
  let stopped = false;
  /** What stands is Chromium's own page: about an address that the policy blocks, or a terminal that went just then. */
  let isForeign = false;
  let hurriedMs = -Infinity;
  let looks = 0;
  let patienceMs = delays.startPatienceMs;
  let seenMs = clock.monotonicMs();
  let cancelLook: () => void = () => undefined;

  const take = climbLadder({
    clock,
    killRenderer: () => {
      browser?.kill();
      // However late its end is told: it is the same crash.
      browser = null;
    },
    loadStartPage: () => {
      if (browser === null) launch();
      else browser.show(address);
    },
    showOutOfService: () => {
      isGivenUp = true;
      show('out-of-service', pages.outOfService);
      if (browser === null) launch();
    },
    exit: (code) => {
      end();
      ports.exit(code);
    },
    report: (event, actions) => {
      const reason = 'reason' in event ? event.reason : '';
      const done = actions.map(({ kind }) => kind).join(', ');
      log({ level: 'error', event: `screen.${event.kind}`, detail: `${reason} → ${done}` });
      if (actions.length > 0) ports.onCrash(`${event.kind} ${reason}`.trim());
    },
  });

  function launch(): void {
    const process = ports.launch(address);
    const own: KioskBrowser = watchBrowser({
      process,
      clock,
      isOurs: (url) =>
        url.startsWith('file:') ? Object.values(pages).includes(url) : URL.parse(url)?.origin === origin,
      onReady: () => {
        if (browser === own) own.show(address);
      },
      onForeign: (url) => {
        if (stopped || browser !== own) return;
        // Chromium's own page about a page that it could not load: the terminal went just then.
        const failed = url.startsWith('chrome-error:');
        log({ level: 'warn', event: failed ? 'screen.not-loaded' : 'screen.led-away' });
        isForeign = failed;
        if (failed) hurry();
        else own.show(address);
      },
      onGone: (reason) => {
        if (stopped || browser !== own) return;
        if (reason !== 'renderer') browser = null;
        take({ kind: 'gone', reason });
      },
      onHang: () => {
        take({ kind: 'unresponsive' });
      },
      onRefused: (what) => {
        log({ level: 'warn', event: 'screen.refused', detail: what });
      },
    });
    browser = own;
  }

  function show(what: Shown, url: string): void {
    const isOut = what === 'out-of-service';
    shown = what;
    isForeign = false;
    address = url;
    browser?.show(url);
    // Also the first time: the session before this one may have ended in it.
    if (isOut === toldOut) return;
    toldOut = isOut;
    ports.onOutOfService(isOut);
  }

  /** At once, but not again and again, for a page that fails as often as it is loaded. */
  function hurry(): void {
    const nowMs = clock.monotonicMs();
    if (nowMs - hurriedMs < delays.lookEveryMs) return;
    hurriedMs = nowMs;
    cancelLook();
    void look();
  }

  async function look(): Promise<void> {
    looks += 1;
    const own = looks;
    const found = await ports.findTerminal();
    if (stopped || own !== looks) return;
    if (!isGivenUp) judge(found);
    cancelLook = clock.after(delays.lookEveryMs, () => void look());
  }

  function judge(found: URL | null): void {
    const nowMs = clock.monotonicMs();
    if (found !== null) {
      const isBack = shown !== 'terminal' || origin !== found.origin || isForeign;
      seenMs = nowMs;
      patienceMs = delays.patienceMs;
      origin = found.origin;
      if (isBack) show('terminal', found.href);
    } else if (shown !== 'out-of-service' && nowMs - seenMs >= patienceMs) {
      log({ level: 'error', event: 'screen.no-terminal' });
      show('out-of-service', pages.outOfService);
    }
  }

  function end(): void {
    stopped = true;
    cancelLook();
    browser?.kill();
  }

  launch();
  void look();
  return { stop: end };
}
