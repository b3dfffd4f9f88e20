import { expect, test } from 'vitest';
import { browserPlan, usualPlaces, type Machine } from './browser-plan.ts';

const debian = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n';
const ubuntu = 'ID=ubuntu\nID_LIKE=debian\n';
const mint = 'ID=linuxmint\nID_LIKE="ubuntu debian"\n';
const deepin = 'ID=deepin\nID_LIKE=debian\n';

const bare: Machine = {
  platform: 'linux',
  env: { PATH: '/usr/bin:/bin' },
  isFile: () => false,
  playwrightBrowser: null,
  osRelease: debian,
  isRoot: false,
  hasPasswordlessSudo: false,
};
const holding =
  (...paths: string[]) =>
  (path: string) =>
    paths.includes(path);

test('the browser that YIZHAN_BROWSER names is used before any other', () => {
  const machine = {
    ...bare,
    env: { ...bare.env, YIZHAN_BROWSER: '/opt/mine/chrome' },
    isFile: holding('/opt/mine/chrome', '/usr/bin/chromium'),
  };
  expect(browserPlan(machine)).toEqual([{ step: 'use', path: '/opt/mine/chrome' }]);
});

test('a named browser that is not there is an error, not a reason to take another', () => {
  const machine = {
    ...bare,
    env: { ...bare.env, YIZHAN_BROWSER: '/opt/mine/chrome' },
    isFile: holding('/usr/bin/chromium'),
  };
  expect(browserPlan(machine)).toEqual([{ step: 'wrong-setting', path: '/opt/mine/chrome' }]);
});

test('an installed Chromium comes before Chrome, and both before anything fetched', () => {
  const both = holding('/usr/bin/google-chrome', '/usr/bin/chromium');
  expect(browserPlan({ ...bare, isFile: both })).toEqual([{ step: 'use', path: '/usr/bin/chromium' }]);
  expect(browserPlan({ ...bare, isFile: holding('/usr/bin/google-chrome'), isRoot: true })).toEqual([
    { step: 'use', path: '/usr/bin/google-chrome' },
  ]);
});

test('a browser that Playwright fetched earlier is used before a package is installed', () => {
  expect(browserPlan({ ...bare, isRoot: true, playwrightBrowser: '/cache/chrome' })).toEqual([
    { step: 'use', path: '/cache/chrome' },
  ]);
});

test('root on Debian installs the package, and falls back to Playwright', () => {
  expect(browserPlan({ ...bare, isRoot: true })).toEqual([
    { step: 'apt', sudo: false },
    { step: 'playwright' },
  ]);
});

test('a user of Debian with passwordless sudo installs the package through it', () => {
  expect(browserPlan({ ...bare, hasPasswordlessSudo: true })).toEqual([
    { step: 'apt', sudo: true },
    { step: 'playwright' },
  ]);
});

test('a user who may not install packages gets Playwright’s own', () => {
  expect(browserPlan(bare)).toEqual([{ step: 'playwright' }]);
});

test('a relative of Debian installs the package; Ubuntu and its relatives, whose package wants snapd, do not', () => {
  expect(browserPlan({ ...bare, isRoot: true, osRelease: deepin })[0]).toEqual({ step: 'apt', sudo: false });
  expect(browserPlan({ ...bare, isRoot: true, osRelease: ubuntu })).toEqual([{ step: 'playwright' }]);
  expect(browserPlan({ ...bare, isRoot: true, osRelease: mint })).toEqual([{ step: 'playwright' }]);
});

test('macOS and Windows are searched where their installers put a browser', () => {
  const chrome = '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome';
  const mac = { ...bare, platform: 'darwin' as const, osRelease: '', isFile: holding(chrome) };
  expect(browserPlan(mac)).toEqual([{ step: 'use', path: chrome }]);
  expect(usualPlaces('win32', { PROGRAMFILES: 'C:\\Program Files' })).toContain(
    'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
  );
});

test('a folder of PATH that is relative is never searched', () => {
  expect(usualPlaces('linux', { PATH: 'node_modules/.bin:/usr/bin' })).not.toContain(
    'node_modules/.bin/chromium',
  );
});
