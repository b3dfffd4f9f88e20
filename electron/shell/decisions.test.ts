import { describe, expect, test } from 'vitest';
import { decideInput, type KeyInput } from '#contract/kiosk-keys.ts';
import { decideNavigation } from './decide-navigation.ts';
import { decidePermission } from './decide-permission.ts';
import { decideRequest } from './decide-request.ts';
import { originOf } from './origin.ts';

describe('navigation', () => {
  test.each(['app://terminal/', 'app://terminal/guide/old-age-allowance?from=home#top'])(
    '%s is ours',
    (url) => {
      expect(decideNavigation({ url, isMainFrame: true })).toBe('allow');
    },
  );

  test.each([
    'app://out-of-service/',
    'app://terminal.evil/',
    'app://evil@terminal.evil/',
    'app://terminal:81/',
    'https://terminal/',
    'http://127.0.0.1/',
    'file:///etc/passwd',
    'data:text/html,x',
    'blob:app://terminal/1234',
    'javascript:alert(1)',
    'chrome://gpu',
    'devtools://devtools/bundled/inspector.html',
    'view-source:app://terminal/',
    'about:blank',
    'not an address',
    '',
  ])('%s is refused', (url) => {
    expect(decideNavigation({ url, isMainFrame: true })).toBe('deny');
  });

  test('our own address is refused in a frame, because the pages have none', () => {
    expect(decideNavigation({ url: 'app://terminal/', isMainFrame: false })).toBe('deny');
  });
});

describe('requests', () => {
  test.each([
    'app://terminal/a.js',
    'app://out-of-service/',
    'data:image/png;base64,',
    'blob:app://terminal/1',
  ])('%s stays on the machine', (url) => expect(decideRequest(url)).toBe('allow'));
  test.each([
    'https://example.org/',
    'http://127.0.0.1/',
    'ws://127.0.0.1/rpc',
    'file:///etc/passwd',
    'ftp://h/',
    'x',
  ])('%s is cancelled', (url) => expect(decideRequest(url)).toBe('cancel'));
});

describe('permissions', () => {
  const ours = 'app://terminal';

  test('our own page may photograph', () => {
    expect(decidePermission({ permission: 'media', origin: ours, media: ['video'] })).toBe(true);
  });

  test.each([['audio'], ['video', 'audio'], ['unknown'], []])('but not listen: %s', (...media) => {
    expect(decidePermission({ permission: 'media', origin: ours, media })).toBe(false);
  });

  test.each(['https://example.org', 'http://terminal', null])('nobody else may: %s', (origin) => {
    expect(decidePermission({ permission: 'media', origin, media: ['video'] })).toBe(false);
  });

  test.each([
    'geolocation',
    'notifications',
    'midi',
    'clipboard-read',
    'fullscreen',
    'openExternal',
    'invented-in-2030',
  ])('%s is denied, also to our own page', (permission) => {
    expect(decidePermission({ permission, origin: ours, media: ['video'] })).toBe(false);
    expect(decidePermission({ permission, origin: ours, media: [] })).toBe(false);
  });
});

describe('keys', () => {
  const plain: KeyInput = { key: '', code: '', control: false, shift: false, alt: false, meta: false };
  const key = (name: string, modifiers: Partial<KeyInput> = {}) =>
    decideInput({
      ...plain,
      key: name,
      code: name.length === 1 ? `Key${name.toUpperCase()}` : name,
      ...modifiers,
    });

  test.each([
    'a',
    'Z',
    '7',
    '张',
    'Enter',
    'Tab',
    'Escape',
    'Backspace',
    'ArrowLeft',
    'Home',
    'Process',
    'G',
    'M',
    'Unidentified',
  ])('%s types', (name) => expect(key(name)).toBe('allow'));

  test.each(['a', 'C', 'v', 'x', 'z'])('Ctrl+%s edits', (name) => {
    expect(key(name, { control: true })).toBe('allow');
  });

  test.each([
    ['developer tools', 'i', { control: true }],
    ['the console', 'J', { control: true }],
    ['reload', 'r', { control: true }],
    ['printing', 'p', { control: true }],
    ['closing', 'w', { control: true }],
    ['quitting', 'q', { control: true }],
    ['a new window', 'n', { control: true }],
    ['a new tab', 't', { control: true }],
    ['opening a file', 'o', { control: true }],
    ['saving', 's', { control: true }],
    ['finding', 'f', { control: true }],
    ['the source', 'u', { control: true }],
    ['zoom in', '+', { control: true }],
    ['zoom out', '-', { control: true }],
    ['zoom back', '0', { control: true }],
    ['the next window', 'Tab', { control: true }],
    ['the task manager', 'Escape', { control: true }],
    ['a console of Linux', 'F2', { control: true, alt: true }],
    ['the security screen', 'Delete', { control: true, alt: true }],
    ['a terminal of the desktop', 't', { control: true, alt: true }],
    ['closing the window', 'F4', { alt: true }],
    ['going back', 'ArrowLeft', { alt: true }],
    ['going forward', 'ArrowRight', { alt: true }],
    ['the start page', 'Home', { alt: true }],
    ['the next program', 'Tab', { alt: true }],
    ['the window menu', ' ', { alt: true }],
    ['the desktop', 'd', { meta: true }],
    ['quitting on a Mac', 'q', { meta: true }],
    ['the system key', 'Meta', {}],
    ['the browser’s back key', 'BrowserBack', {}],
    ['the browser’s home key', 'BrowserHome', {}],
    ['the mail key', 'LaunchMail', {}],
    ['the player’s key', 'MediaPlayPause', {}],
    ['the menu key', 'ContextMenu', {}],
    ['a screenshot', 'PrintScreen', {}],
  ] as const)('%s is refused', (_what, name, modifiers) => {
    expect(key(name, modifiers)).toBe('deny');
  });

  test.each(Array.from({ length: 24 }, (_, index) => `F${index + 1}`))('%s is refused', (name) => {
    expect(key(name)).toBe('deny');
  });

  test('a function key is known by its place too, whatever the layout calls it', () => {
    expect(decideInput({ ...plain, key: 'Unidentified', code: 'F5' })).toBe('deny');
  });

  test('AltGr types a sign, and is no chord for a letter', () => {
    expect(key('@', { control: true, alt: true })).toBe('allow');
    expect(key('q', { control: true, alt: true })).toBe('deny');
  });
});

test('an origin is scheme and host, also of a scheme that Node does not know', () => {
  expect(originOf('app://terminal/x?y')).toBe('app://terminal');
  expect(originOf('nonsense')).toBeNull();
});
