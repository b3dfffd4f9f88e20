import type { TerminalConfig } from '#config/schema.ts';
import type { Heartbeat } from '#contract/fleet.ts';
import type { Clock, RandomUnit } from '#contract/ports.ts';
import type { Audit } from '../audit/audit.ts';
import type { Devices } from '../devices/devices.ts';
import type { ServiceMode } from '../health/service-mode.ts';
import type { FleetPin } from '../identity/fleet-pin.ts';
import type { FleetCalls } from '../outbox/fleet-calls.ts';
import type { Store } from '../store/store.ts';
import type { LogBook } from '../technician/log-book.ts';
import { createFleetKeys } from './fleet-keys.ts';
import { createOrders, type FollowPorts } from './follow.ts';
import { createGathering } from './gather.ts';
import { startReports } from './report.ts';
import { whenIdle, type OpenVisits } from './when-idle.ts';

export interface FleetPorts {
  readonly config: TerminalConfig;
  readonly dataDir: string;
  readonly programVersion: string;
  readonly store: Store;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly random: RandomUnit;
  readonly logs: Pick<LogBook, 'log' | 'newest'>;
  readonly client: FleetCalls;
  readonly pin: FleetPin;
  readonly clockSkewMs: () => number;
  readonly serviceMode: ServiceMode;
  readonly devices: Devices;
  readonly freeBytes: () => number | null;
  readonly queueRole: () => Heartbeat['queue'];
  readonly certificateUntil: () => string | null;
  readonly configVersion: string | null;
  readonly catalogueVersion: () => string | null;
  readonly taking: FollowPorts['taking'];
  readonly visits: OpenVisits;
  readonly onRestart: () => void;
}

export interface Fleet {
  /** Calls `onRestart` as soon as no visit is open. */
  restartWhenIdle(): void;
  /** Waits for what is under way. */
  close(): Promise<void>;
}

/** What the platform knows of this terminal from afar, and what it may order. */
export function startFleet(ports: FleetPorts): Fleet {
  const { config, store, audit, clock, logs, visits, pin } = ports;
  const gathering = createGathering({
    ...ports,
    isOutOfService: () => ports.serviceMode.sinceMs() !== null,
  });
  let stopWaiting: () => void = () => undefined;

  function restartWhenIdle(): void {
    stopWaiting();
    stopWaiting = whenIdle(visits, ports.onRestart);
  }

  const orders = createOrders({
    store,
    audit,
    clock,
    platformNowMs: () => clock.now() + ports.clockSkewMs(),
    terminalId: config.terminal.id,
    key: pin.current,
    serviceMode: ports.serviceMode,
    logs,
    restartWhenIdle,
    taking: ports.taking,
  });
  const reports = startReports({
    client: ports.client,
    gathering,
    orders,
    keys: createFleetKeys({ pin, refuse: orders.refuse, store, audit, log: logs.log }),
    clock,
    random: ports.random,
    everyMs: config.platform.heartbeatSeconds * 1000,
    log: logs.log,
  });
  return {
    restartWhenIdle,
    close: async () => {
      stopWaiting();
      reports.stop();
      gathering.close();
      await reports.idle();
    },
  };
}
