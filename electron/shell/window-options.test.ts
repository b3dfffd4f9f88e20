import { expect, test } from 'vitest';
import { windowOptions } from './window-options.ts';

test('every option of the kiosk window is what was decided, and there is no other', () => {
  expect(windowOptions({ preloadPath: '/dist/shell/preload.cjs', kiosk: true })).toEqual({
    title: '一站',
    backgroundColor: '#fbfaf6',
    show: false,
    kiosk: true,
    fullscreen: true,
    frame: false,
    width: 1080,
    height: 1920,
    autoHideMenuBar: true,
    closable: false,
    minimizable: false,
    maximizable: false,
    movable: false,
    resizable: false,
    alwaysOnTop: true,
    skipTaskbar: true,
    webPreferences: {
      preload: '/dist/shell/preload.cjs',
      partition: 'kiosk',
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      webviewTag: false,
      plugins: false,
      webgl: false,
      devTools: false,
      navigateOnDragDrop: false,
      spellcheck: false,
      disableDialogs: true,
      safeDialogs: true,
      enableWebSQL: false,
      autoplayPolicy: 'no-user-gesture-required',
      backgroundThrottling: false,
      zoomFactor: 1,
      textAreasAreResizable: false,
      scrollBounce: false,
      defaultEncoding: 'UTF-8',
    },
  });
});

test('a developer’s window can be left, and is as closed to the page as the kiosk', () => {
  const { webPreferences: locked } = windowOptions({ preloadPath: '/p.cjs', kiosk: true });
  const { webPreferences: open, ...outside } = windowOptions({ preloadPath: '/p.cjs', kiosk: false });
  expect({ ...open, devTools: false }).toEqual(locked);
  expect(open?.devTools).toBe(true);
  expect(outside).toMatchObject({
    kiosk: false,
    fullscreen: false,
    frame: true,
    closable: true,
    alwaysOnTop: false,
  });
});

test('nothing of the window is kept on the disk', () => {
  const { webPreferences } = windowOptions({ preloadPath: '/p.cjs', kiosk: true });
  expect(webPreferences?.partition).not.toMatch(/^persist:/);
});
