import { EventEmitter } from 'node:events';
import type { App, Session, WebContents } from 'electron';
import { describe, expect, test, vi } from 'vitest';
import { lockDownApp, lockDownContents, lockDownSession } from './lock-down.ts';

function event(extra: object = {}) {
  return { preventDefault: vi.fn(), ...extra };
}

function fakeContents() {
  return Object.assign(new EventEmitter(), {
    setWindowOpenHandler: vi.fn(),
    setVisualZoomLevelLimits: vi.fn(() => Promise.resolve()),
    setZoomFactor: vi.fn(),
    setWebRTCIPHandlingPolicy: vi.fn(),
  });
}

function lockedContents() {
  const contents = fakeContents();
  // The fake has the members that the lock-down uses; Electron's class has some 200 more.
  lockDownContents(contents as unknown as WebContents);
  return contents;
}

function lockedSession() {
  const session = Object.assign(new EventEmitter(), {
    setPermissionRequestHandler: vi.fn(),
    setPermissionCheckHandler: vi.fn(),
    setDevicePermissionHandler: vi.fn(),
    setDisplayMediaRequestHandler: vi.fn(),
    setBluetoothPairingHandler: vi.fn(),
    setSpellCheckerEnabled: vi.fn(),
    setSpellCheckerLanguages: vi.fn(),
    webRequest: { onBeforeRequest: vi.fn() },
  });
  // As above.
  lockDownSession(session as unknown as Session);
  return session;
}

describe('the app', () => {
  test('has no menu, and locks every contents that is ever created', () => {
    const app = new EventEmitter();
    const setApplicationMenu = vi.fn();
    // An emitter is all of App that is used here.
    lockDownApp(app as unknown as App, { setApplicationMenu });
    expect(setApplicationMenu).toHaveBeenCalledExactlyOnceWith(null);
    const contents = fakeContents();
    app.emit('web-contents-created', event(), contents);
    expect(contents.setWindowOpenHandler).toHaveBeenCalledOnce();
  });

  test('believes no certificate that does not verify, and answers no login', () => {
    const app = new EventEmitter();
    lockDownApp(app as unknown as App, { setApplicationMenu: vi.fn() });
    const callback = vi.fn();
    const certificate = event();
    app.emit('certificate-error', certificate, {}, 'https://x/', 'net::ERR', {}, callback);
    expect(callback).toHaveBeenCalledExactlyOnceWith(false);
    expect(certificate.preventDefault).toHaveBeenCalled();
    for (const name of ['login', 'select-client-certificate']) {
      const asked = event();
      app.emit(name, asked);
      expect(asked.preventDefault, name).toHaveBeenCalled();
    }
  });
});

describe('the contents', () => {
  test('open no window', () => {
    const handler = lockedContents().setWindowOpenHandler.mock.calls[0]?.[0];
    expect(handler({ url: 'app://terminal/' })).toEqual({ action: 'deny' });
  });

  test.each(['will-frame-navigate', 'will-redirect'])('%s: only within the terminal', (name) => {
    const contents = lockedContents();
    const ours = event({ url: 'app://terminal/guide', isMainFrame: true });
    contents.emit(name, ours);
    expect(ours.preventDefault).not.toHaveBeenCalled();
    for (const attempt of [
      event({ url: 'https://example.org/', isMainFrame: true }),
      event({ url: 'app://terminal/', isMainFrame: false }),
    ]) {
      contents.emit(name, attempt);
      expect(attempt.preventDefault).toHaveBeenCalled();
    }
  });

  test('hear the keys of a form, and none of the browser', () => {
    const contents = lockedContents();
    const plain = { key: 'a', code: 'KeyA', control: false, shift: false, alt: false, meta: false };
    const typed = event();
    contents.emit('before-input-event', typed, plain);
    expect(typed.preventDefault).not.toHaveBeenCalled();
    const tools = event();
    contents.emit('before-input-event', tools, { ...plain, key: 'F12', code: 'F12' });
    expect(tools.preventDefault).toHaveBeenCalled();
  });

  test.each(['will-attach-webview', 'will-prevent-unload', 'context-menu'])('%s is prevented', (name) => {
    const attempt = event();
    lockedContents().emit(name, attempt);
    expect(attempt.preventDefault).toHaveBeenCalled();
  });

  test('choose no Bluetooth device', () => {
    const callback = vi.fn();
    lockedContents().emit('select-bluetooth-device', event(), [{ deviceId: '1' }], callback);
    expect(callback).toHaveBeenCalledExactlyOnceWith('');
  });

  test('cannot be zoomed, on any page', () => {
    const contents = lockedContents();
    contents.emit('did-finish-load');
    contents.emit('did-finish-load');
    expect(contents.setVisualZoomLevelLimits.mock.calls).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(contents.setZoomFactor.mock.calls).toEqual([[1], [1]]);
  });

  test('leak no address over WebRTC', () => {
    expect(lockedContents().setWebRTCIPHandlingPolicy).toHaveBeenCalledExactlyOnceWith(
      'disable_non_proxied_udp',
    );
  });
});

describe('the session', () => {
  test('grants the camera and nothing else, asked or checked', () => {
    const session = lockedSession();
    const callback = vi.fn();
    const request = session.setPermissionRequestHandler.mock.calls[0]?.[0];
    const asking = { requestingUrl: 'app://terminal/' };
    request({}, 'media', callback, { ...asking, mediaTypes: ['video'] });
    request({}, 'media', callback, { ...asking, mediaTypes: ['video', 'audio'] });
    request({}, 'media', callback, asking);
    request({}, 'geolocation', callback, asking);
    expect(callback.mock.calls).toEqual([[true], [false], [false], [false]]);
    const check = session.setPermissionCheckHandler.mock.calls[0]?.[0];
    expect(check({}, 'media', 'app://terminal', { mediaType: 'video' })).toBe(true);
    expect(check({}, 'media', 'app://terminal', { mediaType: 'audio' })).toBe(false);
    expect(check({}, 'media', 'app://terminal', {})).toBe(false);
    expect(session.setDevicePermissionHandler.mock.calls[0]?.[0]({ deviceType: 'serial' })).toBe(false);
  });

  test('shares no screen and pairs with nothing', () => {
    const session = lockedSession();
    const screen = vi.fn();
    session.setDisplayMediaRequestHandler.mock.calls[0]?.[0]({}, screen);
    expect(screen).toHaveBeenCalledExactlyOnceWith(null);
    const pairing = vi.fn();
    session.setBluetoothPairingHandler.mock.calls[0]?.[0]({}, pairing);
    expect(pairing).toHaveBeenCalledExactlyOnceWith({ confirmed: false });
  });

  test.each([
    ['select-serial-port', [[], {}], ['']],
    ['select-hid-device', [{}], [null]],
    ['select-usb-device', [{}], []],
  ] as const)('%s chooses nothing', (name, details, answer) => {
    const asked = event();
    const callback = vi.fn();
    lockedSession().emit(name, asked, ...details, callback);
    expect(asked.preventDefault).toHaveBeenCalled();
    expect(callback.mock.calls).toEqual([answer]);
  });

  test('downloads nothing', () => {
    const download = event();
    lockedSession().emit('will-download', download);
    expect(download.preventDefault).toHaveBeenCalled();
  });

  test('lets no request leave the machine', () => {
    const filter = lockedSession().webRequest.onBeforeRequest.mock.calls[0]?.[0];
    for (const [url, cancel] of [
      ['app://terminal/a.js', false],
      ['https://redirector.gvt1.com/', true],
      ['ws://127.0.0.1:8080/rpc', true],
    ]) {
      const callback = vi.fn();
      filter({ url }, callback);
      expect(callback).toHaveBeenCalledExactlyOnceWith({ cancel });
    }
  });

  test('checks no spelling, so it fetches no dictionary', () => {
    const session = lockedSession();
    expect(session.setSpellCheckerEnabled).toHaveBeenCalledExactlyOnceWith(false);
    expect(session.setSpellCheckerLanguages).toHaveBeenCalledExactlyOnceWith([]);
  });
});
