import type { TerminalConfig } from '#config/schema.ts';
import type { AtEndOfTurn, Clock } from '#contract/ports.ts';
import type { Telemetry } from '#contract/telemetry.ts';
import type { Audit } from '../audit/audit.ts';
import { createOutbox, type Outbox } from '../outbox/outbox.ts';
import { createPrintJobs, type PrintJobs } from '../printing/print-jobs.ts';
import { createRoomFor, freeBytesOf } from '../store/room.ts';
import type { Sealer } from '../store/sealing.ts';
import type { Store } from '../store/store.ts';
import { toldOutbox } from '../telemetry/told-forwarding.ts';
import { toldIntake } from '../telemetry/told-intake.ts';
import { createIntake, type Intake } from './intake.ts';
import { asCopy } from './receipt-document.ts';

export interface OpenIntakePorts {
  readonly config: TerminalConfig;
  readonly dataDir: string;
  readonly store: Store;
  readonly sealer: Sealer;
  readonly audit: Audit;
  readonly clock: Clock;
  readonly newId: () => string;
  readonly telemetry: Telemetry | null;
  readonly atEndOfTurn: AtEndOfTurn;
}

/** What one application is received into, in one transaction: the outbox and the print jobs. */
export interface Received {
  readonly outbox: Outbox;
  readonly printJobs: PrintJobs;
  readonly intake: Intake;
}

const DAY_MS = 86_400_000;
/** A slip that waited for its printer longer than this is nobody's any more, in milliseconds. */
export const FRESH_PRINT_MS = 5 * 60_000;

export function openIntake(ports: OpenIntakePorts): Received {
  const { config, store, clock, telemetry } = ports;
  const plainOutbox = createOutbox({
    ...ports,
    payloadRetentionMs: config.retention.payloadDays * DAY_MS,
    longestWaitMs: DAY_MS,
  });
  const outbox = telemetry === null ? plainOutbox : toldOutbox(plainOutbox, telemetry);
  const printJobs = createPrintJobs({ ...ports, asCopy, freshForMs: FRESH_PRINT_MS });
  const build = (intakeStore: Store): Intake =>
    createIntake({
      ...ports,
      store: intakeStore,
      outbox,
      printJobs,
      hasRoomFor: createRoomFor(ports.dataDir, freeBytesOf),
    });
  const intake = telemetry === null ? build(store) : toldIntake({ telemetry, clock, store, build });
  return { outbox, printJobs, intake };
}
