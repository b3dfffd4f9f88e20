import type { DeviceState } from '#contract/devices.ts';
import type { Clock } from '#contract/ports.ts';
import { redact, type Log } from '../log.ts';
import type { Store } from '../store/store.ts';

export const deviceHistoryLimits = {
  /** The oldest go first. */
  maxEntriesPerDevice: 500,
  /** A change that comes again within this time is counted where it stands already. */
  sameWithinMs: 10 * 60_000,
  /** Counts are written this seldom: a device that flaps all night must not wear the disk. */
  writeCountsEveryMs: 5 * 60_000,
  /** So many entries back a repeated change is looked for: a flapping device goes round in a few states. */
  roundOfStates: 6,
} as const;

/** One change of a device's state, with its repetitions; times by the wall clock. */
export interface DeviceHistoryEntry {
  readonly state: RecordedState;
  /** A fault code, or what the device needs; null for `ready` and `disabled`. */
  readonly reason: string | null;
  /** For the technician: the identity of a device that is ready, the detail of a fault. */
  readonly detail: string | null;
  readonly firstAtMs: number;
  readonly lastAtMs: number;
  readonly count: number;
}

/** What lasts: opening, identifying and busy are on the way between these. */
const recordedStates = ['ready', 'attention', 'lost', 'unidentified', 'disabled'] as const;
type RecordedState = (typeof recordedStates)[number];

export interface DeviceHistory {
  record(device: string, status: DeviceState): void;
  /** The newest first, 500 at most. */
  of(device: string): readonly DeviceHistoryEntry[];
  /** Writes the counts; nothing is recorded any more. */
  close(): void;
}

interface Row {
  readonly sequence: number;
  readonly state: RecordedState;
  readonly reason: string | null;
  readonly detail: string | null;
  readonly firstAtMs: number;
  lastAtMs: number;
  count: number;
  isWritten: boolean;
}

interface DeviceRows {
  /** The newest last. */
  readonly recent: Row[];
  current: Row | null;
}

export function createDeviceHistory(ports: { store: Store; clock: Clock; log: Log }): DeviceHistory {
  const { store, clock, log } = ports;
  const devices = new Map<string, DeviceRows>();
  let cancelWrite: (() => void) | null = null;
  let isClosed = false;

  function rowsOf(device: string): DeviceRows {
    const known = devices.get(device);
    if (known !== undefined) return known;
    const recent = read(device, deviceHistoryLimits.roundOfStates).reverse();
    // What the last run left is over: what is found now is a change, be it the same.
    const rows = { recent, current: null };
    devices.set(device, rows);
    return rows;
  }

  function read(device: string, limit: number): Row[] {
    return store
      .sql('SELECT * FROM device_history WHERE device = ? ORDER BY sequence DESC LIMIT ?')
      .all(device, limit)
      .map((row) => ({
        sequence: Number(row['sequence']),
        state: asRecorded(String(row['state'])),
        reason: textOrNull(row['reason']),
        detail: textOrNull(row['detail']),
        firstAtMs: Number(row['first_at_ms']),
        lastAtMs: Number(row['last_at_ms']),
        count: Number(row['count']),
        isWritten: true,
      }));
  }

  function record(device: string, status: DeviceState): void {
    const change = changeOf(status);
    if (isClosed || change === null) return;
    const rows = rowsOf(device);
    if (rows.current !== null && isSame(rows.current, change)) return;
    const nowMs = clock.now();
    const again = rows.recent.find(
      (row) => isSame(row, change) && nowMs - row.lastAtMs < deviceHistoryLimits.sameWithinMs,
    );
    if (again === undefined) {
      add(device, rows, change, nowMs);
      return;
    }
    // A clock that was set back must not make the last time earlier than the first.
    again.lastAtMs = Math.max(again.lastAtMs, nowMs);
    again.count += 1;
    again.isWritten = false;
    rows.current = again;
    if (isPowerOfTwo(again.count)) say(device, again);
    cancelWrite ??= clock.after(deviceHistoryLimits.writeCountsEveryMs, writeCounts);
  }

  function add(device: string, rows: DeviceRows, change: Change, nowMs: number): void {
    const written = store.transaction(() => {
      const inserted = store
        .sql(
          `INSERT INTO device_history (device, state, reason, detail, first_at_ms, last_at_ms, count)
           VALUES (?, ?, ?, ?, ?, ?, 1)`,
        )
        .run(device, change.state, change.reason, change.detail, nowMs, nowMs);
      store
        .sql(
          `DELETE FROM device_history WHERE device = ? AND sequence <=
             (SELECT sequence FROM device_history WHERE device = ? ORDER BY sequence DESC LIMIT 1 OFFSET ?)`,
        )
        .run(device, device, deviceHistoryLimits.maxEntriesPerDevice);
      return Number(inserted.lastInsertRowid);
    });
    // A full disk costs the history and nothing else; the log still has it.
    const sequence = written.ok ? written.value : 0;
    const row = { ...change, sequence, firstAtMs: nowMs, lastAtMs: nowMs, count: 1, isWritten: written.ok };
    if (!written.ok)
      log({ level: 'error', event: 'device.history-failed', device, code: written.fault.code });
    rows.current = row;
    rows.recent.push(row);
    if (rows.recent.length > deviceHistoryLimits.roundOfStates) {
      if (rows.recent[0]?.isWritten === false) writeCounts();
      rows.recent.shift();
    }
    say(device, row);
  }

  function say(device: string, row: Row): void {
    const level = row.state === 'lost' || row.state === 'unidentified' ? 'warn' : 'info';
    const times = row.count === 1 ? '' : ` ×${row.count}`;
    const detail = `${row.state}${times}${row.detail === null ? '' : `: ${row.detail}`}`;
    log({
      level,
      event: 'device.state',
      device,
      detail,
      ...(row.reason === null ? {} : { code: row.reason }),
    });
  }

  function writeCounts(): void {
    cancelWrite?.();
    cancelWrite = null;
    const open = [...devices.values()].flatMap(({ recent }) => recent).filter((row) => !row.isWritten);
    const written = store.transaction(() => {
      for (const { sequence, lastAtMs, count } of open) {
        store
          .sql('UPDATE device_history SET last_at_ms = ?, count = ? WHERE sequence = ?')
          .run(lastAtMs, count, sequence);
      }
    });
    if (!written.ok) log({ level: 'error', event: 'device.history-failed', code: written.fault.code });
    else for (const row of open) row.isWritten = true;
  }

  return {
    record,
    of: (device) => {
      const live = new Map(devices.get(device)?.recent.map((row) => [row.sequence, row]));
      return read(device, deviceHistoryLimits.maxEntriesPerDevice).map((row) => {
        const { state, reason, detail, firstAtMs, lastAtMs, count } = live.get(row.sequence) ?? row;
        return { state, reason, detail, firstAtMs, lastAtMs, count };
      });
    },
    close: () => {
      if (isClosed) return;
      isClosed = true;
      writeCounts();
    },
  };
}

type Change = Pick<DeviceHistoryEntry, 'state' | 'reason' | 'detail'>;

/** null for a state that does not last. */
function changeOf(status: DeviceState): Change | null {
  switch (status.state) {
    case 'ready':
      return { state: status.state, reason: null, detail: status.identity };
    case 'attention':
      return { state: status.state, reason: status.needs.join(' '), detail: null };
    case 'lost':
    case 'unidentified': {
      const { code, detail } = status.fault;
      return { state: status.state, reason: code, detail: detail === undefined ? null : redact(detail) };
    }
    case 'disabled':
      return { state: status.state, reason: null, detail: null };
    case 'absent':
    case 'opening':
    case 'identifying':
    case 'busy':
      return null;
    default: {
      const never: never = status;
      return never;
    }
  }
}

/** Of a fault the code counts: details name ports and byte counts that change from one time to the next. */
function isSame(row: Change, change: Change): boolean {
  if (row.state !== change.state || row.reason !== change.reason) return false;
  return change.state !== 'ready' || row.detail === change.detail;
}

function isPowerOfTwo(count: number): boolean {
  return Number.isInteger(Math.log2(count));
}

function asRecorded(text: string): RecordedState {
  const state = recordedStates.find((candidate) => candidate === text);
  if (state === undefined) throw new Error(`device_history holds the state ${text}`);
  return state;
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
