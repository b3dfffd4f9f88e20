import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { findBrowser } from '../../find-browser.ts';

/** A panel of 21.5 inch that hangs upright. */
const PANEL = '1080,1920';
/** A browser that opened a window makes processes for the next one, on the cores that the page needs. */
const BROWSER_SETTLES_MS = 2_500;
const LOOK_EVERY_MS = 50;
const PATIENCE_MS = 60_000;

/** A browser that is told where to go, and asked one number, by the DevTools protocol. */
export interface BareBrowser {
  /**
   * Opens an address in a profile of its own, slowed down, with a script that runs before the page, once the browser
   * has nothing else to do, and waits until the expression is a number there.
   */
  numberAt(address: string, slower: number, before: string, expression: string): Promise<number>;
  close(): Promise<void>;
}

interface Answer {
  readonly id?: number;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: { readonly message: string };
}

/**
 * What drives the tests notes each request with the stack that made it, and brings 400 kB of scripts into the page: a
 * tenth of the page's start, slowed down with it. A kiosk has nothing of that.
 */
export async function launchBareBrowser(): Promise<BareBrowser> {
  const executable = findBrowser();
  if (executable === null) throw new Error('there is no browser');
  const profile = mkdtempSync(join(tmpdir(), 'yizhan-bare-browser-'));
  const child = spawn(
    executable,
    [
      ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
      ...['--headless', '--disable-gpu', '--no-first-run', '--remote-debugging-port=0'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      ...['--disable-extensions', '--disable-component-extensions-with-background-pages'],
      ...[`--user-data-dir=${profile}`, `--window-size=${PANEL}`, '--lang=zh-CN', 'about:blank'],
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const socket = new WebSocket(await endpointOf(child));
  await new Promise((resolve, reject) => {
    socket.addEventListener('open', resolve, { once: true });
    socket.addEventListener('error', () => reject(new Error('the browser does not listen')), { once: true });
  });
  const send = callsThrough(socket);

  async function numberIn(sessionId: string, expression: string): Promise<number> {
    for (let waitedMs = 0; waitedMs < PATIENCE_MS; waitedMs += LOOK_EVERY_MS) {
      const { result } = await send('Runtime.evaluate', { expression, returnByValue: true }, sessionId);
      const value = (result as { readonly value?: unknown } | undefined)?.value;
      if (typeof value === 'number') return value;
      await setTimeout(LOOK_EVERY_MS);
    }
    throw new Error('the page never stood');
  }

  return {
    numberAt: async (url, rate, source, expression) => {
      const { browserContextId } = await send('Target.createBrowserContext', {});
      const { targetId } = await send('Target.createTarget', { url: 'about:blank', browserContextId });
      const attached = await send('Target.attachToTarget', { targetId, flatten: true });
      const sessionId = String(attached['sessionId']);
      await send('Page.enable', {}, sessionId);
      await send('Page.addScriptToEvaluateOnNewDocument', { source }, sessionId);
      await send('Emulation.setCPUThrottlingRate', { rate }, sessionId);
      await setTimeout(BROWSER_SETTLES_MS);
      await send('Page.navigate', { url }, sessionId);
      const value = await numberIn(sessionId, expression);
      await send('Target.disposeBrowserContext', { browserContextId });
      return value;
    },
    close: async () => {
      socket.close();
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.kill();
      await ended;
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

/** The browser says it on its error stream. */
function endpointOf({ stderr }: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = '';
    stderr?.on('data', (chunk) => {
      said += String(chunk);
      const address = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
      if (address !== undefined) resolve(address);
    });
    stderr?.once('end', () => reject(new Error(`the browser did not start: ${said}`)));
  });
}

type Send = (
  method: string,
  params: Readonly<Record<string, unknown>>,
  sessionId?: string,
) => Promise<Readonly<Record<string, unknown>>>;

function callsThrough(socket: WebSocket): Send {
  const waiting = new Map<number, (answer: Answer) => void>();
  let lastId = 0;
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer; // events have no id, and nobody waits for them
    if (answer.id !== undefined) waiting.get(answer.id)?.(answer);
  });
  return (method, params, sessionId) => {
    lastId += 1;
    const id = lastId;
    socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }));
    return new Promise((resolve, reject) => {
      waiting.set(id, ({ result, error }) => {
        waiting.delete(id);
        if (result) resolve(result);
        else reject(new Error(`${method}: ${error?.message}`));
      });
    });
  };
}
