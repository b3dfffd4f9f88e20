import type { TerminalConfig } from '#config/schema.ts';
import { fault, type Fault } from '#contract/fault.ts';
import { localDate } from '#contract/form/local-date.ts';
import type { ParkedKey } from '#contract/parked.ts';
import type { Clock, RandomBytes } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import { hashPin } from '../access/pin.ts';
import { createTwoPeople, type CommandAct, type TwoPeople } from '../access/two-people.ts';
import { createAudit } from '../audit/audit.ts';
import { backupFolderOf } from '../store/backup.ts';
import { throwOffBallast } from '../store/ballast.ts';
import { openKeyRing } from '../store/key-ring.ts';
import { openOrRecover, type Recovery } from '../store/recovery.ts';
import { freeBytesOf } from '../store/room.ts';
import { createOutbox } from './outbox.ts';
import { createParked, type Parked } from './parked.ts';
import { exportRows, type ExportOrder, type ExportReport } from './transfer/export-rows.ts';
import { importRows, type ImportOrder, type ImportReport } from './transfer/import-rows.ts';

/** The outbox of a terminal that is not running, for its technician. */
export interface OfflineOutbox {
  /** null when nothing was wrong with the database. */
  readonly recovery: Recovery | null;
  readonly parked: Parked;
  /** Who may do it (contract/second-person.ts): `exportRows` and `importRows` ask nobody. */
  twoPeople(act: CommandAct): TwoPeople;
  counts(): { waiting: number; parked: number };
  /** The newest revision of an application. Fault: `parked.unknown`. */
  find(receiptNo: string): Result<ParkedKey, Fault>;
  exportRows(order: ExportOrder): Promise<Result<ExportReport, Fault>>;
  importRows(order: ImportOrder): Promise<Result<ImportReport, Fault>>;
  close(): void;
}

export interface OfflineOptions {
  readonly config: TerminalConfig;
  readonly dataDir: string;
  readonly masterKey: Uint8Array;
  readonly clock: Clock;
  readonly randomBytes: RandomBytes;
}

const DAY_MS = 86_400_000;

/** Faults: `store.in-use` while the terminal runs; those of the store and the key ring. */
export function openOffline(options: OfflineOptions): Result<OfflineOutbox, Fault> {
  const { config, clock, randomBytes } = options;
  // On a disk that is full, the room that was kept for such a day is for whoever empties it.
  throwOffBallast({ dataDir: options.dataDir, freeBytes: freeBytesOf, log: () => undefined });
  const opened = openOrRecover({
    dataDir: options.dataDir,
    backupDir: backupFolderOf(config),
    clock,
    today: localDate(clock.now(), config.timeZone),
  });
  if (!opened.ok) return opened;
  const { store, recovery } = opened.value;
  const ring = openKeyRing({
    store,
    masterKey: options.masterKey,
    suite: config.sealing.suite,
    randomBytes,
    clock,
  });
  if (!ring.ok) {
    store.close();
    return ring;
  }
  const { sealer } = ring.value;
  const audit = createAudit(store, clock);
  const payloadRetentionMs = config.retention.payloadDays * DAY_MS;
  const outbox = createOutbox({ store, sealer, audit, clock, payloadRetentionMs, longestWaitMs: DAY_MS });
  // What a dead process was sending is nobody's lease.
  const recovered = outbox.recover();
  // A full disk stops neither a list nor an export, which read such rows as well: what waits may have to leave it.
  if (!recovered.ok && recovered.fault.code !== 'store.full') {
    store.close();
    return recovered;
  }
  const { timeZone } = config;
  const stationId = config.terminal.region + config.terminal.station;
  const ports = { store, sealer, audit, clock, attachments: outbox.attachments, stationId, timeZone };
  // Nobody else waits for this process.
  const breathe = (): Promise<void> => Promise.resolve();
  return ok({
    recovery,
    parked: createParked({
      store,
      sealer,
      audit,
      clock,
      outbox,
      // Corrections need the form on a screen.
      catalogue: { item: () => err(fault('catalogue.empty')) },
      timeZone,
      payloadRetentionMs,
      onChange: () => undefined,
    }),
    twoPeople: (act) => createTwoPeople({ ...options, store, audit, hashPin }, act),
    counts: () => outbox.counts(),
    find: (receiptNo) => {
      const row = store
        .sql(
          `SELECT o.application_id, o.revision FROM application a JOIN outbox o USING (application_id)
           WHERE a.receipt_no = ? ORDER BY o.revision DESC LIMIT 1`,
        )
        .get(receiptNo);
      return row
        ? ok({ applicationId: String(row['application_id']), revision: Number(row['revision']) })
        : err(fault('parked.unknown'));
    },
    exportRows: (order) =>
      exportRows({ ...ports, randomBytes, terminalId: config.terminal.id, breathe }, order),
    importRows: (order) => importRows({ ...ports, breathe }, order),
    close: () => {
      store.close();
    },
  });
}
