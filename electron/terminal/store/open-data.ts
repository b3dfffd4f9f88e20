import type { Fault } from '#contract/fault.ts';
import { localDate } from '#contract/form/local-date.ts';
import type { Result } from '#contract/result.ts';
import { ok } from '#contract/result.ts';
import type { Telemetry } from '#contract/telemetry.ts';
import { tellTerminal, type TellTerminalPorts } from '../telemetry/tell-terminal.ts';
import { toldStore } from '../telemetry/told-store.ts';
import { openKeyRing, type KeyRing } from './key-ring.ts';
import { openOrRecover, type Recovery } from './recovery.ts';
import type { Store } from './store.ts';

export interface OpenDataPorts extends TellTerminalPorts {
  readonly dataDir: string;
  /** Null when there is no second path. */
  readonly backupDir: string | null;
  readonly masterKey: Uint8Array;
  /** The disk under the store failed. */
  readonly onStoreBroken: (why: Fault) => void;
}

/** What a terminal keeps, opened; and who is told how it goes. */
export interface OpenedData {
  readonly store: Store;
  readonly ring: KeyRing;
  /** Null: the configuration does not ask for it. */
  readonly telemetry: Telemetry | null;
  /** Null when nothing was wrong. */
  readonly recovery: Recovery | null;
  close(): Promise<void>;
}

/** Faults: those of the store and of its keys; then nothing stays open. */
export function openData(ports: OpenDataPorts): Result<OpenedData, Fault> {
  const { config, clock } = ports;
  const opened = openOrRecover({
    dataDir: ports.dataDir,
    backupDir: ports.backupDir,
    clock,
    today: localDate(clock.now(), config.timeZone),
  });
  if (!opened.ok) return opened;
  const { recovery } = opened.value;
  const telemetry = tellTerminal(ports);
  const store = telemetry === null ? opened.value.store : toldStore(opened.value.store, telemetry, clock);
  store.onBroken(ports.onStoreBroken);
  const close = async (): Promise<void> => {
    store.close();
    await telemetry?.close();
  };
  const ring = openKeyRing({ ...ports, store, suite: config.sealing.suite });
  if (!ring.ok) {
    void close();
    return ring;
  }
  return ok({ store, ring: ring.value, telemetry, recovery, close });
}
