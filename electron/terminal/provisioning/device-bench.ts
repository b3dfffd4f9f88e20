import type { Attention, DeviceKind, DeviceSettings } from '#contract/devices.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import type { Changes } from '../changes.ts';
import type { DeviceHostProcess } from '../devices/device-host-process.ts';
import { createDevices, type CardEvent, type CodeEvent, type ReboundDevices } from '../devices/devices.ts';
import type { Log } from '../log.ts';

/** A handshake with its repetitions takes a second or two; a display on a slow line a little longer. */
export const ANSWER_WITHIN_MS = 8_000;

export type Probed =
  | {
      readonly answers: true;
      /** By which it is asked to work while it is probed. */
      readonly id: string;
      readonly identity: string;
      readonly needs: readonly Attention[];
      /** By this it is found again on another port; null: by its port alone. */
      readonly remembered: string | null;
    }
  | { readonly answers: false; readonly fault: Fault };

/** The real device host of a terminal whose devices are still being looked for. */
export interface DeviceBench {
  readonly changes: Changes;
  readonly devices: Pick<ReboundDevices, 'print' | 'showAtWindow' | 'snapshots' | 'unknownPorts'>;
  /** Runs these and no others, and resolves when each of them has answered, or the time is over. */
  rest(settings: readonly DeviceSettings[]): Promise<void>;
  /** Whether this device answers at its port. It alone runs then, so that whatever is seen or read is its doing, until `rest`. */
  probe(settings: DeviceSettings): Promise<Probed>;
  /** The next card, or code, that is shown; null when `give` is called first, or nobody comes in time. */
  card(withinMs: number): Promise<CardEvent | null>;
  code(withinMs: number): Promise<CodeEvent | null>;
  /** Nobody waits any more. */
  give(): void;
  close(): void;
}

export interface DeviceBenchPorts {
  readonly spawn: () => DeviceHostProcess;
  readonly clock: Clock;
  readonly log: Log;
  readonly newId: () => string;
}

export function createDeviceBench({ spawn, clock, log, newId }: DeviceBenchPorts): DeviceBench {
  const remembered = new Map<string, string>();
  let probes = 0;
  let give: () => void = () => undefined;
  let onCard: (event: CardEvent) => void = () => undefined;
  let onCode: (event: CodeEvent) => void = () => undefined;
  const devices = createDevices({
    settings: [],
    // Nobody has switched anything yet.
    switches: { isOn: ({ enabled }) => enabled },
    spawn,
    clock,
    log,
    newId,
    // What is found is written into the terminal's configuration, and not into a store that is not there yet.
    identities: {
      all: () => [],
      remember: (device, identity) => {
        remembered.set(device, identity);
        return { ok: true, value: null };
      },
    },
    history: { record: () => undefined, of: () => [], close: () => undefined },
    wasPrinting: false,
  });
  devices.onCard((event) => {
    onCard(event);
  });
  devices.onCode((event) => {
    onCode(event);
  });

  function answer(id: string): Probed | null {
    const status = devices.snapshots().find((device) => device.id === id)?.status;
    switch (status?.state) {
      case 'ready':
      case 'busy':
      case 'attention': {
        const needs = status.state === 'attention' ? status.needs : [];
        return {
          answers: true,
          id,
          identity: status.identity,
          needs,
          remembered: remembered.get(id) ?? null,
        };
      }
      case 'lost':
      case 'unidentified':
        return { answers: false, fault: status.fault };
      case 'disabled':
        return { answers: false, fault: fault('device.disabled') };
      default:
        return null;
    }
  }

  /** Looked at after each change, until it is something or the time is over. */
  function until<T>(look: () => T | null, withinMs: number): Promise<T | null> {
    return new Promise((resolve) => {
      const end = (value: T | null): void => {
        cancel();
        unsubscribe();
        resolve(value);
      };
      const cancel = clock.after(withinMs, () => {
        end(null);
      });
      const unsubscribe = devices.changes.subscribe(() => {
        const seen = look();
        if (seen !== null) end(seen);
      });
      const already = look();
      if (already !== null) end(already);
    });
  }

  function shown<E>(
    kind: 'watchCard' | 'watchCode',
    listen: (listener: (event: E) => void) => void,
    withinMs: number,
  ): Promise<E | null> {
    give();
    devices[kind](true);
    return new Promise((resolve) => {
      const end = (event: E | null): void => {
        cancel();
        devices[kind](false);
        listen(() => undefined);
        give = () => undefined;
        resolve(event);
      };
      const cancel = clock.after(withinMs, () => {
        end(null);
      });
      listen(end);
      give = () => {
        end(null);
      };
    });
  }

  return {
    changes: devices.changes,
    devices,
    rest: async (settings) => {
      devices.rebind(settings);
      const all = (): true | null => (settings.every(({ id }) => answer(id) !== null) ? true : null);
      await until(all, ANSWER_WITHIN_MS);
    },
    probe: async (settings) => {
      probes += 1;
      // A name that no earlier probe had: what was said of that one may still be on its way.
      const id = `probe-${String(probes)}`;
      devices.rebind([{ ...settings, id, enabled: true, identity: null }]);
      // Device servers have one guest at a time, and turn away a second one while the first is still leaving.
      const seen = await until(() => (wasTurnedAway(answer(id)) ? null : answer(id)), ANSWER_WITHIN_MS);
      return seen ?? answer(id) ?? { answers: false, fault: fault('device.silent', settings.channel) };
    },
    card: (withinMs) =>
      shown<CardEvent>(
        'watchCard',
        (listener) => {
          onCard = listener;
        },
        withinMs,
      ),
    code: (withinMs) =>
      shown<CodeEvent>(
        'watchCode',
        (listener) => {
          onCode = listener;
        },
        withinMs,
      ),
    give: () => {
      give();
    },
    close: () => {
      give();
      devices.close();
    },
  };
}

function wasTurnedAway(probed: Probed | null): boolean {
  return probed?.answers === false && probed.fault.code === 'device.lost';
}

/** What a device of this kind is asked to do so that somebody sees which one it is. */
export function isSeenBy(kind: DeviceKind): 'card' | 'code' | 'print-seen' | 'display-seen' {
  switch (kind) {
    case 'id-card-reader':
      return 'card';
    case 'scanner':
      return 'code';
    case 'receipt-printer':
      return 'print-seen';
    case 'queue-display':
      return 'display-seen';
    default: {
      const never: never = kind;
      return never;
    }
  }
}
