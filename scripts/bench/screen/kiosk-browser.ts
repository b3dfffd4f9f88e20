import { gzipSync } from 'node:zlib';
import { chromium, type Browser, type CDPSession, type Page } from '@playwright/test';
import { findBrowser } from '../../find-browser.ts';

/** A panel of 21.5 inch that hangs upright. */
const PANEL = { width: 1080, height: 1920 } as const;

/** A page of a browser as the kiosk has it, which can be made slow. */
export interface KioskPage {
  readonly page: Page;
  /** Everything in the page takes so many times as long; its Workers do not (the protocol cannot slow them). */
  slowDown(times: number): Promise<void>;
  /** Bytes that the page's scripts hold after a full collection, and how many nodes and listeners there are. */
  holds(): Promise<Holding>;
  /** gzip bytes of the scripts that the page has loaded so far. */
  scriptBytes(): number;
  close(): Promise<void>;
}

export interface Holding {
  readonly heapBytes: number;
  readonly nodes: number;
  readonly listeners: number;
}

export async function launchBrowser(): Promise<Browser> {
  const executablePath = findBrowser();
  if (executablePath === null) throw new Error('there is no browser');
  return chromium.launch({
    executablePath,
    args: [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      '--disable-gpu',
      '--no-first-run',
      // As a kiosk's and a board's browser is started: nobody touches a board before it speaks.
      '--autoplay-policy=no-user-gesture-required',
    ],
  });
}

/** `watching` runs in the page before anything of the page does. */
export async function openKioskPage(browser: Browser, watching: () => void): Promise<KioskPage> {
  const context = await browser.newContext({
    viewport: PANEL,
    hasTouch: true,
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
  });
  const page = await context.newPage();
  await page.addInitScript(watching);
  const scripts = new Map<string, number>();
  page.on('response', (response) => {
    if (response.request().resourceType() !== 'script' || !response.ok()) return;
    // A page that is gone by then has no body any more, and its scripts do not count.
    response.body().then(
      (body) => scripts.set(response.url(), gzipSync(body).length),
      () => undefined,
    );
  });
  const session = await context.newCDPSession(page);
  return {
    page,
    slowDown: async (times) => {
      await session.send('Emulation.setCPUThrottlingRate', { rate: times });
    },
    holds: () => holdsNow(session),
    scriptBytes: () => [...scripts.values()].reduce((total, bytes) => total + bytes, 0),
    close: () => context.close(),
  };
}

async function holdsNow(session: CDPSession): Promise<Holding> {
  // Twice: what the first collection finalizes, the second one frees.
  for (let turn = 0; turn < 2; turn += 1) await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
  return { heapBytes: usedSize, nodes, listeners: jsEventListeners };
}
