import { beforeEach, describe, expect, test } from 'vitest';
import { ok, type Result } from '#contract/result.ts';
import { SimulatedClock } from '#drivers/runtime/simulated-clock.ts';
import { crashDelays } from '#terminal/health/crash-ladder.ts';
import type { BrowserEvent, PipeFailure } from './devtools-pipe.ts';
import { browserDelays, watchBrowser } from './kiosk-browser.ts';
import { sessionDelays, startKioskSession } from './kiosk-session.ts';

const STARTING = 'file:///pages/starting.html';
const OUT_OF_SERVICE = 'file:///pages/index.html';
const START = 'http://127.0.0.1:7404/enter?token=t';

/** A browser as the protocol shows it: one page, which goes where it is sent. */
class ScriptedBrowser {
  readonly calls: string[] = [];
  readonly sentTo: string[] = [];
  killed = false;
  hangs = false;
  #listener: (event: BrowserEvent) => void = () => undefined;
  #onExit: (how: string) => void = () => undefined;

  readonly process = {
    pipe: {
      call: (method: string, params: object = {}): Promise<Result<unknown, PipeFailure>> => {
        this.calls.push(method === 'Target.closeTarget' ? `${method} ${JSON.stringify(params)}` : method);
        if (method === 'Page.navigate' && 'url' in params) this.sentTo.push(String(params.url));
        if (method === 'Runtime.evaluate' && this.hangs)
          return Promise.resolve({ ok: false, fault: { kind: 'silent', detail: method } });
        if (method === 'Target.setDiscoverTargets') queueMicrotask(() => this.opens('p1', 'page', STARTING));
        return Promise.resolve(ok(answers[method] ?? {}));
      },
      onEvent: (listener: (event: BrowserEvent) => void) => {
        this.#listener = listener;
      },
    },
    onExit: (listener: (how: string) => void) => {
      this.#onExit = listener;
    },
    kill: () => {
      this.killed = true;
    },
  };

  opens(targetId: string, type: string, url: string): void {
    const params = { targetInfo: { targetId, type, url } };
    this.#listener({ method: 'Target.targetCreated', params, sessionId: null });
  }
  inPage(method: string, params: Readonly<Record<string, unknown>> = {}): void {
    this.#listener({ method, params, sessionId: 's1' });
  }
  ends(how: string): void {
    this.#onExit(how);
  }
}

const answers: Readonly<Record<string, unknown>> = {
  'Target.attachToTarget': { sessionId: 's1' },
  'Browser.getWindowForTarget': { windowId: 1, bounds: { windowState: 'fullscreen' } },
};

let clock: SimulatedClock;
let browsers: ScriptedBrowser[];
let launched: string[];
let terminal: URL | null;
let crashes: string[];
let service: boolean[];
let exits: number[];
const browser = (): ScriptedBrowser => browsers.at(-1) ?? new ScriptedBrowser();

beforeEach(async () => {
  clock = new SimulatedClock();
  [browsers, launched, crashes, service, exits] = [[], [], [], [], []];
  terminal = new URL(START);
  startKioskSession({
    clock,
    delays: sessionDelays,
    log: () => undefined,
    launch: (address) => {
      launched.push(address);
      browsers.push(new ScriptedBrowser());
      return browser().process;
    },
    findTerminal: () => Promise.resolve(terminal),
    pages: { starting: STARTING, outOfService: OUT_OF_SERVICE },
    onCrash: (reason) => crashes.push(reason),
    onOutOfService: (is) => service.push(is),
    exit: (code) => exits.push(code),
  });
  await clock.advance(0);
});

test('begins with its own page, and goes to the terminal’s as soon as that answers', async () => {
  expect(launched).toEqual([STARTING]);
  expect(browser().sentTo.at(-1)).toBe(START);
});

test('says that residents are served, as soon as they are: the session before it may have ended out of service', () => {
  expect(service).toEqual([false]);
});

describe('a terminal that is away', () => {
  test('for less than its patience changes nothing: the page says so itself', async () => {
    terminal = null;
    await clock.advance(sessionDelays.patienceMs - sessionDelays.lookEveryMs);
    expect(browser().sentTo).not.toContain(OUT_OF_SERVICE);
  });

  test('for longer is said on the screen, once, and taken back when it answers', async () => {
    terminal = null;
    await clock.advance(3 * sessionDelays.patienceMs);
    expect(browser().sentTo.filter((url) => url === OUT_OF_SERVICE)).toHaveLength(1);
    // First that the one before it may have ended in it.
    expect(service).toEqual([false, true]);
    terminal = new URL(START);
    await clock.advance(sessionDelays.lookEveryMs);
    expect(browser().sentTo.at(-1)).toBe(START);
    expect(service).toEqual([false, true, false]);
  });

  test('and comes back at another address is shown there', async () => {
    terminal = new URL('http://127.0.0.1:9999/enter?token=t');
    await clock.advance(sessionDelays.lookEveryMs);
    expect(browser().sentTo.at(-1)).toBe(terminal.href);
  });
});

describe('of what opens beside its page', () => {
  test.each([
    ['a page', 'page', 'https://example.org/'],
    ['the developer tools', 'other', 'devtools://devtools/bundled/inspector.html'],
  ])('%s is closed at once', (_what, type, url) => {
    browser().opens('p2', type, url);
    expect(browser().calls.at(-1)).toBe('Target.closeTarget {"targetId":"p2"}');
  });

  test('workers and frames are left alone: they are the page’s own', () => {
    browser().opens('w1', 'worker', 'http://127.0.0.1:7404/assets/pinyin.js');
    expect(browser().calls.join()).not.toContain('Target.closeTarget');
  });
});

describe('its page', () => {
  const navigated = (url: string, parentId?: string) =>
    browser().inPage('Page.frameNavigated', { frame: { url, ...(parentId ? { parentId } : {}) } });

  test('that was led away is brought back, and one that goes on within the terminal is not', () => {
    const before = browser().sentTo.length;
    navigated('http://127.0.0.1:7404/');
    expect(browser().sentTo).toHaveLength(before);
    navigated('https://example.org/');
    expect(browser().sentTo.slice(before)).toEqual([START]);
  });

  test('that is Chromium’s own about a blocked address is replaced, also the second within a moment', async () => {
    for (let times = 0; times < 2; times += 1) {
      const before = browser().sentTo.length;
      navigated('chrome-error://chromewebdata/');
      await clock.advance(sessionDelays.lookEveryMs);
      expect(browser().sentTo.slice(before)).toEqual([START]);
    }
  });

  test.each([
    ['asks whether to leave', 'beforeunload'],
    ['asks anything', 'confirm'],
  ])('that %s is answered', (_what, type) => {
    browser().inPage('Page.javascriptDialogOpening', { type });
    expect(browser().calls.at(-1)).toBe('Page.handleJavaScriptDialog');
  });
});

describe('a crash', () => {
  test('of the page loads it again after half a second; the third within ten minutes ends in our own page and an exit', async () => {
    for (const pauseMs of crashDelays.reloadMs) {
      const before = browser().sentTo.length;
      browser().inPage('Inspector.targetCrashed');
      await clock.advance(pauseMs);
      expect(browser().sentTo.slice(before)).toEqual([START]);
    }
    browser().inPage('Inspector.targetCrashed');
    expect(browser().sentTo.at(-1)).toBe(OUT_OF_SERVICE);
    // Though the terminal is well.
    await clock.advance(crashDelays.outOfServiceMs - 1);
    expect(browser().sentTo.at(-1)).toBe(OUT_OF_SERVICE);
    expect(exits).toEqual([]);
    await clock.advance(1);
    expect(exits).toEqual([70]);
    expect(browser().killed).toBe(true);
    expect(crashes).toEqual(['gone renderer', 'gone renderer', 'gone renderer']);
  });

  test('of the browser starts another one, at the terminal’s page', async () => {
    browser().ends('browser SIGSEGV');
    await clock.advance(crashDelays.reloadMs[0]);
    expect(launched).toEqual([STARTING, START]);
    expect(crashes).toEqual(['gone browser SIGSEGV']);
  });

  test('is also a page that hangs: its browser is killed, and its end is not counted a second time', async () => {
    browser().hangs = true;
    await clock.advance(browserDelays.hangsAfterMs + 2 * browserDelays.lookEveryMs);
    const [first] = browsers;
    expect(first?.killed).toBe(true);
    first?.ends('browser SIGKILL');
    await clock.advance(crashDelays.reloadMs[1]);
    expect(launched).toEqual([STARTING, START]);
    expect(crashes).toEqual(['unresponsive']);
  });
});

test('a browser that hangs before it has a page is begun anew', async () => {
  const clockOfOne = new SimulatedClock();
  const hangs: number[] = [];
  const silent = { call: () => new Promise<never>(() => undefined), onEvent: () => undefined };
  watchBrowser({
    process: { pipe: silent, onExit: () => undefined, kill: () => undefined },
    clock: clockOfOne,
    isOurs: () => true,
    onReady: () => undefined,
    onForeign: () => undefined,
    onGone: () => undefined,
    onHang: () => hangs.push(clockOfOne.monotonicMs()),
    onRefused: () => undefined,
  });
  await clockOfOne.advance(browserDelays.startsWithinMs - 1);
  expect(hangs).toEqual([]);
  await clockOfOne.advance(1);
  expect(hangs).toHaveLength(1);
});
