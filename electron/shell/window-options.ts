import type { BrowserWindowConstructorOptions } from 'electron';

/** Storage of the window lives in memory only (no `persist:`): nothing a resident did is left on the disk. */
export const KIOSK_PARTITION = 'kiosk';

/** The paper colour of the resident's screen (renderer/ui/tokens.css), so that a start or reload does not flash. */
const PAPER_COLOUR = '#fbfaf6';

export interface WindowOptionsInput {
  /** Absolute path of the bundled preload (.cjs: a sandboxed window loads no ES module). */
  readonly preloadPath: string;
  /** False only in a developer's checkout: a packaged terminal always locks the screen. */
  readonly kiosk: boolean;
}

/**
 * Everything about the window, also what is Electron's default today: a default that changes with an
 * upgrade must not open the kiosk.
 */
export function windowOptions({ preloadPath, kiosk }: WindowOptionsInput): BrowserWindowConstructorOptions {
  return {
    title: '一站',
    backgroundColor: PAPER_COLOUR,
    show: false,
    kiosk,
    fullscreen: kiosk,
    frame: !kiosk,
    width: 1080,
    height: 1920,
    autoHideMenuBar: true,
    closable: !kiosk,
    minimizable: !kiosk,
    maximizable: !kiosk,
    movable: !kiosk,
    resizable: !kiosk,
    alwaysOnTop: kiosk,
    skipTaskbar: kiosk,
    webPreferences: {
      preload: preloadPath,
      partition: KIOSK_PARTITION,
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      nodeIntegrationInWorker: false,
      nodeIntegrationInSubFrames: false,
      webSecurity: true,
      allowRunningInsecureContent: false,
      experimentalFeatures: false,
      // Not set on purpose: enableBlinkFeatures (checklist item 10) has no safe value but absence.
      webviewTag: false,
      plugins: false,
      webgl: false,
      devTools: !kiosk,
      navigateOnDragDrop: false,
      spellcheck: false,
      // alert(), confirm() and print dialogs are modal: nobody at a kiosk can be made to answer one.
      disableDialogs: true,
      safeDialogs: true,
      enableWebSQL: false,
      // Spoken prompts and sounds start without a touch.
      autoplayPolicy: 'no-user-gesture-required',
      // The idle countdown keeps its pace also when something covers the window.
      backgroundThrottling: false,
      zoomFactor: 1,
      textAreasAreResizable: false,
      scrollBounce: false,
      defaultEncoding: 'UTF-8',
    },
  };
}
