/**
 * Who may import whom (docs/architecture.md draws the same table). ESLint and the test of the import
 * graph both read it, so that there is one place to change, together with a record in docs/decisions.
 */
export interface Room {
  /** Folder, relative to the repository. */
  readonly path: string;
  /** Rooms that this one may import; `types` allows `import type` only. */
  readonly mayImport: readonly { readonly path: string; readonly typesOnly?: true }[];
  /** Said by the linter to whoever draws another arrow. */
  readonly because: string;
}

const code = (path: string) => ({ path });
const types = (path: string) => ({ path, typesOnly: true as const });

export const rooms: readonly Room[] = [
  {
    path: 'contract',
    mayImport: [],
    because: 'the contract is what all parts agree on, so it may depend on none of them',
  },
  {
    path: 'drivers',
    mayImport: [code('contract')],
    because: 'a driver sees a byte channel and the contract, so that it runs in any process',
  },
  {
    path: 'kiosk-config',
    mayImport: [code('contract')],
    because: 'the configuration is read before any part is built',
  },
  {
    path: 'telemetry',
    mayImport: [code('contract')],
    because: 'terminal and platform tell by the same code, which knows neither of them',
  },
  {
    path: 'electron/terminal',
    mayImport: [code('contract'), code('kiosk-config'), code('telemetry'), types('drivers')],
    because: 'the terminal reaches devices only through the device host process, and runs without Electron',
  },
  {
    path: 'electron/device-host',
    mayImport: [code('contract'), code('drivers')],
    because: 'the device host runs drivers and nothing else, so that native code can crash alone',
  },
  {
    path: 'electron/door',
    mayImport: [code('contract'), code('kiosk-config'), code('electron/terminal')],
    because: 'the door opens the terminal to the station, whichever program the terminal runs in',
  },
  {
    path: 'electron/host',
    mayImport: [code('contract'), code('kiosk-config'), code('electron/terminal'), code('electron/door')],
    because: 'the plain-Node host wires the terminal to http and WebSocket',
  },
  {
    path: 'electron/shell',
    mayImport: [code('contract'), code('kiosk-config'), code('electron/terminal'), code('electron/door')],
    because: 'the Electron shell wires the terminal to a window; nobody imports the shell',
  },
  {
    path: 'renderer',
    mayImport: [code('contract')],
    because: 'a screen holds no truth: it knows the contract and the API, nothing behind it',
  },
  {
    path: 'platform',
    mayImport: [code('contract'), code('telemetry')],
    because: 'the platform is another organisation’s server: only the published contract is shared',
  },
];

/** Scripts and tests compose everything; nobody imports them (docs/decisions/0003). */
export const composers: readonly string[] = ['scripts', 'tests'];

/** Modules that only the Electron shell may import. */
export const shellOnlyModules: readonly string[] = ['electron'];
