import { fault, type Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { BurnIn } from '#contract/technician-view.ts';
import { createChanges, type Changes } from '../changes.ts';
import type { Devices } from '../devices/devices.ts';
import type { ServiceMode } from '../health/service-mode.ts';

/**
 * One device at a time is worked for minutes. Only while the terminal is out of service and nobody is at it: then no visit can
 * begin, and a terminal that is put in again ends it.
 */
export interface BurnIns {
  readonly changes: Pick<Changes, 'subscribe'>;
  /** The one that runs, or the last one. */
  view(): BurnIn | null;
  /** Faults: `technician.in-service`, `technician.visit-open`, `technician.burn-in-runs`, `device.host-gone`. */
  start(device: string, lastsMs: number): Result<null, Fault>;
  stop(): void;
}

export interface BurnInsPorts {
  readonly devices: Pick<Devices, 'burnIn' | 'onBurnIn'>;
  readonly serviceMode: Pick<ServiceMode, 'sinceMs' | 'changes'>;
  readonly isVisitOpen: () => boolean;
  readonly clock: Clock;
}

export function createBurnIns(ports: BurnInsPorts): BurnIns {
  const { devices, serviceMode, clock } = ports;
  const changes = createChanges();
  let present: BurnIn | null = null;

  function put(next: BurnIn): void {
    present = next;
    changes.notify();
  }

  function stop(): void {
    if (present?.state !== 'running') return;
    devices.burnIn(present.device, 0);
  }

  devices.onBurnIn((event) => {
    if (present?.state !== 'running') return;
    if (event.type === 'gone') put({ ...present, state: 'broken-off' });
    else if (event.device === present.device) {
      const wasWhole = clock.now() - present.beganAtMs >= present.lastsMs;
      const state = !event.isOver ? 'running' : wasWhole ? 'over' : 'broken-off';
      put({ ...present, figures: event.figures, state });
    }
  });
  serviceMode.changes.subscribe(() => {
    if (serviceMode.sinceMs() === null) stop();
  });

  return {
    changes,
    view: () => present,
    start: (device, lastsMs) => {
      if (serviceMode.sinceMs() === null) return err(fault('technician.in-service'));
      if (ports.isVisitOpen()) return err(fault('technician.visit-open'));
      if (present?.state === 'running') return err(fault('technician.burn-in-runs'));
      if (!devices.burnIn(device, lastsMs)) return err(fault('device.host-gone'));
      put({ device, beganAtMs: clock.now(), lastsMs, state: 'running', figures: null });
      return ok(null);
    },
    stop,
  };
}
