/**
 * As much of Electron, in plain Node, as the shell's main process uses, for machines on which its binary cannot be had: the
 * process model and the life of the app are real, the window asks for its page, the page for its port, and shows nothing. What it
 * loads and what it is told goes to standard output, a JSON object a line. SIGTERM quits, as it does in Electron.
 */
import { fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { homedir } from 'node:os';
import { PORT_REQUEST } from '#contract/transport.ts';

type Answer = (request: Request) => Promise<Response>;

const nothing = (): void => undefined;
const answers = new Map<string, Answer>();

function tell(line: Readonly<Record<string, unknown>>): void {
  process.stdout.write(`${JSON.stringify(line)}\n`);
}

/** As much of a WebFrameMain as decides whether it gets a port, which it then never speaks on. */
const frameOf = (url: string) => ({ url, parent: null, postMessage: nothing });

const everySession = {
  setPermissionRequestHandler: nothing,
  setPermissionCheckHandler: nothing,
  setDevicePermissionHandler: nothing,
  setDisplayMediaRequestHandler: nothing,
  setBluetoothPairingHandler: nothing,
  setSpellCheckerEnabled: nothing,
  setSpellCheckerLanguages: nothing,
  on: nothing,
  webRequest: { onBeforeRequest: nothing },
  protocol: {
    handle: (scheme: string, answer: Answer) => {
      answers.set(`${scheme}:`, answer);
    },
  },
};

class App extends EventEmitter {
  readonly isPackaged = true;
  readonly commandLine = { appendSwitch: nothing, hasSwitch: () => false };
  readonly enableSandbox = nothing;
  readonly requestSingleInstanceLock = (): boolean => true;
  readonly whenReady = (): Promise<void> => Promise.resolve();
  readonly getPath = (): string => homedir();
  readonly getVersion = (): string => '0.0.0';

  constructor() {
    super();
    // Electron runs until it is told to exit, whatever else has come to an end.
    setInterval(nothing, 2 ** 31 - 1);
  }

  exit(code: number): never {
    process.exit(code);
  }

  /** Who starts it anew is the test. */
  relaunch(): void {
    tell({ relaunches: true });
  }

  quit(): void {
    // The one thing of the door that is seen from outside: its library of certificates brings this into the process.
    tell({ quits: true, makesCertificates: 'getMetadata' in Reflect });
    let prevented = false;
    this.emit('before-quit', { preventDefault: () => (prevented = true) });
    if (!prevented) this.exit(0);
  }
}

class Contents extends EventEmitter {
  mainFrame = frameOf('');

  async loadURL(url: string): Promise<void> {
    const response = await answers.get(new URL(url).protocol)?.(new Request(url));
    tell({ loads: url, status: response?.status ?? null });
    this.mainFrame = frameOf(url);
    // A page that is not there asks for nothing.
    if (response?.ok === true) ipcMain.emit(PORT_REQUEST, { sender: this, senderFrame: this.mainFrame });
  }
}

class Window extends EventEmitter {
  readonly webContents = new Contents();
  readonly removeMenu = nothing;
  readonly show = nothing;
  readonly focus = nothing;
}

export const app = new App();
process.on('SIGTERM', () => {
  app.quit();
});

export { Window as BrowserWindow };
export const ipcMain = new EventEmitter();
export const Menu = { setApplicationMenu: nothing };
export { MessageChannel as MessageChannelMain } from 'node:worker_threads';
export const protocol = { registerSchemesAsPrivileged: nothing };
export const safeStorage = { isEncryptionAvailable: (): boolean => false };
export const session = { defaultSession: everySession, fromPartition: () => everySession };

/** Of `ForkOptions` what the shell sets. */
interface Fork {
  readonly stdio: readonly ('ignore' | 'inherit')[];
  readonly execArgv: readonly string[];
  readonly env: NodeJS.ProcessEnv;
}

export const utilityProcess = {
  fork: (modulePath: string, args: readonly string[], { stdio, execArgv, env }: Fork) => {
    const child = fork(modulePath, [...args], { stdio: [...stdio, 'ipc'], execArgv: [...execArgv], env });
    return Object.assign(child, { postMessage: (message: object) => void child.send(message) });
  },
};
