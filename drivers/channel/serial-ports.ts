import { readdirSync, readFileSync, realpathSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import { fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { MAX_SERIAL_PORTS, type SerialPortInfo } from '#contract/serial-port.ts';
import type { OpenChannel } from './channel.ts';
import { serialChannel, type SerialSettings } from './serial.ts';

export interface ListedPort extends SerialPortInfo {
  /** Another value after each plugging in, where the system tells: a quick hand is seen by it. */
  readonly plug: string;
}

/** The machine's serial ports; a test passes its own. */
export interface SerialPorts {
  /** Opens nothing. Faults: device.open-failed when the system does not tell. */
  list(): Promise<Result<readonly ListedPort[]>>;
  /** The port's own path, when `path` is one of the system's links to it. */
  canonical(path: string): string;
  open(settings: SerialSettings): OpenChannel;
  /** Calls back when something may have changed; only a hint. Returns how to stop it. */
  watch(onHint: () => void): () => void;
}

/** Every delay of listing ports. */
export const listerDelays = {
  /** Asking Linux for all its devices starts a process; without a change it is asked this seldom. */
  askAgainMs: 60_000,
  /** The system's database of devices may hang with a bus that hangs. */
  listWithinMs: 4_000,
} as const;

/** After a change Linux knows a port's name before it knows its adapter: asked this often again. */
const LISTS_AFTER_CHANGE = 3;

/** The names that serialport takes for serial ports on Linux, too. */
const LINUX_PORT = /^(tty(S|WCH|ACM|USB|AMA|MFD|O|XRUSB)|rfcomm)\d+/;
const DEVICES = '/dev';
const KERNEL_PORTS = '/sys/class/tty';

/** Lists by the serialport package, which is loaded by that and not before. */
export function systemSerialPorts(clock: Clock): SerialPorts {
  const isLinux = process.platform === 'linux';
  let known: { readonly plugs: string; readonly atMs: number; readonly ports: readonly ListedPort[] } | null =
    null;
  let listsLeft = 0;

  async function list(): Promise<Result<readonly ListedPort[]>> {
    const plugged = isLinux ? pluggedPorts() : null;
    const plugs = plugged === null ? '' : [...plugged].join();
    const nowMs = clock.monotonicMs();
    if (known === null || known.plugs !== plugs) listsLeft = LISTS_AFTER_CHANGE;
    const isFresh = known !== null && isLinux && nowMs - known.atMs < listerDelays.askAgainMs;
    if (known !== null && isFresh && listsLeft === 0) return ok(known.ports);
    listsLeft = Math.max(0, listsLeft - 1);
    const described = await describedPorts(clock);
    if (!described.ok && plugged === null) return described;
    const infos = described.ok ? described.value : [];
    const ports = plugged === null ? infos.map((info) => ({ ...info, plug: '' })) : joined(plugged, infos);
    known = { plugs, atMs: nowMs, ports: ports.slice(0, MAX_SERIAL_PORTS) };
    return ok(known.ports);
  }

  return {
    list,
    canonical,
    open: (settings) => serialChannel(settings, clock),
    watch: (onHint) => (isLinux ? watchDevices(onHint) : () => undefined),
  };
}

function canonical(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path; // COM3, or a link to a port that is not there
  }
}

/** Path and inode of each port: a node that was made anew has a new inode. */
function pluggedPorts(): Map<string, string> {
  const found = new Map<string, string>();
  for (const name of namesIn(DEVICES).sort()) {
    if (!LINUX_PORT.test(name) || isPlaceholder(name)) continue;
    const path = join(DEVICES, name);
    try {
      found.set(path, String(statSync(path).ino));
    } catch {
      // pulled between the two calls
    }
  }
  return found;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** Linux shows ttyS0 to ttyS3 and more whether there is a chip behind them or not: type 0 is "unknown". */
function isPlaceholder(name: string): boolean {
  try {
    return readFileSync(join(KERNEL_PORTS, name, 'type'), 'utf8').trim() === '0';
  } catch {
    return false;
  }
}

function joined(plugged: ReadonlyMap<string, string>, infos: readonly SerialPortInfo[]): ListedPort[] {
  return [...plugged].map(([path, plug]) => {
    const info = infos.find((candidate) => candidate.path === path);
    const bare = { path, vendorId: null, productId: null, serialNumber: null, maker: null };
    return { ...(info ?? bare), plug };
  });
}

function describedPorts(clock: Clock): Promise<Result<readonly SerialPortInfo[]>> {
  return new Promise((resolve) => {
    const cancel = clock.after(listerDelays.listWithinMs, () => {
      resolve(
        err(fault('device.open-failed', `the ports were not listed in ${listerDelays.listWithinMs} ms`)),
      );
    });
    void import('serialport')
      .then(async ({ SerialPort }) => ok((await SerialPort.list()).map(asInfo)))
      .catch((error: unknown) => err(fault('device.open-failed', `listing ports: ${String(error)}`)))
      .then((described) => {
        cancel();
        resolve(described);
      });
  });
}

interface Described {
  readonly path: string;
  readonly vendorId?: string | undefined;
  readonly productId?: string | undefined;
  readonly serialNumber?: string | undefined;
  readonly manufacturer?: string | undefined;
}

function asInfo(port: Described): SerialPortInfo {
  const cut = (text: string | undefined, maxChars: number) => text?.slice(0, maxChars) ?? null;
  return {
    path: port.path.slice(0, 200),
    vendorId: cut(port.vendorId, 20),
    productId: cut(port.productId, 20),
    serialNumber: cut(port.serialNumber, 150),
    maker: cut(port.manufacturer, 150),
  };
}

function watchDevices(onHint: () => void): () => void {
  try {
    const watcher = watch(DEVICES, (_event, name) => {
      if (name === null || LINUX_PORT.test(name)) onHint();
    });
    // Too many watches on the machine, or a /dev that cannot be watched: polling goes on.
    watcher.on('error', () => undefined);
    watcher.unref();
    return () => watcher.close();
  } catch {
    return () => undefined;
  }
}
