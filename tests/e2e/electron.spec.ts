/** The real Electron, wherever its binary is. Everything else of the shell is tested without it, in electron/shell. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { _electron, expect, test, type ElectronApplication } from '@playwright/test';

const root = join(import.meta.dirname, '../..');

/** The binary's path, or null: never by importing 'electron', which would try to download it. */
function electronBinary(): string | null {
  const folder = join(root, 'node_modules/electron');
  const pathFile = join(folder, 'path.txt');
  if (!existsSync(pathFile)) return null;
  const binary = join(folder, 'dist', readFileSync(pathFile, 'utf8').trim());
  return existsSync(binary) ? binary : null;
}

const binary = electronBinary();
const built =
  existsSync(join(root, 'dist/shell/main.js')) && existsSync(join(root, 'dist/renderer/index.html'));
const missing =
  binary === null
    ? 'Electron’s binary is not on this machine (node_modules/electron/path.txt); `npx install-electron` fetches it'
    : built
      ? null
      : 'dist/ is not built: npm run build';
if (missing !== null) console.log(`electron.spec.ts is skipped: ${missing}`);

test.describe('the Electron shell', () => {
  // skipped because the binary cannot be had everywhere: it comes from a download, not from the registry.
  test.skip(missing !== null, missing ?? '');

  let dataDir = '';
  let app: ElectronApplication | null = null;

  test.beforeEach(() => {
    dataDir = mkdtempSync(join(tmpdir(), 'yizhan-electron-'));
  });
  test.afterEach(async () => {
    await app?.close();
    app = null;
    rmSync(dataDir, { recursive: true, force: true });
  });

  async function launch(): Promise<ElectronApplication> {
    // An absent configuration ends in the out-of-service page: enough for everything about the window.
    app = await _electron.launch({
      ...(binary === null ? {} : { executablePath: binary }),
      args: [root, '--config', join(dataDir, 'none.yaml'), '--data', dataDir],
    });
    return app;
  }

  test('without a configuration the screen says that it is out of service', async () => {
    const page = await (await launch()).firstWindow();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('本机暂停服务');
    expect(page.url()).toBe('app://out-of-service/');
  });

  test('the page has neither Node nor anything of ours beside the standard', async () => {
    const page = await (await launch()).firstWindow();
    const found = await page.evaluate(() =>
      ['require', 'process', 'module', 'Buffer', 'ipcRenderer', 'electron'].filter(
        (name) => name in globalThis,
      ),
    );
    expect(found).toEqual([]);
  });

  test('the page leads nowhere else, opens no window and fetches nothing from outside', async () => {
    const electron = await launch();
    const page = await electron.firstWindow();
    await page.evaluate(() => {
      const view = globalThis as unknown as { open(url: string): unknown; location: { href: string } };
      view.open('https://example.org/');
      view.location.href = 'https://example.org/';
    });
    const fetched = await page.evaluate(() =>
      fetch('https://example.org/').then(
        () => true,
        () => false,
      ),
    );
    expect(fetched).toBe(false);
    expect(electron.windows()).toHaveLength(1);
    expect(page.url()).toBe('app://out-of-service/');
  });

  test('the self-test writes its report and ends with 1 where the configuration is missing', () => {
    const report = join(dataDir, 'report.json');
    const { status } = spawnSync(
      binary ?? '',
      [root, '--self-test', '--report', report, '--config', join(dataDir, 'none.yaml')],
      { timeout: 60_000 },
    );
    expect(status).toBe(1);
    const { checks } = JSON.parse(readFileSync(report, 'utf8'));
    const ends = Object.fromEntries(
      checks.map((check: { name: string; ok: boolean }) => [check.name, check.ok]),
    );
    expect(ends).toEqual({ renderer: true, 'device-host': true, terminal: false, door: true });
  });
});
