import { appendFileSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { demoConfig } from '#config/demo/demo-config.ts';
import { terminalConfigSchema, type TerminalConfig } from '#config/schema.ts';
import { loadItem } from '#contract/form/load-item.ts';
import type { ServiceItem } from '#contract/item.ts';
import { createAudit } from '#terminal/audit/audit.ts';
import { createIntake, type Intake } from '#terminal/intake/intake.ts';
import { asCopy } from '#terminal/intake/receipt-document.ts';
import { createForwarder, type Forwarder } from '#terminal/outbox/forwarder.ts';
import { createOutbox, type Outbox } from '#terminal/outbox/outbox.ts';
import type { PlatformClient } from '#terminal/outbox/platform-client.ts';
import { createPrintJobs } from '#terminal/printing/print-jobs.ts';
import { openKeyRing, type KeyRing } from '#terminal/store/key-ring.ts';
import { DATABASE_FILE, openStore, type Store } from '#terminal/store/store.ts';
import { uuidV7 } from '#terminal/uuid.ts';
import type { TerminalClock } from './virtual-clock.ts';

/** A planted bug, to see that the simulation would find it. */
export type PlantedBug = 'none' | 'new-key-on-retry' | 'confirmed-before-commit' | 'lease-never-ends';

const DAY_MS = 86_400_000;
const itemFile = new URL('../../../platform/catalogue/items/elderly-allowance.json', import.meta.url);

export interface VirtualTerminalOptions {
  readonly folder: string;
  readonly number: number;
  readonly clock: TerminalClock;
  readonly random: () => number;
  readonly clientFor: (isAlive: () => boolean) => PlatformClient;
  readonly bug: PlantedBug;
}

/** One process's life on one database: everything of the terminal between the form and the platform. */
interface Life {
  readonly store: Store;
  readonly ring: KeyRing;
  readonly outbox: Outbox;
  readonly intake: Intake;
  readonly forwarder: Forwarder;
  isAlive: boolean;
}

/** The terminal's real parts on a real database, in a world in which everything else is drawn by lot. */
export class VirtualTerminal {
  readonly #options: VirtualTerminalOptions;
  readonly #config: TerminalConfig;
  readonly #item: ServiceItem = readItem();
  readonly #masterKey: Uint8Array;
  #generation = 0;
  #life: Life;
  /** What a resident was told is received: application id → receipt number. */
  readonly confirmed = new Map<string, string>();

  constructor(options: VirtualTerminalOptions) {
    this.#options = options;
    this.#config = configOf(options.number);
    this.#masterKey = this.#bytes(32);
    mkdirSync(this.#folder(), { recursive: true });
    this.#life = this.#start();
  }

  /** A resident touches "submit". Gives what the screen says: received, or the fault. */
  submit(): string {
    const { clock, bug } = this.#options;
    const applicationId = uuidV7(clock, (count) => this.#bytes(count));
    if (bug === 'confirmed-before-commit') this.confirmed.set(applicationId, 'promised');
    const received = this.#life.intake.receive({
      applicationId,
      item: this.#item,
      language: 'zh',
      payload: {
        formVersion: 1,
        answers: {
          applicantName: '测试',
          applicantId: '999901194503120014',
          note: `${this.#options.random()}`,
        },
        consents: [],
        identitySource: 'typed',
      },
    });
    if (!received.ok) return `refused: ${received.fault.code} ${received.fault.detail ?? ''}`;
    this.confirmed.set(applicationId, received.value.receiptNo);
    this.#life.forwarder.kick();
    return 'received';
  }

  /**
   * The power fails at this moment. What was committed is on the disk; behind it lies whatever the disk had
   * half written of a transaction that never ended.
   */
  crash(): void {
    const { clock, random } = this.#options;
    this.#life.isAlive = false;
    clock.die();
    const before = this.#folder();
    this.#generation += 1;
    mkdirSync(this.#folder(), { recursive: true });
    for (const side of ['', '-wal']) {
      const file = join(before, DATABASE_FILE + side);
      if (existsSync(file)) copyFileSync(file, join(this.#folder(), DATABASE_FILE + side));
    }
    if (random() < 0.5) {
      appendFileSync(
        join(this.#folder(), `${DATABASE_FILE}-wal`),
        this.#bytes(1 + Math.floor(random() * 5_000)),
      );
    }
    this.#life.store.close();
    rmSync(before, { recursive: true });
    this.#life = this.#start();
  }

  jumpClock(byMs: number): void {
    this.#options.clock.offsetMs += byMs;
  }

  /** No page more than now, until `freeDisk`. */
  fillDisk(): void {
    const pages = Number(this.#life.store.sql('PRAGMA page_count').get()?.['page_count']);
    this.#life.store.sql(`PRAGMA max_page_count = ${pages}`).get();
  }

  freeDisk(): void {
    this.#life.store.sql('PRAGMA max_page_count = 1073741823').get();
  }

  rotateKey(): void {
    this.#life.ring.rotate();
    for (let step = 0; step < 20; step += 1) {
      const moved = this.#life.ring.reseal(5);
      if (!moved.ok || moved.value.done) break;
    }
    this.#life.ring.retire();
  }

  erase(): void {
    this.#life.outbox.erase();
  }

  lineIsBack(): void {
    this.#life.forwarder.lineIsBack();
  }

  counts(): { waiting: number; parked: number } {
    return this.#life.outbox.counts();
  }

  /** What the rows themselves say, for comparison with the counters. */
  rowCounts(): Record<string, number> {
    const rows = this.#life.store.sql('SELECT state, count(*) AS n FROM outbox GROUP BY state').all();
    return Object.fromEntries(rows.map((row) => [String(row['state']), Number(row['n'])]));
  }

  async end(): Promise<void> {
    this.#life.isAlive = false;
    await Promise.race([this.#life.forwarder.stop(), Promise.resolve()]);
    this.#options.clock.die();
    this.#life.store.close();
  }

  #folder(): string {
    return join(this.#options.folder, `life-${this.#generation}`);
  }

  #bytes(count: number): Buffer {
    return Buffer.from(Uint8Array.from({ length: count }, () => Math.floor(this.#options.random() * 256)));
  }

  #start(): Life {
    const { clock, random, bug } = this.#options;
    const opened = openStore(this.#folder());
    if (!opened.ok) throw new Error(`${opened.fault.code}: ${opened.fault.detail ?? ''}`);
    const store = opened.value;
    const ring = openKeyRing({
      store,
      masterKey: this.#masterKey,
      suite: 'aes-256-gcm',
      randomBytes: (count) => this.#bytes(count),
      clock,
    });
    if (!ring.ok) throw new Error(ring.fault.code);
    const { sealer } = ring.value;
    const audit = createAudit(store, clock);
    const real = createOutbox({
      store,
      sealer,
      audit,
      clock,
      payloadRetentionMs: 7 * DAY_MS,
      longestWaitMs: DAY_MS,
    });
    const outbox = bug === 'lease-never-ends' ? withoutLeaseEnd(real) : real;
    const newId = () => uuidV7(clock, (count) => this.#bytes(count));
    const printJobs = createPrintJobs({ store, sealer, audit, clock, newId, asCopy });
    const intake = createIntake({ config: this.#config, store, outbox, printJobs, audit, clock });
    const life = { isAlive: true };
    const client = this.#options.clientFor(() => life.isAlive);
    outbox.recover();
    const forwarder = createForwarder({
      outbox,
      client: bug === 'new-key-on-retry' ? withNewKeys(client, newId) : client,
      clock,
      random,
      log: () => undefined,
      backoff: { baseMs: 2_000, capMs: 300_000 },
      concurrency: 4,
      leaseMs: 30_000,
      onChange: () => undefined,
      onLine: () => undefined,
    });
    forwarder.kick();
    return Object.assign(life, { store, ring: ring.value, outbox, intake, forwarder });
  }
}

function withoutLeaseEnd(outbox: Outbox): Outbox {
  return { ...outbox, claim: () => outbox.claim(365 * DAY_MS), recover: () => ({ ok: true, value: 0 }) };
}

function withNewKeys(client: PlatformClient, newId: () => string): PlatformClient {
  return {
    ...client,
    submit: async (key, submission) => {
      const answer = await client.submit({ ...key, applicationId: newId() }, submission);
      return answer.ok ? { ok: true, value: { ...answer.value, ...key } } : answer;
    },
  };
}

function configOf(number: number): TerminalConfig {
  const config = terminalConfigSchema.parse(
    parse(
      demoConfig({ cardReaderPort: 1, printerPort: 2, platformUrl: 'http://127.0.0.1:1', tokenFile: 'x' }),
    ),
  );
  return { ...config, terminal: { ...config.terminal, number: String(number).padStart(2, '0') } };
}

function readItem(): ServiceItem {
  const item = loadItem(JSON.parse(readFileSync(itemFile, 'utf8')));
  if (!item.ok) throw new Error(item.fault.detail);
  return item.value;
}
