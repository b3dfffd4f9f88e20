import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { demoConfig } from '#config/demo/demo-config.ts';
import { terminalConfigSchema, type TerminalConfig } from '#config/schema.ts';
import { fault } from '#contract/fault.ts';
import { loadItem } from '#contract/form/load-item.ts';
import type { ServiceItem } from '#contract/item.ts';
import type { AtEndOfTurn, Clock, RandomBytes, RandomUnit } from '#contract/ports.ts';
import { err } from '#contract/result.ts';
import type { Telemetry } from '#contract/telemetry.ts';
import { createAudit, type Audit } from '#terminal/audit/audit.ts';
import { FRESH_PRINT_MS } from '#terminal/intake/open-intake.ts';
import { createIntake, type Intake } from '#terminal/intake/intake.ts';
import { asCopy } from '#terminal/intake/receipt-document.ts';
import type { GivenAttachment } from '#terminal/outbox/attachments.ts';
import { createForwarder, type Forwarder } from '#terminal/outbox/forwarder.ts';
import { createOutbox, type Outbox } from '#terminal/outbox/outbox.ts';
import type { PlatformClient } from '#terminal/outbox/platform-client.ts';
import type { Log } from '#terminal/log.ts';
import { createPrintJobs, type PrintJobs } from '#terminal/printing/print-jobs.ts';
import { sweepAttachments } from '#terminal/store/attachment-care.ts';
import { openKeyRing, type KeyRing } from '#terminal/store/key-ring.ts';
import { openStore, type Store } from '#terminal/store/store.ts';
import { systemAtEndOfTurn, systemRandomBytes } from '#terminal/system-ports.ts';
import { toldIntake } from '#terminal/telemetry/told-intake.ts';
import { toldStore } from '#terminal/telemetry/told-store.ts';
import { uuidV7 } from '#terminal/uuid.ts';
import { expectValue } from './expect-value.ts';

const DAY_MS = 86_400_000;
const itemFile = new URL('../../platform/catalogue/items/elderly-allowance.json', import.meta.url);

/** Everything between a checked form and the platform, on a real database: no screen, no devices. */
export interface TerminalCore {
  readonly store: Store;
  readonly ring: KeyRing;
  readonly outbox: Outbox;
  readonly printJobs: PrintJobs;
  readonly intake: Intake;
  readonly forwarder: Forwarder;
  readonly newId: () => string;
}

export interface TerminalCoreOptions {
  readonly dataDir: string;
  readonly config: TerminalConfig;
  readonly masterKey: Uint8Array;
  readonly clock: Clock;
  readonly random: RandomUnit;
  readonly randomBytes: RandomBytes;
  readonly client: PlatformClient;
  readonly payloadRetentionMs: number;
  readonly backoff: { readonly baseMs: number; readonly capMs: number };
  /** Absent: as in the terminal. */
  readonly atEndOfTurn?: AtEndOfTurn;
  /** Absent: the disk always has room. */
  readonly hasRoomFor?: (byteCount: number) => boolean;
  /** Absent: nobody reads it. */
  readonly log?: Log;
  /** What requests say of the line. Absent: nobody hears it. */
  readonly onLine?: (line: 'online' | 'offline') => void;
  /** To whom store and intake are told, as in the terminal. Absent: to nobody. */
  readonly telemetry?: Telemetry;
  /** Absent: chained, as in the terminal. */
  readonly createAudit?: (store: Store, clock: Clock) => Audit;
  /** Where a test plants its bugs. */
  readonly bend: (outbox: Outbox) => Outbox;
}

export function startTerminalCore(options: TerminalCoreOptions): TerminalCore {
  const { clock, randomBytes, config, telemetry } = options;
  const opened = expectValue(openStore(options.dataDir));
  const store = telemetry === undefined ? opened : toldStore(opened, telemetry, clock);
  const ring = expectValue(
    openKeyRing({ store, masterKey: options.masterKey, suite: config.sealing.suite, randomBytes, clock }),
  );
  const { sealer } = ring;
  const newId = () => uuidV7(clock, randomBytes);
  const audit = (options.createAudit ?? createAudit)(store, clock);
  const outbox = options.bend(
    createOutbox({
      store,
      sealer,
      audit,
      clock,
      payloadRetentionMs: options.payloadRetentionMs,
      longestWaitMs: DAY_MS,
    }),
  );
  const printJobs = createPrintJobs({
    store,
    sealer,
    audit,
    clock,
    newId,
    asCopy,
    freshForMs: FRESH_PRINT_MS,
  });
  const intakeOver = (intakeStore: Store): Intake =>
    createIntake({
      config,
      store: intakeStore,
      outbox,
      printJobs,
      audit,
      clock,
      hasRoomFor: options.hasRoomFor ?? (() => true),
      atEndOfTurn: options.atEndOfTurn ?? systemAtEndOfTurn,
    });
  const intake =
    telemetry === undefined ? intakeOver(store) : toldIntake({ telemetry, clock, store, build: intakeOver });
  expectValue(outbox.recover());
  sweepAttachments(store);
  const forwarder = createForwarder({
    outbox,
    client: options.client,
    clock,
    random: options.random,
    log: options.log ?? (() => undefined),
    backoff: options.backoff,
    concurrency: 4,
    leaseMs: 30_000,
    onChange: () => undefined,
    onLine: options.onLine ?? (() => undefined),
  });
  forwarder.kick();
  return { store, ring, outbox, printJobs, intake, forwarder, newId };
}

/** The same with a platform that is never there. Nothing is random but the keys. */
export function startOfflineCore(
  options: Pick<TerminalCoreOptions, 'dataDir' | 'masterKey' | 'clock' | 'atEndOfTurn'>,
): TerminalCore {
  const down = () => Promise.resolve(err(fault('platform.unreachable')));
  return startTerminalCore({
    ...options,
    config: coreConfig(1),
    random: () => 0.5,
    randomBytes: systemRandomBytes,
    client: new Proxy({} as PlatformClient, { get: () => down }), // whatever it is asked, it is down
    payloadRetentionMs: 0,
    backoff: { baseMs: 60_000, capMs: 60_000 },
    bend: (outbox) => outbox,
  });
}

/** A resident touches "submit": an application that every check would pass. */
export async function submitTo(
  core: TerminalCore,
  item: ServiceItem,
  applicationId: string,
  note: string,
  attachments: readonly GivenAttachment[] = [],
): ReturnType<Intake['receive']> {
  const received = await core.intake.receive({
    applicationId,
    item,
    language: 'zh',
    content: {
      answers: { applicantName: '测试', applicantId: '999901194503120014', note },
      consents: [],
      identitySource: 'typed',
    },
    attachments,
  });
  if (received.ok) core.forwarder.kick();
  return received;
}

/** A new key, and all that the old one sealed moved to it. */
export function rotateKey(ring: KeyRing): void {
  ring.rotate();
  for (;;) {
    const moved = ring.reseal(5);
    if (!moved.ok || moved.value.done) break;
  }
  ring.retire();
}

export function coreConfig(terminalNumber: number): TerminalConfig {
  const text = demoConfig({
    cardReaderPort: 1,
    printerPort: 2,
    platformUrl: 'http://127.0.0.1:1',
  });
  const config = terminalConfigSchema.parse(parse(text));
  const number = String(terminalNumber).padStart(2, '0');
  return { ...config, terminal: { ...config.terminal, number } };
}

export function coreItem(): ServiceItem {
  return expectValue(loadItem(JSON.parse(readFileSync(itemFile, 'utf8'))));
}
