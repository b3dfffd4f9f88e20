import { fromDeviceHostSchema, type FromDeviceHost, type ToDeviceHost } from '#contract/device-host.ts';
import type { Clock } from '#contract/ports.ts';
import type { Log } from '../log.ts';
import type { DeviceHostProcess } from './device-host-process.ts';

/** All waits around the device host's process, in milliseconds. */
export const hostLinkDelays = {
  /** A host that answers no ping for this long is killed: native code can hang as well as crash. */
  pingEveryMs: 5_000,
  pongWithinMs: 15_000,
  respawnAfterMs: 500,
  respawnCapMs: 30_000,
  /** A host that lived this long is healthy again, and the next respawn is quick. */
  healthyAfterMs: 60_000,
} as const;

const MAX_DOUBLINGS = 10;

export interface HostLinkPorts {
  readonly spawn: () => DeviceHostProcess;
  readonly clock: Clock;
  readonly log: Log;
  readonly onMessage: (message: Exclude<FromDeviceHost, { type: 'pong' }>) => void;
  /** It died, and is started again after `retryInMs`; null when it was asked to end. */
  readonly onGone: (retryInMs: number | null) => void;
}

/** The device host's process, kept alive: started again when it dies, and killed when it hangs. */
export interface HostLink {
  /** False while there is no host that has said hello: before that it knows no device. */
  send(message: ToDeviceHost): boolean;
  /** Ends the process; it is started again as after a crash. */
  restart(): void;
  /** It answered its last ping in time, or is about to be started again: false when it hangs, and cannot be killed either. */
  isTended(): boolean;
  /** Asks it to free every port and end; nothing of it is heard from then on. */
  close(): void;
}

export function startHostLink(ports: HostLinkPorts): HostLink {
  const { clock, log } = ports;
  let host: DeviceHostProcess | null = null;
  let isGreeted = false;
  let closed = false;
  let respawns = 0;
  let cancelTimer: () => void = () => undefined;
  let lastPongMs = clock.monotonicMs();

  function start(): void {
    const child = ports.spawn();
    const startedMs = clock.monotonicMs();
    lastPongMs = startedMs;
    host = child;
    child.onMessage((message) => {
      // What it says to whom it serves no more: these have closed what they would write it to.
      if (closed) return;
      const parsed = fromDeviceHostSchema.safeParse(message);
      if (!parsed.success) log({ level: 'error', event: 'device-host.nonsense', code: 'api.malformed' });
      else if (parsed.data.type === 'pong') lastPongMs = clock.monotonicMs();
      else {
        if (parsed.data.type === 'hello') isGreeted = true;
        ports.onMessage(parsed.data);
      }
    });
    child.onExit((code) => {
      if (host !== child) return;
      host = null;
      isGreeted = false;
      cancelTimer();
      if (clock.monotonicMs() - startedMs > hostLinkDelays.healthyAfterMs) respawns = 0;
      respawn(code);
    });
    const ping = (): void => {
      if (clock.monotonicMs() - lastPongMs > hostLinkDelays.pongWithinMs) {
        log({ level: 'error', event: 'device-host.hangs' });
        child.kill();
        return;
      }
      child.send({ type: 'ping', nonce: Math.floor(clock.monotonicMs()) });
      cancelTimer = clock.after(hostLinkDelays.pingEveryMs, ping);
    };
    cancelTimer = clock.after(hostLinkDelays.pingEveryMs, ping);
  }

  function respawn(code: number | null): void {
    if (closed) {
      ports.onGone(null);
      return;
    }
    const retryInMs = Math.min(hostLinkDelays.respawnAfterMs * 2 ** respawns, hostLinkDelays.respawnCapMs);
    respawns = Math.min(respawns + 1, MAX_DOUBLINGS);
    log({
      level: 'error',
      event: 'device-host.gone',
      code: 'device.host-gone',
      detail: `exit ${code ?? 'by signal'}`,
    });
    cancelTimer = clock.after(retryInMs, start);
    ports.onGone(retryInMs);
  }

  start();

  return {
    send: (message) => {
      if (host === null || !isGreeted) return false;
      host.send(message);
      return true;
    },
    restart: () => {
      host?.kill();
    },
    isTended: () =>
      host === null ||
      clock.monotonicMs() - lastPongMs < hostLinkDelays.pongWithinMs + 2 * hostLinkDelays.pingEveryMs,
    close: () => {
      closed = true;
      cancelTimer();
      host?.send({ type: 'stop' });
    },
  };
}
