import {
  fromDeviceHostSchema,
  type FromDeviceHost,
  type PrintOutcome,
  type ToDeviceHost,
} from '#contract/device-host.ts';
import type { DeviceKind, DeviceSettings, DeviceSnapshot } from '#contract/devices.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { IdentityDocument } from '#contract/identity.ts';
import type { Clock } from '#contract/ports.ts';
import type { ReceiptDocument } from '#contract/receipt.ts';
import { createChanges, type Changes } from '../changes.ts';
import type { Log } from '../log.ts';
import type { DeviceHostProcess } from './device-host-process.ts';

/**
 * The terminal's side of the device host. The host owns each device's state; here is the last that it
 * said, and what is true while it is gone.
 */
export interface Devices {
  readonly changes: Changes;
  snapshots(): readonly DeviceSnapshot[];
  ofKind(kind: DeviceKind): DeviceSnapshot | undefined;
  /** Cards are looked for only while a visit asks. */
  watchCard(on: boolean): void;
  onCard(listener: (event: CardEvent) => void): void;
  /** Always ends: `unknown` when the host died with the job in its hands. */
  print(device: string, jobId: string, document: ReceiptDocument): Promise<PrintOutcome>;
  close(): void;
}

export type CardEvent =
  | { readonly type: 'read'; readonly document: IdentityDocument }
  | { readonly type: 'fault'; readonly fault: Fault };

/** All waits around the device host, in milliseconds. */
export const deviceHostDelays = {
  /** A host that answers no ping for this long is killed: native code can hang as well as crash. */
  pingEveryMs: 5_000,
  pongWithinMs: 15_000,
  respawnAfterMs: 500,
  respawnCapMs: 30_000,
  /** A host that lived this long is healthy again, and the next respawn is quick. */
  healthyAfterMs: 60_000,
  /** Longer than the longest print with all its doubts; then the end is unknown. */
  printWithinMs: 120_000,
} as const;

export interface DevicesPorts {
  readonly settings: readonly DeviceSettings[];
  readonly spawn: () => DeviceHostProcess;
  readonly clock: Clock;
  readonly log: Log;
}

export function createDevices(ports: DevicesPorts): Devices {
  const { clock, log, settings } = ports;
  const changes = createChanges();
  const snapshots = new Map<string, DeviceSnapshot>();
  const prints = new Map<string, (outcome: PrintOutcome) => void>();
  const cardListeners: ((event: CardEvent) => void)[] = [];
  const reader = settings.find((device) => device.kind === 'id-card-reader' && device.enabled);
  let host: DeviceHostProcess | null = null;
  let watching = false;
  let closed = false;
  let respawns = 0;
  let cancelTimer: (() => void) | null = null;

  for (const device of settings) {
    const status = device.enabled ? ({ state: 'opening' } as const) : ({ state: 'disabled' } as const);
    snapshots.set(device.id, { id: device.id, kind: device.kind, status });
  }

  function start(): void {
    const child = ports.spawn();
    const startedMs = clock.monotonicMs();
    let lastPongMs = startedMs;
    host = child;
    child.onMessage((message) => {
      const parsed = fromDeviceHostSchema.safeParse(message);
      if (!parsed.success) {
        log({ level: 'error', event: 'device-host.nonsense', code: 'api.malformed' });
        return;
      }
      if (parsed.data.type === 'pong') lastPongMs = clock.monotonicMs();
      else receive(parsed.data, child);
    });
    child.onExit((code) => {
      if (host !== child) return;
      host = null;
      cancelTimer?.();
      if (clock.monotonicMs() - startedMs > deviceHostDelays.healthyAfterMs) respawns = 0;
      hostIsGone(code);
    });
    const ping = (): void => {
      if (clock.monotonicMs() - lastPongMs > deviceHostDelays.pongWithinMs) {
        log({ level: 'error', event: 'device-host.hangs' });
        child.kill();
        return;
      }
      send(child, { type: 'ping', nonce: Math.floor(clock.monotonicMs()) });
      cancelTimer = clock.after(deviceHostDelays.pingEveryMs, ping);
    };
    cancelTimer = clock.after(deviceHostDelays.pingEveryMs, ping);
  }

  function hostIsGone(code: number | null): void {
    for (const [jobId, settle] of [...prints]) {
      prints.delete(jobId);
      settle({ end: 'unknown', fault: fault('device.host-gone') });
    }
    if (closed) return;
    const retryInMs = Math.min(
      deviceHostDelays.respawnAfterMs * 2 ** respawns,
      deviceHostDelays.respawnCapMs,
    );
    respawns = Math.min(respawns + 1, 10);
    log({
      level: 'error',
      event: 'device-host.gone',
      code: 'device.host-gone',
      detail: `exit ${code ?? 'by signal'}`,
    });
    for (const device of settings) {
      if (!device.enabled) continue;
      const status = { state: 'lost', fault: fault('device.host-gone'), retryInMs } as const;
      snapshots.set(device.id, { id: device.id, kind: device.kind, status });
    }
    changes.notify();
    cancelTimer = clock.after(retryInMs, start);
  }

  function receive(message: Exclude<FromDeviceHost, { type: 'pong' }>, child: DeviceHostProcess): void {
    switch (message.type) {
      case 'hello':
        send(child, { type: 'configure', devices: [...settings] });
        if (watching && reader) send(child, { type: 'watch-card', device: reader.id, on: true });
        return;
      case 'device':
        snapshots.set(message.device.id, message.device);
        log({
          level: 'info',
          event: 'device.state',
          device: message.device.id,
          detail: message.device.status.state,
        });
        changes.notify();
        return;
      case 'card-read':
        // A card that arrives after the visit stopped asking is nobody's.
        if (watching)
          for (const listener of cardListeners) listener({ type: 'read', document: message.document });
        return;
      case 'card-fault':
        if (watching) for (const listener of cardListeners) listener({ type: 'fault', fault: message.fault });
        return;
      case 'print-ended':
        prints.get(message.jobId)?.(message.outcome);
        prints.delete(message.jobId);
        return;
      default: {
        const never: never = message;
        return never;
      }
    }
  }

  function send(child: DeviceHostProcess, message: ToDeviceHost): void {
    child.send(message);
  }

  start();

  return {
    changes,
    snapshots: () => settings.flatMap((device) => snapshots.get(device.id) ?? []),
    ofKind: (kind) => {
      const device = settings.find((candidate) => candidate.kind === kind);
      return device && snapshots.get(device.id);
    },
    watchCard: (on) => {
      if (watching === on) return;
      watching = on;
      if (host && reader) send(host, { type: 'watch-card', device: reader.id, on });
    },
    onCard: (listener) => {
      cardListeners.push(listener);
    },
    print: (device, jobId, document) => {
      const child = host;
      if (!child) return Promise.resolve({ end: 'failed', fault: fault('device.host-gone') });
      return new Promise((resolve) => {
        const cancel = clock.after(deviceHostDelays.printWithinMs, () => {
          prints.delete(jobId);
          resolve({
            end: 'unknown',
            fault: fault('printer.unconfirmed', 'the device host did not end the job'),
          });
        });
        prints.set(jobId, (outcome) => {
          cancel();
          resolve(outcome);
        });
        send(child, { type: 'print', device, jobId, document });
      });
    },
    close: () => {
      closed = true;
      cancelTimer?.();
      if (host) send(host, { type: 'stop' });
    },
  };
}
