import type { DeviceSnapshot } from '#contract/devices.ts';
import type { Clock } from '#contract/ports.ts';
import type { Telemetry } from '#contract/telemetry.ts';
import type { Changes } from '../changes.ts';
import { troublesOf } from '../fleet/gather.ts';
import { crashesWithin, crashParts, readCrashes } from '../health/crashes.ts';
import { oldestUnsentSeconds } from '../outbox/oldest-unsent.ts';
import type { Outbox } from '../outbox/outbox.ts';
import type { Store } from '../store/store.ts';

export interface WatchedTerminal {
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  readonly dataDir: string;
  readonly store: Store;
  readonly outbox: Pick<Outbox, 'counts'>;
  readonly devices: { readonly changes: Changes; snapshots(): readonly DeviceSnapshot[] };
}

const DAY_MS = 86_400_000;

/** Figures of the terminal, asked of their owners when they are told; until what is returned is called. */
export function watchTerminal(ports: WatchedTerminal): () => void {
  const { telemetry, clock, store, outbox, devices } = ports;
  /** What each device lacked when it was looked at last. */
  let lacked: ReadonlySet<string> = new Set();

  function lookAtDevices(): void {
    const standing = devices
      .snapshots()
      .flatMap(({ id, kind, status }) =>
        troublesOf(status).map((code) => ({ name: `${id} ${code}`, kind, code })),
      );
    for (const { name, kind, code } of standing) {
      if (lacked.has(name)) continue;
      telemetry.add('yizhan.device.faults', { 'yizhan.device.kind': kind, 'error.type': code });
    }
    lacked = new Set(standing.map(({ name }) => name));
  }

  const stops = [
    devices.changes.subscribe(lookAtDevices),
    telemetry.watch('yizhan.outbox.depth', () => {
      const { waiting, parked } = outbox.counts();
      return [
        { value: waiting, attributes: { 'yizhan.outbox.state': 'waiting' } },
        { value: parked, attributes: { 'yizhan.outbox.state': 'parked' } },
      ];
    }),
    telemetry.watch('yizhan.outbox.oldest_age', () => {
      const seconds = oldestUnsentSeconds(store, clock.now());
      return seconds === null ? [] : [{ value: seconds }];
    }),
    telemetry.watch('yizhan.terminal.crashes', () => {
      const record = readCrashes(ports.dataDir);
      return crashParts.map((part) => ({
        value: crashesWithin(record, clock.now(), DAY_MS, part),
        attributes: { 'yizhan.terminal.part': part },
      }));
    }),
  ];
  return () => {
    for (const stop of stops) stop();
  };
}
