import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { switches } from '#terminal/lock-down/chromium-switches.ts';

/** Everything that main.ts does to Electron, in its order. */
const seen = vi.hoisted(() => ({
  calls: [] as string[],
  listeners: new Map<string, (...values: unknown[]) => void>(),
  packaged: true,
  lock: true,
  given: new Set<string>(),
  close: () => Promise.resolve(),
  start: (): unknown => undefined,
  entrances: (): Promise<unknown> => Promise.resolve(),
  config: (): unknown => undefined,
  window: null as { readonly webContents: { emit(name: string, ...values: unknown[]): boolean } } | null,
  isTrial: false,
  confirmed: 0,
  ask: (() => undefined) as (event: unknown) => void,
  /** What the supervisor was told, and how it finds out whether the terminal is well. */
  told: [] as string[],
  isWell: null as (() => Promise<boolean>) | null,
  well: true,
}));

vi.mock('electron', async () => {
  const { EventEmitter } = await import('node:events');
  const note =
    (name: string) =>
    (...values: unknown[]) =>
      void seen.calls.push([name, ...values.filter((value) => typeof value !== 'function')].join(' '));
  const session = (name: string) => ({
    setPermissionRequestHandler: note(`${name}.permissions`),
    setPermissionCheckHandler: vi.fn(),
    setDevicePermissionHandler: vi.fn(),
    setDisplayMediaRequestHandler: vi.fn(),
    setBluetoothPairingHandler: vi.fn(),
    setSpellCheckerEnabled: vi.fn(),
    setSpellCheckerLanguages: vi.fn(),
    on: vi.fn(),
    webRequest: { onBeforeRequest: vi.fn() },
    protocol: { handle: note(`${name}.handle`) },
  });
  class BrowserWindow extends EventEmitter {
    constructor() {
      super();
      seen.window = this;
    }
    removeMenu = vi.fn();
    show = vi.fn();
    webContents = Object.assign(new EventEmitter(), {
      mainFrame: { url: 'app://terminal/', parent: null, postMessage: vi.fn() },
      loadURL: (url: string) => {
        note('load')(url);
        return Promise.resolve();
      },
    });
  }
  return {
    app: {
      get isPackaged() {
        return seen.packaged;
      },
      commandLine: {
        appendSwitch: (name: string) => note('switch')(name),
        hasSwitch: (name: string) => seen.given.has(name),
      },
      enableSandbox: note('sandbox'),
      requestSingleInstanceLock: () => seen.lock,
      on: (name: string, listener: (...values: unknown[]) => void) => seen.listeners.set(name, listener),
      whenReady: () => {
        note('ready')();
        return Promise.resolve();
      },
      exit: note('exit'),
      relaunch: note('relaunch'),
      getPath: () => '/data',
      getVersion: () => '1',
    },
    BrowserWindow,
    ipcMain: {
      on: (_name: string, listener: (event: unknown) => void) => {
        seen.ask = listener;
      },
    },
    Menu: { setApplicationMenu: note('menu') },
    MessageChannelMain: class {
      port1 = Object.assign(new EventEmitter(), { start: vi.fn(), close: vi.fn(), postMessage: vi.fn() });
      port2 = {};
    },
    protocol: { registerSchemesAsPrivileged: note('schemes') },
    safeStorage: { isEncryptionAvailable: () => false },
    session: { defaultSession: session('default'), fromPartition: (name: string) => session(name) },
    utilityProcess: { fork: vi.fn() },
  };
});
vi.mock('#terminal/terminal.ts', () => ({ startTerminal: () => seen.start() }));
vi.mock('#door/open-entrances.ts', () => ({ openEntrances: () => seen.entrances() }));
vi.mock('#terminal/store/key-file.ts', () => ({
  keyFilePath: () => '/data/keys/k1.key',
  wrappedKeyFilePath: () => '/data/keys/k1.key.wrapped',
  needsItsKey: () => false,
  openKeyFile: () => ({ ok: true, value: new Uint8Array(32) }),
  openMasterKey: () => ({ ok: true, value: new Uint8Array(32) }),
}));
// It would write into the machine's /data.
vi.mock('#terminal/health/crashes.ts', () => ({
  createCrashNotes: () => ({ started: vi.fn(), ended: vi.fn(), note: vi.fn(), outOfService: vi.fn() }),
}));
vi.mock('#terminal/health/sd-notify.ts', () => ({
  tellSupervisor: () => ({
    ready: (isWell: () => Promise<boolean>, doing: string) => {
      seen.isWell = isWell;
      seen.told.push(`ready: ${doing}`);
      return Promise.resolve();
    },
    stopping: () => {
      seen.told.push('stopping');
      return Promise.resolve();
    },
  }),
}));
vi.mock('#terminal/api/router.ts', () => ({ router: {} }));
vi.mock('#terminal/parcels/configuration-in-force.ts', () => ({
  configurationInForce: () => {
    const read = seen.config() as { ok: boolean; value: unknown };
    const { isTrial } = seen;
    const confirm = (): void => {
      seen.confirmed += 1;
    };
    const stands = { config: read.value, own: read.value, version: null, isTrial, confirm };
    return read.ok ? { ok: true, value: stands } : read;
  },
}));
vi.mock('#config/load.ts', () => ({
  loadConfig: () => seen.config(),
  describeConfigFault: () => '/etc/yizhan/999901001.yaml:3',
}));

const typed = process.argv;

async function startMain(): Promise<readonly string[]> {
  await import('./main.ts');
  await expect.poll(() => seen.calls.some((call) => /^(load|exit)/.test(call))).toBe(true);
  return seen.calls;
}

const ends = (): readonly string[] => seen.calls.filter((call) => /^(exit|relaunch)/.test(call));

/** The program, in a time that is the test's. */
async function inTime(work: () => Promise<void>): Promise<void> {
  vi.useFakeTimers();
  try {
    await import('./main.ts');
    await work();
  } finally {
    vi.useRealTimers();
  }
}

beforeEach(() => {
  vi.resetModules();
  vi.spyOn(process, 'on').mockReturnValue(process);
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  seen.calls.length = 0;
  seen.listeners.clear();
  seen.given.clear();
  seen.packaged = true;
  seen.lock = true;
  seen.isTrial = false;
  seen.confirmed = 0;
  seen.told = [];
  seen.isWell = null;
  seen.well = true;
  process.argv = ['yizhan'];
  seen.config = () => ({ ok: true, value: { lan: null } });
  seen.entrances = () => Promise.resolve({ close: () => Promise.resolve() });
  seen.start = () => ({
    ok: true,
    value: {
      log: vi.fn(),
      ownScreen: () => ({ context: {}, close: vi.fn() }),
      close: () => seen.close(),
      isWell: () => seen.well,
      restartWhenIdle: () => void seen.told.push('begins anew when nobody stands there'),
    },
  });
});
afterEach(() => {
  process.argv = typed;
});

describe('a start', () => {
  test('registers the scheme, sets the switches and the sandbox before Electron is ready', async () => {
    const calls = await startMain();
    const before = calls.slice(0, calls.indexOf('ready'));
    expect(before).toEqual([
      'schemes [object Object]',
      ...switches.map(({ name }) => `switch ${name}`),
      'sandbox',
      'menu ',
    ]);
  });

  test('locks both sessions and serves app: before the window loads it', async () => {
    const calls = await startMain();
    expect(calls.slice(calls.indexOf('ready') + 1)).toEqual([
      'default.permissions',
      'kiosk.permissions',
      'kiosk.handle app',
      'load app://terminal/',
    ]);
  });

  test('with a debugging switch left in the command is refused, when packaged', async () => {
    seen.given.add('remote-debugging-port');
    expect(await startMain()).toEqual(['exit 78']);
  });

  test('beside a running terminal ends at once', async () => {
    seen.lock = false;
    expect(await startMain()).toEqual(['exit 0']);
  });
});

test('a question about configurations is answered before Electron is ready', async () => {
  const print = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  process.argv = ['yizhan', '--configuration', 'explain', 'idle.graceSeconds'];
  try {
    // Ready is what needs a display.
    expect(await startMain()).toEqual(['exit 0']);
    expect(print.mock.calls[0]?.[0]).toMatch(/^idle\.graceSeconds: /);
  } finally {
    print.mockRestore();
  }
});

describe('a start that cannot be', () => {
  test('for its configuration names the key in the log and shows the out-of-service page', async () => {
    seen.config = () => ({ ok: false, fault: [{ code: 'config.unknown-key' }] });
    expect((await startMain()).at(-1)).toBe('load app://out-of-service/');
    const written = vi.mocked(process.stderr.write).mock.calls.map(([text]) => String(text));
    expect(written[0]).toBe('/etc/yizhan/999901001.yaml:3\n');
    const line: unknown = JSON.parse(written[1] ?? '');
    expect(line).toMatchObject({
      event: 'shell.start-failed',
      code: 'config.unknown-key',
      detail: '/etc/yizhan/***001.yaml:3',
    });
  });

  test('for its store does the same', async () => {
    seen.start = () => ({ ok: false, fault: { code: 'store.schema-unknown' } });
    expect((await startMain()).at(-1)).toBe('load app://out-of-service/');
  });
});

describe('the end of the app', () => {
  const quit = (): void => {
    const event = { preventDefault: vi.fn() };
    seen.listeners.get('before-quit')?.(event);
    expect(event.preventDefault).toHaveBeenCalledOnce();
  };

  test('closes what leads to the terminal, and then the terminal, once', async () => {
    const closed: string[] = [];
    const closing = (name: string) => () => Promise.resolve(void closed.push(name));
    seen.entrances = () => Promise.resolve({ close: closing('entrances') });
    seen.close = closing('terminal');
    await startMain();
    quit();
    quit();
    await expect.poll(() => seen.calls.at(-1)).toBe('exit 0');
    expect(closed).toEqual(['entrances', 'terminal']);
  });

  test('closes the terminal also when what leads to it could not be opened', async () => {
    const refused = Promise.reject(new Error('no such module'));
    refused.catch(() => undefined);
    seen.entrances = () => refused;
    seen.close = vi.fn(() => Promise.resolve());
    await startMain();
    quit();
    await expect.poll(() => seen.calls.at(-1)).toBe('exit 70');
    expect(seen.close).toHaveBeenCalledOnce();
  });
});

describe('a page that died too often', () => {
  test('ends a hub as a quit does: what leads to the terminal is closed, then the terminal', async () => {
    const closed: string[] = [];
    const closing = (name: string) => () => Promise.resolve(void closed.push(name));
    seen.entrances = () => Promise.resolve({ close: closing('entrances') });
    seen.close = closing('terminal');
    await startMain();
    vi.useFakeTimers();
    try {
      const gone = (): boolean | undefined =>
        seen.window?.webContents.emit('render-process-gone', {}, { reason: 'crashed' });
      gone();
      await vi.advanceTimersByTimeAsync(1_000);
      gone();
      await vi.advanceTimersByTimeAsync(10_000);
      gone();
      await vi.advanceTimersByTimeAsync(121_000);
    } finally {
      vi.useRealTimers();
    }
    expect(closed).toEqual(['entrances', 'terminal']);
    expect(seen.calls).toContain('exit 70');
  });
});

/** The page asks for its way into the terminal. */
const pageComes = (): void => {
  const sender = seen.window?.webContents;
  seen.ask({ sender, senderFrame: (sender as { mainFrame?: unknown } | undefined)?.mainFrame });
};

describe('the supervisor', () => {
  test('hears that the terminal is ready when its page has come and what leads to it is open, not before', async () => {
    const entrances = Promise.withResolvers<unknown>();
    seen.entrances = () => entrances.promise;
    await startMain();
    pageComes();
    expect(seen.told).toEqual([]);
    entrances.resolve({ close: () => Promise.resolve() });
    await expect.poll(() => seen.told).toEqual(['ready: at work']);
  });

  test('hears that it is well only while the terminal finds itself so', async () => {
    await startMain();
    pageComes();
    await expect.poll(() => seen.isWell).not.toBeNull();
    expect(await seen.isWell?.()).toBe(true);
    seen.well = false;
    expect(await seen.isWell?.()).toBe(false);
  });

  test('hears nothing of a terminal that cannot start', async () => {
    seen.start = () => ({ ok: false, fault: { code: 'store.schema-unknown' } });
    await startMain();
    expect(seen.told).toEqual([]);
  });

  const onHangUp = () => vi.mocked(process.on).mock.calls.find(([signal]) => signal === 'SIGHUP')?.[1];

  test('hears that it ends, and may ask it to begin anew', async () => {
    process.argv = ['yizhan', '--supervised'];
    await startMain();
    (onHangUp() as () => void)();
    expect(seen.told).toEqual(['begins anew when nobody stands there']);
    seen.listeners.get('before-quit')?.({ preventDefault: vi.fn() });
    expect(seen.told.at(-1)).toBe('stopping');
    await expect.poll(() => seen.calls.at(-1)).toBe('exit 0');
  });

  test('is who may ask it: where there is none, a session that ends has Electron quit', async () => {
    await startMain();
    expect(seen.calls.at(-1)).toBe('load app://terminal/');
    expect(onHangUp()).toBeUndefined();
  });
});

describe('a configuration on trial', () => {
  beforeEach(() => {
    seen.isTrial = true;
  });

  test('stands when its page has come and what leads to the terminal is open, not before', async () => {
    const entrances = Promise.withResolvers<unknown>();
    seen.entrances = () => entrances.promise;
    await startMain();
    pageComes();
    expect(seen.confirmed).toBe(0);
    entrances.resolve({ close: () => Promise.resolve() });
    await expect.poll(() => seen.confirmed).toBe(1);
  });

  test('with which no terminal starts is put back by the next start, which is begun at once', async () => {
    seen.start = () => ({ ok: false, fault: { code: 'store.schema-unknown' } });
    expect((await startMain()).slice(-2)).toEqual(['relaunch', 'exit 75']);
    expect(seen.calls).not.toContain('load app://out-of-service/');
    expect(seen.confirmed).toBe(0);
  });

  test('that throws at the start comes back as well', async () => {
    seen.start = () => {
      throw new Error('no such module');
    };
    expect((await startMain()).slice(-2)).toEqual(['relaunch', 'exit 70']);
  });

  test('whose page does not come within two minutes is ended', async () => {
    await inTime(async () => {
      await vi.advanceTimersByTimeAsync(119_000);
      expect(ends()).toEqual([]);
      await vi.advanceTimersByTimeAsync(2_000);
      expect(ends()).toEqual(['relaunch', 'exit 75']);
    });
  });

  test('whose page has come is not ended by the clock', async () => {
    await inTime(async () => {
      await vi.advanceTimersByTimeAsync(1_000);
      pageComes();
      await vi.advanceTimersByTimeAsync(300_000);
      expect(ends()).toEqual([]);
    });
  });
});

describe('where nobody supervises it', () => {
  const uncaught = (): void => {
    const handlers = vi.mocked(process.on).mock.calls as unknown as readonly [
      string,
      (error: Error) => void,
    ][];
    handlers.find(([name]) => name === 'uncaughtException')?.[1](new Error('broken'));
  };

  test('what breaks behind a start is begun anew, once', async () => {
    await startMain();
    uncaught();
    uncaught();
    expect(ends()).toEqual(['relaunch', 'exit 70', 'exit 70']);
  });

  test('a start that breaks each time does not chase itself', async () => {
    seen.start = () => {
      throw new Error('no such module');
    };
    expect(await startMain()).not.toContain('relaunch');
  });

  test.each([
    ['cannot start', 'store.in-use', ['relaunch', 'exit 78']],
    ['is out of use', 'terminal.decommissioned', ['exit 79']],
  ])(
    'one that %s says so for two minutes, and then it is tried again, or it is not',
    async (_what, code, last) => {
      seen.start = () => ({ ok: false, fault: { code } });
      await inTime(async () => {
        await vi.advanceTimersByTimeAsync(119_000);
        expect(seen.calls.at(-1)).toBe('load app://out-of-service/');
        await vi.advanceTimersByTimeAsync(2_000);
        expect(ends()).toEqual(last);
      });
    },
  );

  test('but not where somebody does', async () => {
    process.argv = ['yizhan', '--supervised'];
    await startMain();
    uncaught();
    expect(ends()).toEqual(['exit 70']);
  });
});

test('a terminal is closed within a second of the end, whoever holds the way to it', async () => {
  seen.entrances = () => Promise.resolve({ close: () => new Promise(() => undefined) });
  seen.close = vi.fn(() => Promise.resolve());
  await startMain();
  vi.useFakeTimers();
  try {
    seen.listeners.get('before-quit')?.({ preventDefault: vi.fn() });
    await vi.advanceTimersByTimeAsync(1_000);
  } finally {
    vi.useRealTimers();
  }
  expect(seen.close).toHaveBeenCalledOnce();
  expect(seen.calls.at(-1)).toBe('exit 0');
});

test('a start that throws is logged and ends the process', async () => {
  seen.start = () => {
    throw new Error('no such module');
  };
  expect((await startMain()).at(-1)).toBe('exit 70');
  const line: unknown = JSON.parse(String(vi.mocked(process.stderr.write).mock.calls[0]?.[0]));
  expect(line).toMatchObject({
    event: 'shell.start-failed',
    detail: expect.stringContaining('no such module'),
  });
});

test('an error that nobody caught ends the process without Electron’s dialog', async () => {
  await startMain();
  const handlers = vi.mocked(process.on).mock.calls as unknown as readonly [string, (error: Error) => void][];
  handlers.find(([name]) => name === 'uncaughtException')?.[1](new Error('a number 999901194503120014'));
  expect(seen.calls.at(-1)).toBe('exit 70');
  expect(String(vi.mocked(process.stderr.write).mock.calls.at(-1)?.[0])).not.toContain('9999011945');
});
