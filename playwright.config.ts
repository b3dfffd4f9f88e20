import { defineConfig } from '@playwright/test';
import { findBrowser } from './scripts/find-browser.ts';

/** `npm test` has looked already; `npx playwright test` alone looks here, once: workers inherit the answer. */
const browser = process.env['YIZHAN_BROWSER'] ?? findBrowser();
if (browser === null) throw new Error('The end-to-end tests need a browser.');
process.env['YIZHAN_BROWSER'] = browser;

/** An hour of looking; `npm run prove -- screens` asks for it. */
const long = process.env['YIZHAN_EVERY_SCREEN'] === '1' ? [] : ['every-*.spec.ts'];

export default defineConfig({
  testDir: 'tests/e2e',
  testMatch: '*.spec.ts',
  outputDir: 'test-results',
  snapshotPathTemplate: '{testDir}/pictures/{projectName}/{arg}{ext}',
  timeout: 60_000,
  expect: { timeout: 10_000 },
  fullyParallel: false,
  forbidOnly: Boolean(process.env['CI']),
  retries: 0,
  workers: 2,
  reporter: 'list',
  use: {
    // Films and copies of every page cost a fifth of the time; what failed leaves its last picture and its tree.
    trace: { mode: 'retain-on-failure', screenshots: false, snapshots: false },
    screenshot: 'only-on-failure',
    locale: 'zh-CN',
    timezoneId: 'Asia/Shanghai',
    hasTouch: true,
    isMobile: false,
    launchOptions: {
      executablePath: browser,
      args: [
        // Chromium's own sandbox refuses to start as root, as which containers run.
        ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []),
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'portrait', testIgnore: long, use: { viewport: { width: 1080, height: 1920 } } },
    {
      name: 'landscape',
      // Nothing of these depends on how the panel hangs: the bench is a technician's page, the pictures are of one.
      testIgnore: [
        ...long,
        ...['bench.spec.ts', 'code-refused.spec.ts', 'electron.spec.ts', 'kiosk.spec.ts', 'picture.spec.ts'],
      ],
      // Long ones, of which the shorter neighbour has said already that lying differs in nothing.
      grepInvert: /@upright/,
      use: { viewport: { width: 1920, height: 1080 } },
    },
  ],
});
