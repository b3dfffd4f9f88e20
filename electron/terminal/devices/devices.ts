import type { BurnInFigures } from '#contract/burn-in.ts';
import type { FromDeviceHost, PrintOutcome, TraceLine } from '#contract/device-host.ts';
import { isUsable, type DeviceKind, type DeviceSettings, type DeviceSnapshot } from '#contract/devices.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { IdentityDocument } from '#contract/identity.ts';
import type { Clock } from '#contract/ports.ts';
import type { ReceiptDocument } from '#contract/receipt.ts';
import type { SerialPortInfo } from '#contract/serial-port.ts';
import type { WindowDisplayContent } from '#contract/window-display.ts';
import { createChanges, type Changes } from '../changes.ts';
import type { Log } from '../log.ts';
import type { DeviceHistory, DeviceHistoryEntry } from './device-history.ts';
import type { DeviceHostProcess } from './device-host-process.ts';
import type { DeviceIdentities } from './device-identities.ts';
import type { DeviceSwitches } from './device-switches.ts';
import { startHostLink } from './host-link.ts';
import { createRequests } from './requests.ts';

/**
 * The terminal's side of the device host. The host owns each device's state; here is the last that it
 * said, and what is true while it is gone.
 */
export interface Devices {
  readonly changes: Changes;
  snapshots(): readonly DeviceSnapshot[];
  ofKind(kind: DeviceKind): DeviceSnapshot | undefined;
  /** Serial ports that belong to no configured device; empty while the host has not said. */
  unknownPorts(): readonly SerialPortInfo[];
  /** What became of it, the newest first; empty for a name that no device has. */
  history(id: string): readonly DeviceHistoryEntry[];
  /** The device closes its line, opens it, and is asked anew who it is; what it is doing breaks off. */
  identify(id: string): void;
  /** What the switches say has changed. */
  switched(): void;
  /** Ends the process of the drivers; it is started again at once. */
  restartHost(): void;
  /** Works it for so long, out of service meanwhile; `lastsMs` 0 ends one. False: no host is there. */
  burnIn(id: string, lastsMs: number): boolean;
  onBurnIn(listener: (event: BurnInEvent) => void): void;
  /** Its bytes into the log, those of a person masked. Ends by itself after minutes. */
  trace(id: string, on: boolean): void;
  /** Cards are looked for only while a visit asks. */
  watchCard(on: boolean): void;
  onCard(listener: (event: CardEvent) => void): void;
  /** Codes are taken only while a visit asks. */
  watchCode(on: boolean): void;
  onCode(listener: (event: CodeEvent) => void): void;
  /** Always ends: `unknown` when the host died with the job in its hands. */
  print(device: string, jobId: string, document: ReceiptDocument): Promise<PrintOutcome>;
  /**
   * On every display of this window; null clears them. A display that is away shows it when it is back.
   * Always ends, with one answer for each display: null when it took the content.
   */
  showAtWindow(window: string, content: WindowDisplayContent | null): Promise<readonly ShownAt[]>;
  /** The process that runs the drivers answers, or is being started again. */
  areTended(): boolean;
  close(): void;
}

/** Of a first start, where devices are bound to their ports one after the other. */
export interface ReboundDevices extends Devices {
  /** These from now on; those whose settings stay the same are not touched. */
  rebind(settings: readonly DeviceSettings[]): void;
}

export type CardEvent =
  | { readonly type: 'read'; readonly document: IdentityDocument }
  | { readonly type: 'fault'; readonly fault: Fault };

/** `content` is opaque, and a key to a person's data while it lives. */
export type CodeEvent =
  { readonly type: 'scanned'; readonly content: string } | { readonly type: 'fault'; readonly fault: Fault };

/** `gone`: the host died, and with it whatever ran there. */
export type BurnInEvent =
  | {
      readonly type: 'figures';
      readonly device: string;
      readonly figures: BurnInFigures;
      readonly isOver: boolean;
    }
  | { readonly type: 'gone' };

export interface ShownAt {
  readonly device: string;
  readonly fault: Fault | null;
}

/** Time limits of what the host is asked for, in milliseconds. */
export const deviceRequestDelays = {
  /** Longer than the longest print with all its doubts; then the end is unknown. */
  printWithinMs: 120_000,
  /** Longer than the calls of all displays on one line take, each with its attempts. */
  showWithinMs: 10_000,
} as const;

export interface DevicesPorts {
  readonly settings: readonly DeviceSettings[];
  readonly spawn: () => DeviceHostProcess;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
  readonly identities: DeviceIdentities;
  /** What a technician switched off and on, over what the configuration says. */
  readonly switches: Pick<DeviceSwitches, 'isOn'>;
  readonly history: DeviceHistory;
  /** The terminal ended in the middle of a slip, which may stand on the paper. */
  readonly wasPrinting: boolean;
}

type Watched = 'id-card-reader' | 'scanner';

export function createDevices(ports: DevicesPorts): ReboundDevices {
  const { clock, log, history } = ports;
  let { settings } = ports;
  const changes = createChanges();
  const snapshots = new Map<string, DeviceSnapshot>();
  const prints = createRequests<PrintOutcome>(clock);
  const shows = createRequests<Fault | null>(clock);
  const cardListeners: ((event: CardEvent) => void)[] = [];
  const codeListeners: ((event: CodeEvent) => void)[] = [];
  const burnInListeners: ((event: BurnInEvent) => void)[] = [];
  /** What should stand on each display, also while it is switched off: one that begins anew is dark. */
  const standing = new Map<string, WindowDisplayContent>();
  let unknownPorts: readonly SerialPortInfo[] = [];
  /** What the host that runs now was told last. */
  let configured: readonly DeviceSettings[] = [];
  /** Printers that the next host is to look after: the end of their last slip is known to nobody. */
  const unfinished = new Set<string>();
  /** Those of them that the host which runs now was told of, and of which it has not said yet that they are ready. */
  let told = new Set<string>();
  const watching: Record<Watched, boolean> = { 'id-card-reader': false, scanner: false };

  const present = (): readonly DeviceSettings[] =>
    settings.map((device) => ({ ...device, enabled: ports.switches.isOn(device) }));

  for (const device of present()) {
    expect(device);
    if (device.kind === 'receipt-printer' && ports.wasPrinting) unfinished.add(device.id);
  }

  const link = startHostLink({
    spawn: ports.spawn,
    clock,
    log,
    onMessage: receive,
    onGone: (retryInMs) => {
      prints.endAll({ end: 'unknown', fault: fault('device.host-gone') });
      shows.endAll(fault('device.host-gone'));
      tell(burnInListeners, { type: 'gone' });
      if (retryInMs === null) return;
      for (const device of present()) {
        if (!device.enabled) continue;
        const status = { state: 'lost', fault: fault('device.host-gone'), retryInMs } as const;
        snapshots.set(device.id, { id: device.id, kind: device.kind, status });
        history.record(device.id, status);
      }
      changes.notify();
    },
  });

  /** Until the host has said what became of it. */
  function expect({ id, kind, enabled }: DeviceSettings): void {
    snapshots.set(id, { id, kind, status: { state: enabled ? 'opening' : 'disabled' } });
  }

  function receive(message: Exclude<FromDeviceHost, { type: 'pong' }>): void {
    switch (message.type) {
      case 'hello':
        configured = [];
        told = new Set(unfinished);
        configure(present());
        return;
      case 'device':
        snapshots.set(message.device.id, message.device);
        history.record(message.device.id, message.device.status);
        // The slip is cut off by then: a host behind this one would only cut a blank strip.
        if (isUsable(message.device.status) && told.delete(message.device.id))
          unfinished.delete(message.device.id);
        changes.notify();
        return;
      case 'ports':
        unknownPorts = message.unknown;
        changes.notify();
        return;
      case 'identified':
        remember(message.device, message.identity);
        return;
      case 'traced':
        log({
          level: 'info',
          event: 'device.trace',
          device: message.line.device,
          detail: said(message.line),
        });
        return;
      case 'burn-in':
        tell(burnInListeners, { ...message, type: 'figures' });
        // What it showed meanwhile was the burn-in's.
        if (message.isOver) catchUp(present().filter(({ id }) => id === message.device));
        return;
      case 'card-read':
        // A card that arrives after the visit stopped asking is nobody's.
        if (watching['id-card-reader']) tell(cardListeners, { type: 'read', document: message.document });
        return;
      case 'card-fault':
        if (watching['id-card-reader']) tell(cardListeners, { type: 'fault', fault: message.fault });
        return;
      case 'code-scanned':
        if (watching.scanner) tell(codeListeners, { type: 'scanned', content: message.content });
        return;
      case 'code-fault':
        if (watching.scanner) tell(codeListeners, { type: 'fault', fault: message.fault });
        return;
      case 'print-ended':
        prints.end(message.jobId, message.outcome);
        return;
      case 'show-ended':
        shows.end(message.requestId, message.fault);
        return;
      default: {
        const never: never = message;
        return never;
      }
    }
  }

  function configure(devices: readonly DeviceSettings[]): void {
    const isSent = link.send({
      type: 'configure',
      devices: [...devices],
      remembered: [...ports.identities.all()],
      unfinished: [...unfinished],
    });
    if (!isSent) return;
    const anew = devices.filter((device) => !configured.some((known) => isSame(known, device)));
    configured = devices;
    catchUp(anew);
  }

  /**
   * Devices that begin anew: a display is dark, and a reader does not know whether a visit waits, nor that none
   * does any more.
   */
  function catchUp(anew: readonly DeviceSettings[]): void {
    for (const device of anew) {
      if (!device.enabled) continue;
      if (device.kind === 'id-card-reader' || device.kind === 'scanner') sendWatch(device.id, device.kind);
      const content = standing.get(device.id);
      // Without the voice: it was a while ago that this was called.
      if (content !== undefined) void send(device.id, { ...content, speech: null });
    }
  }

  function remember(device: string, identity: string): void {
    const remembered = ports.identities.remember(device, identity);
    if (remembered.ok) return;
    log({ level: 'error', event: 'device.identity-not-kept', device, code: remembered.fault.code });
  }

  function sendWatch(device: string, kind: Watched): void {
    link.send({ type: kind === 'scanner' ? 'watch-code' : 'watch-card', device, on: watching[kind] });
  }

  function watch(kind: Watched, on: boolean): void {
    if (watching[kind] === on) return;
    watching[kind] = on;
    // Every reader and every scanner of the terminal: the resident takes the one at hand.
    for (const device of present()) if (device.kind === kind && device.enabled) sendWatch(device.id, kind);
  }

  async function send(device: string, content: WindowDisplayContent | null): Promise<ShownAt> {
    const requestId = ports.newId();
    const ended = shows.begin(requestId, deviceRequestDelays.showWithinMs, fault('device.silent'));
    if (!link.send({ type: 'show', device, requestId, content }))
      shows.end(requestId, fault('device.host-gone'));
    return { device, fault: await ended };
  }

  return {
    changes,
    snapshots: () => settings.flatMap((device) => snapshots.get(device.id) ?? []),
    ofKind: (kind) => {
      const device = settings.find((candidate) => candidate.kind === kind);
      return device && snapshots.get(device.id);
    },
    unknownPorts: () => unknownPorts,
    history: (id) => history.of(id),
    identify: (id) => {
      configure(present().map((device) => (device.id === id ? { ...device, enabled: false } : device)));
      configure(present());
    },
    switched: () => {
      configure(present());
    },
    restartHost: link.restart,
    burnIn: (id, lastsMs) => link.send({ type: 'burn-in', device: id, on: lastsMs > 0, lastsMs }),
    onBurnIn: (listener) => {
      burnInListeners.push(listener);
    },
    trace: (id, on) => {
      link.send({ type: 'trace', device: id, on });
    },
    watchCard: (on) => {
      watch('id-card-reader', on);
    },
    onCard: (listener) => {
      cardListeners.push(listener);
    },
    watchCode: (on) => {
      watch('scanner', on);
    },
    onCode: (listener) => {
      codeListeners.push(listener);
    },
    print: (device, jobId, document) => {
      const ended = prints.begin(jobId, deviceRequestDelays.printWithinMs, {
        end: 'unknown',
        fault: fault('printer.unconfirmed', 'the device host did not end the job'),
      });
      if (!link.send({ type: 'print', device, jobId, document }))
        prints.end(jobId, { end: 'failed', fault: fault('device.host-gone') });
      return ended.then((outcome) => {
        if (outcome.end === 'printed') unfinished.delete(device);
        if (outcome.end === 'unknown') unfinished.add(device);
        return outcome;
      });
    },
    showAtWindow: (window, content) => {
      const there = present().filter((device) => device.kind === 'queue-display' && device.window === window);
      for (const { id } of there) {
        if (content === null) standing.delete(id);
        else standing.set(id, content);
      }
      return Promise.all(there.filter(({ enabled }) => enabled).map(({ id }) => send(id, content)));
    },
    areTended: link.isTended,
    rebind: (next) => {
      const before = settings;
      settings = next;
      const isNew = ({ id }: DeviceSettings) =>
        !before.some((known) => known.id === id && next.includes(known));
      for (const device of present()) if (isNew(device)) expect(device);
      configure(present());
      changes.notify();
    },
    close: () => {
      history.close();
      link.close();
    },
  };
}

/** As the host itself finds: it touches none whose settings stay the same. */
function isSame(one: DeviceSettings, other: DeviceSettings): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function said({ direction, bytes }: TraceLine): string {
  return `${direction === 'to-device' ? '>' : '<'} ${bytes}`;
}

function tell<T>(listeners: readonly ((event: T) => void)[], event: T): void {
  for (const listener of listeners) listener(event);
}
