import type { App, Menu, Session, WebContents } from 'electron';
import { decideInput } from '#contract/kiosk-keys.ts';
import { decideNavigation } from './decide-navigation.ts';
import { decidePermission } from './decide-permission.ts';
import { decideRequest } from './decide-request.ts';
import { originOf } from './origin.ts';

/** Wiring only: each decision is a pure function in its own file. */

/** For the whole process, also for contents that nobody meant to create. */
export function lockDownApp(app: Pick<App, 'on'>, menu: Pick<typeof Menu, 'setApplicationMenu'>): void {
  menu.setApplicationMenu(null);
  app.on('web-contents-created', (_event, contents) => lockDownContents(contents));
  // The window loads app:// only, so any certificate, login or client certificate question is a stranger's.
  app.on('certificate-error', (event, _contents, _url, _error, _certificate, callback) => {
    event.preventDefault();
    callback(false);
  });
  app.on('login', (event) => event.preventDefault());
  app.on('select-client-certificate', (event) => event.preventDefault());
  // A locked kiosk has no last window to close; whoever closes it by the desktop's means ends the process,
  // and the supervisor starts it again.
}

export function lockDownContents(contents: WebContents): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }));
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.on('will-frame-navigate', (event) => {
    if (decideNavigation(event) === 'deny') event.preventDefault();
  });
  contents.on('will-redirect', (event) => {
    if (decideNavigation(event) === 'deny') event.preventDefault();
  });
  contents.on('before-input-event', (event, input) => {
    if (decideInput(input) === 'deny') event.preventDefault();
  });
  // "Do you want to leave?" never appears: preventing the prevention lets the page go.
  contents.on('will-prevent-unload', (event) => event.preventDefault());
  contents.on('context-menu', (event) => event.preventDefault());
  contents.on('select-bluetooth-device', (event, _devices, callback) => {
    event.preventDefault();
    callback('');
  });
  contents.on('did-finish-load', () => {
    // Chromium forgets the limits with the process, so they are set again for every page.
    contents.setVisualZoomLevelLimits(1, 1).catch(() => undefined);
    contents.setZoomFactor(1);
  });
  contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp');
}

export function lockDownSession(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, callback, details) => {
    const media = 'mediaTypes' in details ? (details.mediaTypes ?? []) : [];
    callback(decidePermission({ permission, origin: originOf(details.requestingUrl), media }));
  });
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin, details) => {
    const media = details.mediaType === undefined ? [] : [details.mediaType];
    return decidePermission({ permission, origin: originOf(requestingOrigin), media });
  });
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, callback) => callback(null));
  session.setBluetoothPairingHandler((_details, callback) => callback({ confirmed: false }));
  session.on('select-serial-port', (event, _ports, _contents, callback) => {
    event.preventDefault();
    callback('');
  });
  session.on('select-hid-device', (event, _details, callback) => {
    event.preventDefault();
    callback(null);
  });
  session.on('select-usb-device', (event, _details, callback) => {
    event.preventDefault();
    callback();
  });
  session.on('will-download', (event) => event.preventDefault());
  session.webRequest.onBeforeRequest((details, callback) => {
    callback({ cancel: decideRequest(details.url) === 'cancel' });
  });
  session.setSpellCheckerEnabled(false);
  session.setSpellCheckerLanguages([]);
}
