/**
 * The kiosk beside a terminal in plain Node, as it stands in a hall: its session, its Chromium by the session's own
 * command line, under the policy where this user may put it there, with real keys where there is an X server.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@playwright/test';
import { demoConfig } from '../../kiosk-config/demo/demo-config.ts';
import { decideInput } from '../../contract/kiosk-keys.ts';
import { readCrashes } from '../../electron/terminal/health/crashes.ts';
import { tellTerminal } from '../../electron/host/kiosk/find-terminal.ts';
import { SCREEN_NEWS_PATH } from '../../contract/transport.ts';
import { accelerators, asKeyInput } from '../support/chromium-accelerators.ts';
import { startHost, type HostProcess } from '../support/host-process.ts';
import { openKioskStand, type KioskStand } from '../support/kiosk-stand.ts';

const GREETING = '您好，您要办什么？';
const OUT_OF_SERVICE = '本机暂停服务';
/** Real keys come by way of the X server: so many a call, each looked at by the browser before the next. */
const KEYS_AT_ONCE = 8;

let dataDir: string;
let readyFile: string;
let port = '0';
let host: HostProcess;
let kiosk: KioskStand;

async function startTerminal(): Promise<void> {
  const config = join(dataDir, 'terminal.yaml');
  // Ports 9 and 10 of the loopback: nobody listens there.
  writeFileSync(
    config,
    demoConfig({ cardReaderPort: 9, printerPort: 10, platformUrl: 'http://127.0.0.1:9' }),
  );
  // One port for good, as in the unit: the policy names it.
  const args = ['--ready-file', readyFile, '--port', port];
  host = await startHost({ config, dataDir, args });
  port = new URL(host.url).port;
}

test.describe.configure({ mode: 'serial' });

test.beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'yizhan-kiosk-e2e-'));
  readyFile = join(dataDir, 'ready.json');
  await startTerminal();
  kiosk = await openKioskStand(process.env['YIZHAN_BROWSER'] ?? 'chromium', readyFile, host.url);
  await standsAt(GREETING);
  const lacks = [
    ...(kiosk.hasKeys ? [] : ['no Xvfb and xdotool: the shortcuts are decided, not pressed']),
    ...(kiosk.hasPolicy ? [] : ['not root: the policy is not in force']),
  ];
  if (lacks.length > 0) console.log(`kiosk.spec.ts: ${lacks.join('; ')}`);
});
test.afterAll(async () => {
  await kiosk.close();
  await host.stop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** The whole screen is one page of ours that says this, as big as it was. */
async function standsAt(text: string): Promise<void> {
  const ours = text === GREETING ? `${host.url}/` : expect.stringMatching(/^file:.*\/pages\/index\.html$/);
  await expect
    .poll(() => kiosk.standing().catch((error: unknown) => String(error)), { timeout: 20_000 })
    .toMatchObject({
      pages: [ours],
      text: expect.stringContaining(text),
      windowState: 'fullscreen',
      zoom: 1,
    });
}

test('no shortcut of Chromium’s leaves the page, or opens anything beside it', async () => {
  const open = accelerators.filter(
    ({ keys, harmless }) => harmless === undefined && decideInput(asKeyInput(keys)) === 'allow',
  );
  expect(open).toEqual([]);
  // skipped where nobody can press a key: the line above is the decision, this is Chromium's word.
  test.skip(!kiosk.hasKeys, 'neither Xvfb nor xdotool');
  const before = await kiosk.evaluate('(window.stood = true, performance.timeOrigin)');
  for (let at = 0; at < accelerators.length; at += KEYS_AT_ONCE) {
    const some = accelerators.slice(at, at + KEYS_AT_ONCE).map(({ keys }) => keys);
    await kiosk.press(...some);
    const standing = await kiosk.standing();
    expect({ some, ...standing }).toMatchObject({
      pages: [`${host.url}/`],
      windowState: 'fullscreen',
      zoom: 1,
    });
  }
  // The same page: nothing has so much as loaded it again.
  expect(await kiosk.evaluate('window.stood && performance.timeOrigin')).toBe(before);
  expect(kiosk.log.filter((line) => line.startsWith('screen.'))).toEqual([]);
});

const leads: readonly (readonly [what: string, script: string])[] = [
  ['a new window', `window.open('https://example.org/')`],
  ['a link into a new window', link('https://example.org/', 'target="_blank"')],
  ['a link with the wheel’s button', link('/', '', `{ bubbles: true, cancelable: true, button: 1 }`)],
  ['a link with Ctrl', link('/', '', `{ bubbles: true, cancelable: true, ctrlKey: true }`)],
  ['a link with Shift', link('/', '', `{ bubbles: true, cancelable: true, shiftKey: true }`)],
  ['another site', `location.href = 'https://example.org/'`],
  ['the source', `location.href = 'view-source:' + location.href`],
  ['a file', `location.href = 'file:///etc/passwd'`],
  ['the browser’s settings', `location.href = 'chrome://settings'`],
  ['the mail program', `location.href = 'mailto:a@example.org'`],
  ['the telephone', `location.href = 'tel:12345'`],
  ['another program', `location.href = 'intent://scan/#Intent;scheme=zxing;end'`],
  ['a download', link('data:application/octet-stream,x', 'download="x.bin"')],
  ['a file chooser', `Object.assign(document.createElement('input'), { type: 'file' }).click()`],
  ['printing', `window.print()`],
  ['a question', `setTimeout(() => confirm('?'))`],
  [
    '“do you want to leave?”',
    `addEventListener('beforeunload', (e) => e.preventDefault()), (location.href = '/')`,
  ],
  ['the whole screen given back', `document.exitFullscreen().catch(() => 0)`],
  ['the past', `history.back()`],
];

/** A click on a link that is made for it. */
function link(href: string, attributes: string, how = '{ bubbles: true, cancelable: true }'): string {
  return `(() => {
    document.body.insertAdjacentHTML('beforeend', '<a id="led" href="${href}" ${attributes}>x</a>');
    const led = document.getElementById('led');
    led.dispatchEvent(new MouseEvent('click', ${how}));
    led.remove();
  })()`;
}

test('no page leads anywhere else, whatever it tries: window, site, file, program, dialog, print', async () => {
  for (const [what, script] of leads) {
    await test.step(what, async () => {
      await kiosk.evaluate(`void (${script})`).catch(() => undefined);
      await standsAt(GREETING);
    });
  }
});

test('asking for a camera of another kind, a place or a message gets no, and asks nobody', async () => {
  const asked = await kiosk.evaluate(`Promise.all(
    ['geolocation', 'notifications', 'microphone', 'midi', 'clipboard-read'].map((name) =>
      navigator.permissions.query({ name }).then(({ state }) => state, () => 'denied')))`);
  // Under the policy all are denied; without it the page's own Permissions-Policy leaves some to be asked.
  if (kiosk.hasPolicy) expect(asked).toEqual(Array(5).fill('denied'));
  await standsAt(GREETING);
});

test('a finger that is held, two fingers, the wheel with Ctrl and something dragged in change nothing', async () => {
  const at = { x: 500, y: 400 };
  await kiosk.inPage('Emulation.setTouchEmulationEnabled', { enabled: true, maxTouchPoints: 5 });
  await kiosk.inPage('Input.synthesizePinchGesture', { ...at, scaleFactor: 3, gestureSourceType: 'touch' });
  await kiosk.inPage('Input.synthesizeTapGesture', { ...at, tapCount: 2, gestureSourceType: 'touch' });
  await kiosk.inPage('Input.synthesizeTapGesture', { ...at, duration: 1500, gestureSourceType: 'touch' });
  await kiosk.inPage('Input.dispatchMouseEvent', {
    type: 'mouseWheel',
    ...at,
    deltaX: 0,
    deltaY: -500,
    modifiers: 2,
  });
  const file = { items: [], files: ['/etc/passwd'], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'])
    await kiosk.inPage('Input.dispatchDragEvent', { type, ...at, data: file });
  await standsAt(GREETING);
});

test('its renderer is killed ten times: each time the page comes back, or says that it is out of service', async () => {
  test.setTimeout(120_000);
  for (let kills = 1; kills <= 10; kills += 1) {
    await test.step(`kill ${kills}`, async () => {
      const crashed = kiosk.crashes.length;
      await kiosk.killRenderer();
      await expect.poll(() => kiosk.crashes.length).toBe(crashed + 1);
      // Never a blank screen, nor Chromium's own words: the third in ten minutes is ours.
      if (kills % 3 === 0) await expect.poll(() => kiosk.log).toContain('out of service');
      await standsAt(GREETING);
    });
  }
  expect(kiosk.crashes).toEqual(Array(10).fill('gone renderer'));
  expect(kiosk.log.filter((line) => line === 'out of service')).toHaveLength(3);
});

test('a terminal that ends and stays away: the screen says so without it, and comes back with it', async () => {
  await host.kill();
  await standsAt(OUT_OF_SERVICE);
  if (kiosk.hasKeys) {
    // This page has no script that would take the key: what opens is closed at once.
    await kiosk.press('ctrl+t', 'ctrl+n', 'F12');
    await expect
      .poll(() => kiosk.log.filter((line) => line === 'screen.refused window').length)
      .toBeGreaterThan(0);
    await standsAt(OUT_OF_SERVICE);
  }
  await startTerminal();
  await standsAt(GREETING);
  expect(readCrashes(dataDir).crashes).toMatchObject([{ part: 'terminal' }]);
});

test('what became of the screen is told to the terminal, which keeps it beside its store', async () => {
  expect(await tellTerminal(readyFile, SCREEN_NEWS_PATH, { kind: 'crash', reason: 'oom' })).toBe(true);
  expect(await tellTerminal(readyFile, SCREEN_NEWS_PATH, { kind: 'out-of-service' })).toBe(true);
  const record = readCrashes(dataDir);
  expect(record.crashes.at(-1)).toMatchObject({ part: 'screen', reason: 'oom' });
  expect(record.outOfServiceSince).not.toBeNull();
  expect(await tellTerminal(readyFile, SCREEN_NEWS_PATH, { kind: 'crash', reason: 'x'.repeat(2_000) })).toBe(
    false,
  );
  expect(await tellTerminal(readyFile, SCREEN_NEWS_PATH, { kind: 'invented' })).toBe(false);
  const unknown = {
    method: 'POST',
    headers: { authorization: 'Bearer other' },
    body: '{"kind":"out-of-service"}',
  };
  expect((await fetch(new URL(SCREEN_NEWS_PATH, host.url), unknown)).status).toBe(401);
});
