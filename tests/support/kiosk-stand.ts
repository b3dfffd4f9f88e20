import { spawn, type ChildProcess } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { browserArguments } from '#host/kiosk/browser-arguments.ts';
import { chromiumPolicy, POLICY_FILE } from '#host/kiosk/chromium-policy.ts';
import type { DevtoolsPipe } from '#host/kiosk/devtools-pipe.ts';
import { findTerminal } from '#host/kiosk/find-terminal.ts';
import { sessionDelays, startKioskSession, type KioskSession } from '#host/kiosk/kiosk-session.ts';
import { startBrowser } from '#host/kiosk/start-browser.ts';
import { crashDelays } from '#terminal/health/crash-ladder.ts';
import { systemClock } from '#terminal/system-ports.ts';
import type { Clock } from '#contract/ports.ts';

const pages = fileURLToPath(new URL('../../electron/terminal/lock-down/pages', import.meta.url));
const CHROMIUM_ETC = '/etc/chromium';
const isRoot = process.getuid?.() === 0;

/** The ladder's long pauses pass quickly: what is waited for is what happens, not how long it takes. */
const shortPauses: Clock = {
  ...systemClock,
  after: (delayMs, run) => {
    const isPause = delayMs === crashDelays.outOfServiceMs || delayMs === crashDelays.reloadMs[1];
    return systemClock.after(isPause ? 700 : delayMs, run);
  },
};

export interface KioskStand {
  /** Whether a real X server gives the browser its keys; else it has none to give. */
  readonly hasKeys: boolean;
  /** Whether the enterprise policy holds. */
  readonly hasPolicy: boolean;
  readonly log: readonly string[];
  readonly crashes: readonly string[];
  /** A call to the browser of this moment. Throws with what it answers instead. */
  ask(method: string, params?: object, sessionId?: string): Promise<unknown>;
  /** What stands on the screen: addresses of all its pages, the first one's text, how its window lies. */
  standing(): Promise<Standing>;
  evaluate(expression: string): Promise<unknown>;
  /** A call to its page. */
  inPage(method: string, params: object): Promise<unknown>;
  /** As the system does when memory is short. */
  killRenderer(): Promise<void>;
  press(...keys: readonly string[]): Promise<void>;
  picture(file: string): Promise<void>;
  close(): Promise<void>;
}

export interface Standing {
  readonly pages: readonly string[];
  readonly text: string;
  readonly windowState: string;
  readonly zoom: number;
}

/** The kiosk's session over a terminal that runs, under a supervisor that starts it again each time it ends. */
export async function openKioskStand(
  browser: string,
  readyFile: string,
  origin: string,
): Promise<KioskStand> {
  const folder = mkdtempSync(join(tmpdir(), 'yizhan-kiosk-'));
  const display = await startDisplay();
  const policyEtc = isRoot && existsSync(CHROMIUM_ETC) ? withPolicy(folder, origin) : null;
  const log: string[] = [];
  const crashes: string[] = [];
  let pipe: DevtoolsPipe | null = null;
  let session: KioskSession | null = null;
  let lives = 0;
  let closing = false;

  function supervise(): void {
    if (closing) return;
    session = startKioskSession({
      delays: { ...sessionDelays, lookEveryMs: 500, patienceMs: 4_000 },
      clock: shortPauses,
      log: ({ event, detail }) => log.push(`${event} ${detail ?? ''}`),
      launch: (address) => {
        lives += 1;
        const args = browserArguments({
          address,
          profileDir: join(folder, `profile-${lives}`),
          display: display === null ? 'headless' : 'x11',
          isRoot,
        });
        // The policy's folder is another one for this browser alone.
        const started =
          policyEtc === null
            ? startBrowser(browser, args, systemClock)
            : startBrowser(
                'unshare',
                [
                  ...['--mount', 'sh', '-c', `mount --bind ${policyEtc} ${CHROMIUM_ETC} && exec "$@"`, 'sh'],
                  ...[browser, ...args],
                ],
                systemClock,
              );
        pipe = started.pipe;
        return started;
      },
      findTerminal: () => findTerminal(readyFile),
      pages: {
        starting: pathToFileURL(join(pages, 'starting.html')).href,
        outOfService: pathToFileURL(join(pages, 'index.html')).href,
      },
      onCrash: (reason) => crashes.push(reason),
      onOutOfService: (is) => log.push(is ? 'out of service' : 'in service'),
      exit: () => setImmediate(supervise),
    });
  }
  if (display !== null) process.env['DISPLAY'] = display.name;
  supervise();

  async function ask(method: string, params: object = {}, sessionId?: string): Promise<unknown> {
    const answer = await pipe?.call(method, params, sessionId);
    if (answer?.ok) return answer.value;
    throw new Error(`${method}: ${JSON.stringify(answer)}`);
  }

  async function pageTargets(): Promise<readonly { readonly targetId: string; readonly url: string }[]> {
    // By the protocol's Target.TargetInfo.
    const { targetInfos } = (await ask('Target.getTargets')) as {
      targetInfos: { targetId: string; url: string; type: string }[];
    };
    return targetInfos.filter(({ type }) => type === 'page');
  }

  async function attached(): Promise<{ readonly targetId: string; readonly sessionId: string }> {
    const targetId = (await pageTargets())[0]?.targetId ?? 'none';
    const answer = (await ask('Target.attachToTarget', { targetId, flatten: true })) as { sessionId: string };
    return { targetId, sessionId: answer.sessionId };
  }

  async function evaluate(expression: string): Promise<unknown> {
    const { sessionId } = await attached();
    const how = { expression, returnByValue: true, userGesture: true, awaitPromise: true };
    const { result } = (await ask('Runtime.evaluate', how, sessionId)) as { result: { value?: unknown } };
    await ask('Target.detachFromTarget', { sessionId });
    return result.value;
  }

  return {
    hasKeys: display !== null,
    hasPolicy: policyEtc !== null,
    log,
    crashes,
    ask,
    evaluate,
    inPage: async (method, params) => {
      const { sessionId } = await attached();
      const answer = await ask(method, params, sessionId);
      await ask('Target.detachFromTarget', { sessionId });
      return answer;
    },
    killRenderer: async () => {
      const { sessionId } = await attached();
      // It never answers: who would?
      void pipe?.call('Page.crash', {}, sessionId);
    },
    standing: async () => {
      const found = await pageTargets();
      const { bounds } = (await ask('Browser.getWindowForTarget', { targetId: found[0]?.targetId })) as {
        bounds: { windowState: string };
      };
      const seen = await evaluate(
        '({ text: document.body.innerText, zoom: devicePixelRatio * visualViewport.scale })',
      );
      return {
        pages: found.map(({ url }) => url),
        windowState: bounds.windowState,
        ...(seen as { text: string; zoom: number }),
      };
    },
    press: async (...keys) => {
      await run('xdotool', ['key', '--clearmodifiers', ...keys]);
    },
    picture: async (file) => {
      const { sessionId } = await attached();
      const { data } = (await ask('Page.captureScreenshot', {}, sessionId)) as { data: string };
      writeFileSync(file, Buffer.from(data, 'base64'));
    },
    close: async () => {
      closing = true;
      session?.stop();
      display?.server.kill();
      if (display !== null) await new Promise((resolve) => display.server.once('exit', resolve));
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    },
  };
}

/** A copy of Chromium's own folder with our policy in it. */
function withPolicy(folder: string, origin: string): string {
  const etc = join(folder, 'etc');
  cpSync(CHROMIUM_ETC, etc, { recursive: true });
  const file = join(etc, POLICY_FILE.slice(CHROMIUM_ETC.length));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(chromiumPolicy(origin, pages)));
  return etc;
}

/** An X server without a monitor, on a display that is free; null: this machine has none, or nobody to press keys. */
async function startDisplay(): Promise<{ readonly name: string; readonly server: ChildProcess } | null> {
  if (!existsSync('/usr/bin/Xvfb') || !existsSync('/usr/bin/xdotool')) return null;
  const server = spawn(
    '/usr/bin/Xvfb',
    ['-displayfd', '1', '-screen', '0', '1080x1920x24', '-nolisten', 'tcp'],
    {
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    createInterface({ input: server.stdout }).once('line', (number) => {
      resolve({ name: `:${number}`, server });
    });
  });
}

function run(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    spawn(program, args, { stdio: 'ignore' }).once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`${program} ${args.join(' ')} ended with ${String(code)}`));
    });
  });
}
