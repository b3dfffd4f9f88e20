import { fault, type Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import type { ServiceMode } from './service-mode.ts';
import { whyTimeIsWrong } from './trusted-time.ts';

/** Why nobody is served now, or not with everything; null: nothing is known against it. */
export interface WhyClosed {
  /** By a technician's word or the platform's. */
  outOfService(): Fault | null;
  /** No number and no receipt may carry this machine's date. */
  noDate(): Fault | null;
  /** Nothing that is submitted now could be received. */
  notReceived(): Fault | null;
}

export interface WhyClosedPorts {
  readonly serviceMode: Pick<ServiceMode, 'sinceMs'>;
  readonly clock: Clock;
  readonly timeZone: string;
  /** When this program was made, in ms since 1970. */
  readonly programMadeMs: number;
  readonly clockSkewMs: () => number;
  readonly hasRoom: () => boolean;
}

export function createWhyClosed(ports: WhyClosedPorts): WhyClosed {
  const noDate = (): Fault | null =>
    whyTimeIsWrong({
      nowMs: ports.clock.now(),
      madeMs: ports.programMadeMs,
      skewMs: ports.clockSkewMs(),
      timeZone: ports.timeZone,
    });
  return {
    outOfService: () => (ports.serviceMode.sinceMs() === null ? null : fault('station.out-of-service')),
    noDate,
    notReceived: () => noDate() ?? (ports.hasRoom() ? null : fault('store.full')),
  };
}
