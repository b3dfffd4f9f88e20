import { expect, test } from 'vitest';
import { windowArguments, hasScreen } from './browser-window.ts';
import { reasonIn } from './electron-binary.ts';
import { parseStartArguments } from './start-arguments.ts';

test('without options a window opens, on free ports, with the default folder', () => {
  expect(parseStartArguments([])).toEqual({
    window: true,
    dataDir: null,
    json: false,
    cutMode: 'refuse',
    camera: true,
    voice: null,
    timeZone: null,
    departments: true,
    ports: {
      cardReader: 0,
      printer: 0,
      line: 0,
      platform: 0,
      terminal: 0,
      bench: 0,
      displays: 0,
      scanner: 0,
      departments: 0,
    },
  });
});

test('a station without a window has a camera when it is asked for', () => {
  expect(parseStartArguments(['--no-window'])?.camera).toBe(false);
  expect(parseStartArguments(['--no-window', '--camera'])?.camera).toBe(true);
});

test('a station speaks when it is given clips', () => {
  expect(parseStartArguments(['--voice', '/clips'])?.voice).toBe('/clips');
});

test('a station is put into another time zone', () => {
  expect(parseStartArguments(['--time-zone', 'Etc/GMT-3'])?.timeZone).toBe('Etc/GMT-3');
});

test('a port base gives each part its port', () => {
  expect(parseStartArguments(['--port-base', '7400'])?.ports).toEqual({
    cardReader: 7400,
    printer: 7401,
    line: 7402,
    platform: 7403,
    terminal: 7404,
    bench: 7405,
    displays: 7406,
    scanner: 7407,
    departments: 7408,
  });
});

test.each([
  ['an unknown option', ['--windowless']],
  ['a port base that is no number', ['--port-base', 'x']],
  ['a port base whose last port does not exist', ['--port-base', '65529']],
  ['an unknown way to cut the line', ['--cut', 'gently']],
  ['a time zone that does not exist', ['--time-zone', 'Asia/Nowhere']],
  ['an option without its value', ['--data']],
])('%s is refused', (_, argv) => {
  expect(parseStartArguments(argv)).toBeNull();
});

test('no window is tried where there is no screen', () => {
  expect(hasScreen('linux', {})).toBe(false);
  expect(hasScreen('linux', { DISPLAY: ':0' })).toBe(true);
  expect(hasScreen('linux', { WAYLAND_DISPLAY: 'wayland-0' })).toBe(true);
  expect(hasScreen('darwin', {})).toBe(true);
});

test('the browser’s sandbox is given up for root only', () => {
  const address = 'http://127.0.0.1:1/';
  expect(windowArguments(address, '/profile', false)).not.toContain('--no-sandbox');
  expect(windowArguments(address, '/profile', true)).toContain('--no-sandbox');
  expect(windowArguments(address, '/profile', false)).toContain(`--app=${address}`);
});

test('of the installer’s stack trace one short reason is left', () => {
  expect(reasonIn('TypeError: fetch failed\n    at node:internal\n')).toBe('fetch failed');
  expect(reasonIn('')).toBe('the installer failed');
  expect(reasonIn(`Error: ${'x'.repeat(1_000)}`)).toHaveLength(160);
});
