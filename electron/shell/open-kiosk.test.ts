import type { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { PORT_REQUEST } from '#contract/transport.ts';
import { crashDelays } from '#terminal/health/crash-ladder.ts';
import { openKiosk, openOutOfService, type KioskOptions } from './open-kiosk.ts';
import { windowOptions } from './window-options.ts';

const fake = vi.hoisted(() => ({ windows: [] as unknown[], ipcOn: vi.fn(), channels: 0 }));

vi.mock('electron', async () => {
  const events = await import('node:events');
  class BrowserWindow extends events.EventEmitter {
    options: unknown;
    show = vi.fn();
    removeMenu = vi.fn();
    webContents = Object.assign(new events.EventEmitter(), {
      loadURL: vi.fn(() => Promise.resolve()),
      forcefullyCrashRenderer: vi.fn(),
      mainFrame: {},
    });
    constructor(options: unknown) {
      super();
      this.options = options;
      fake.windows.push(this);
    }
  }
  return { BrowserWindow, ipcMain: { on: fake.ipcOn }, MessageChannelMain: vi.fn() };
});

interface FakeWindow extends EventEmitter {
  readonly options: unknown;
  readonly show: ReturnType<typeof vi.fn>;
  readonly removeMenu: ReturnType<typeof vi.fn>;
  readonly webContents: EventEmitter & {
    readonly loadURL: ReturnType<typeof vi.fn>;
    readonly forcefullyCrashRenderer: ReturnType<typeof vi.fn>;
  };
}

function setUp() {
  let nowMs = 0;
  const timers: { readonly at: number; readonly run: () => void }[] = [];
  const log = vi.fn();
  const exit = vi.fn();
  const crashes = { note: vi.fn(), outOfService: vi.fn() };
  const options: KioskOptions = {
    preloadPath: '/dist/shell/preload.cjs',
    kiosk: true,
    clock: {
      now: () => nowMs,
      monotonicMs: () => nowMs,
      after: (delayMs, run) => {
        timers.push({ at: nowMs + delayMs, run });
        return () => undefined;
      },
    },
    log,
    exit,
    crashes,
  };
  const advance = (ms: number) => {
    nowMs += ms;
    for (const timer of timers.splice(0)) {
      if (timer.at <= nowMs) timer.run();
      else timers.push(timer);
    }
  };
  // What the mock above made.
  const window = () => fake.windows.at(-1) as FakeWindow;
  return { options, advance, log, exit, crashes, window };
}

let shell: ReturnType<typeof setUp>;
beforeEach(() => {
  fake.windows.length = 0;
  fake.ipcOn.mockClear();
  shell = setUp();
});

describe('the kiosk’s window', () => {
  test('is made with the decided options and no menu, and shows itself when it has something to show', () => {
    openKiosk(shell.options, vi.fn());
    const window = shell.window();
    expect(window.options).toEqual(windowOptions({ preloadPath: '/dist/shell/preload.cjs', kiosk: true }));
    expect(window.removeMenu).toHaveBeenCalledOnce();
    expect(window.show).not.toHaveBeenCalled();
    window.emit('ready-to-show');
    expect(window.show).toHaveBeenCalledOnce();
  });

  test('listens to one IPC message only, before the page is loaded', () => {
    openKiosk(shell.options, vi.fn());
    expect(fake.ipcOn.mock.calls.map(([channel]) => channel)).toEqual([PORT_REQUEST]);
    expect(shell.window().webContents.loadURL).toHaveBeenCalledExactlyOnceWith('app://terminal/');
  });

  test('comes back after a crash, and says so in the log', () => {
    openKiosk(shell.options, vi.fn());
    const { webContents } = shell.window();
    webContents.emit('render-process-gone', {}, { reason: 'oom', exitCode: 5 });
    expect(webContents.loadURL).toHaveBeenCalledOnce();
    shell.advance(crashDelays.reloadMs[0]);
    expect(webContents.loadURL.mock.calls).toEqual([['app://terminal/'], ['app://terminal/']]);
    expect(shell.log).toHaveBeenCalledExactlyOnceWith({
      level: 'error',
      event: 'shell.renderer-gone',
      detail: 'oom → reload-after',
    });
  });

  test('shows the out-of-service page at the third crash, and ends for the supervisor', () => {
    openKiosk(shell.options, vi.fn());
    const { webContents } = shell.window();
    webContents.emit('unresponsive');
    expect(webContents.forcefullyCrashRenderer).toHaveBeenCalledOnce();
    webContents.emit('render-process-gone', {}, { reason: 'killed' });
    shell.advance(500);
    webContents.emit('did-fail-load', {}, -6, 'ERR_FILE_NOT_FOUND', 'app://terminal/', true);
    shell.advance(5_000);
    webContents.emit('render-process-gone', {}, { reason: 'crashed' });
    expect(webContents.loadURL).toHaveBeenLastCalledWith('app://out-of-service/');
    expect(shell.exit).not.toHaveBeenCalled();
    // The killed page's end is no crash of its own.
    expect(shell.crashes.note.mock.calls).toEqual([
      ['screen', 'unresponsive'],
      ['screen', 'load-failed ERR_FILE_NOT_FOUND'],
      ['screen', 'gone crashed'],
    ]);
    expect(shell.crashes.outOfService).toHaveBeenCalledExactlyOnceWith(true);
    shell.advance(crashDelays.outOfServiceMs);
    expect(shell.exit).toHaveBeenCalledExactlyOnceWith(70);
  });

  test('does not count a load that another one replaced, or a failed picture', () => {
    openKiosk(shell.options, vi.fn());
    const { webContents } = shell.window();
    webContents.emit('did-fail-load', {}, -3, 'ERR_ABORTED', 'app://terminal/', true);
    webContents.emit('did-fail-load', {}, -6, 'ERR_FILE_NOT_FOUND', 'app://terminal/a.png', false);
    expect(shell.log).not.toHaveBeenCalled();
  });
});

test('a terminal that cannot start says so on its screen, and ends later with its code', () => {
  openOutOfService(shell.options, 78, 120_000);
  const window = shell.window();
  expect(window.webContents.loadURL).toHaveBeenCalledExactlyOnceWith('app://out-of-service/');
  expect(fake.ipcOn).not.toHaveBeenCalled();
  window.emit('ready-to-show');
  expect(window.show).toHaveBeenCalledOnce();
  shell.advance(119_999);
  expect(shell.exit).not.toHaveBeenCalled();
  shell.advance(1);
  expect(shell.exit).toHaveBeenCalledExactlyOnceWith(78);
});
