import { createHash } from 'node:crypto';
import { canonicalJson } from '#contract/canonical-json.ts';
import type { Attention, DeviceSnapshot } from '#contract/devices.ts';
import type { FaultCode } from '#contract/fault.ts';
import type { DeviceTrouble, Heartbeat, RefusedOrder } from '#contract/fleet.ts';
import type { Clock } from '#contract/ports.ts';
import type { TerminalConfig } from '#config/schema.ts';
import type { Changes } from '../changes.ts';
import { crashesWithin, readCrashes } from '../health/crashes.ts';
import { oldestUnsentSeconds } from '../outbox/oldest-unsent.ts';
import { NEWEST_SCHEMA } from '../store/migrate.ts';
import type { Store } from '../store/store.ts';

export interface GatherPorts {
  readonly config: TerminalConfig;
  /** Where it is kept what crashed. */
  readonly dataDir: string;
  readonly programVersion: string;
  readonly clock: Clock;
  readonly store: Store;
  readonly devices: { readonly changes: Changes; snapshots(): readonly DeviceSnapshot[] };
  readonly freeBytes: () => number | null;
  readonly clockSkewMs: () => number;
  readonly isOutOfService: () => boolean;
  readonly queueRole: () => Heartbeat['queue'];
  /** Null: the terminal has no door, or its certificate cannot be read. */
  readonly certificateUntil: () => string | null;
  /** Of packages (parcels/); null: none is in force, and a hash says what is. */
  readonly configVersion: string | null;
  readonly catalogueVersion: () => string | null;
}

/** What the terminal tells of itself, from its owners at the moment of asking. */
export interface Gathering {
  heartbeat(everySeconds: number, refused: readonly RefusedOrder[]): Heartbeat;
  close(): void;
}

const BYTES_PER_MIB = 1_048_576;
const MS_PER_S = 1000;
const DAY_MS = 86_400_000;
const MOST_TROUBLES = 40;
/** Enough to tell two apart, and not the whole of it. */
const HASH_CHARS = 16;

/** To be called at the start of the terminal: it has been up since then. */
export function createGathering(ports: GatherPorts): Gathering {
  const { config, clock, store, devices } = ports;
  const configVersion = ports.configVersion ?? shortHash(canonicalJson(config));
  const beganMs = clock.monotonicMs();
  /** Since when a device lacks what it lacks, by both. */
  let since = new Map<string, string>();

  function troubles(): DeviceTrouble[] {
    const now = new Date(clock.now()).toISOString();
    const standing = devices
      .snapshots()
      .flatMap(({ id, kind, status }) => troublesOf(status).map((code) => ({ device: id, kind, code })))
      .slice(0, MOST_TROUBLES)
      .map((trouble) => {
        const key = `${trouble.device} ${trouble.code}`;
        return { key, ...trouble, since: since.get(key) ?? now };
      });
    since = new Map(standing.map(({ key, since: began }) => [key, began]));
    return standing.map(({ device, kind, code, since: began }) => ({ device, kind, code, since: began }));
  }
  // Not only when it is told: what began meanwhile began then.
  const stopListening = devices.changes.subscribe(() => {
    troubles();
  });

  function outboxCounts(): Heartbeat['outbox'] {
    const rows = store.sql('SELECT state, n FROM outbox_count').all();
    const of = (state: string): number => Number(rows.find((row) => row['state'] === state)?.['n'] ?? 0);
    return {
      pending: of('pending'),
      sending: of('sending'),
      waiting: of('waiting'),
      rejected: of('rejected'),
      conflict: of('conflict'),
    };
  }

  function catalogueVersion(): string {
    const packaged = ports.catalogueVersion();
    if (packaged !== null) return packaged;
    const rows = store.sql('SELECT slug, version FROM catalogue_item ORDER BY slug').all();
    return shortHash(canonicalJson(rows.map((row) => [String(row['slug']), String(row['version'])])));
  }

  return {
    heartbeat: (everySeconds, refused) => {
      const free = ports.freeBytes();
      const crashes = readCrashes(ports.dataDir);
      return {
        at: new Date(clock.now()).toISOString(),
        everySeconds,
        oldestUnsentSeconds: oldestUnsentSeconds(store, clock.now()),
        outbox: outboxCounts(),
        troubles: troubles(),
        versions: {
          program: ports.programVersion,
          schema: String(NEWEST_SCHEMA),
          catalogue: catalogueVersion(),
          config: configVersion,
        },
        diskFreeMiB: free === null ? null : Math.floor(free / BYTES_PER_MIB),
        diskReserveMiB: config.storage.reserveMb,
        clockSkewMs: ports.clockSkewMs(),
        uptimeSeconds: Math.floor((clock.monotonicMs() - beganMs) / MS_PER_S),
        crashes24h: crashesWithin(crashes, clock.now(), DAY_MS, null),
        // Taken out by a word, or by its own crashes: residents are turned away by both.
        mode: ports.isOutOfService() || crashes.outOfServiceSince !== null ? 'out-of-service' : 'in-service',
        queue: ports.queueRole(),
        certificateUntil: ports.certificateUntil(),
        refused: [...refused],
      };
    },
    close: stopListening,
  };
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, HASH_CHARS);
}

/** A technician switched it off, or it is just being opened: nothing that anybody must drive out for. */
export function troublesOf(status: DeviceSnapshot['status']): readonly (Attention | FaultCode)[] {
  switch (status.state) {
    case 'attention':
      return status.needs;
    case 'lost':
    case 'unidentified':
      return [status.fault.code];
    case 'absent':
      return ['device.port-missing'];
    case 'opening':
    case 'identifying':
    case 'ready':
    case 'busy':
    case 'disabled':
      return [];
    default: {
      const never: never = status;
      return never;
    }
  }
}
