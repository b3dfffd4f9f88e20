import { appendFileSync, copyFileSync, cpSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { TerminalConfig } from '#config/schema.ts';
import { MAX_CHUNK_BYTES } from '#contract/attachment.ts';
import type { GivenAttachment } from '#terminal/outbox/attachments.ts';
import type { Outbox } from '#terminal/outbox/outbox.ts';
import type { PlatformClient } from '#terminal/outbox/platform-client.ts';
import { DATABASE_FILE } from '#terminal/store/store.ts';
import { uuidV7 } from '#terminal/uuid.ts';
import {
  coreConfig,
  coreItem,
  rotateKey,
  startTerminalCore,
  submitTo,
  type TerminalCore,
} from '../../support/terminal-core.ts';
import type { TerminalClock } from './virtual-clock.ts';

/** A planted bug, to see that the simulation would find it. */
export type PlantedBug =
  'none' | 'new-key-on-retry' | 'confirmed-before-commit' | 'lease-never-ends' | 'resent-without-asking';

const DAY_MS = 86_400_000;
export interface VirtualTerminalOptions {
  readonly folder: string;
  readonly number: number;
  readonly clock: TerminalClock;
  readonly random: () => number;
  readonly clientFor: (isAlive: () => boolean) => PlatformClient;
  readonly bug: PlantedBug;
}

/** One process's life on one database. */
interface Life {
  readonly core: TerminalCore;
  isAlive: boolean;
}

/** The terminal's real parts on a real database, in a world in which everything else is drawn by lot. */
export class VirtualTerminal {
  readonly #options: VirtualTerminalOptions;
  readonly #config: TerminalConfig;
  readonly #item = coreItem();
  readonly #masterKey: Uint8Array;
  #generation = 0;
  #life: Life;
  /** What a resident was told is received: application id → receipt number. */
  readonly confirmed = new Map<string, string>();
  /** Application id → the hashes of what came with it. */
  readonly pictures = new Map<string, readonly string[]>();

  constructor(options: VirtualTerminalOptions) {
    this.#options = options;
    this.#config = coreConfig(options.number);
    this.#masterKey = this.#bytes(32);
    mkdirSync(this.#folder(), { recursive: true });
    this.#life = this.#start();
  }

  /** A resident touches "submit". Gives what the screen says: received, or the fault. */
  async submit(): Promise<string> {
    const { clock, bug } = this.#options;
    const applicationId = uuidV7(clock, (count) => this.#bytes(count));
    if (bug === 'confirmed-before-commit') this.confirmed.set(applicationId, 'promised');
    const attachments = this.#pictures();
    const note = `${this.#options.random()}`;
    const received = await submitTo(this.#life.core, this.#item, applicationId, note, attachments);
    if (!received.ok) return `refused: ${received.fault.code} ${received.fault.detail ?? ''}`;
    this.confirmed.set(applicationId, received.value.receiptNo);
    this.pictures.set(
      applicationId,
      attachments.map(({ bytes }) => createHash('sha256').update(bytes).digest('hex')),
    );
    return `received with ${attachments.length} attachments`;
  }

  /** A third of the residents photograph papers; some of these take several chunks. */
  #pictures(): GivenAttachment[] {
    const { random } = this.#options;
    if (random() < 0.66) return [];
    return Array.from({ length: 1 + Math.floor(random() * 2) }, (_, index) => ({
      subject: { kind: 'paper', paperId: 'household-book', page: index + 1 },
      mediaType: 'image/jpeg',
      bytes: this.#picture(random() < 0.5 ? 300 : MAX_CHUNK_BYTES + 300),
    }));
  }

  /** Drawing each of a million bytes by lot would be most of the simulation's time. */
  #picture(byteCount: number): Buffer {
    return Buffer.alloc(byteCount, this.#bytes(64));
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
    cpSync(join(before, 'attachments'), join(this.#folder(), 'attachments'), { recursive: true });
    if (random() < 0.5) {
      appendFileSync(
        join(this.#folder(), `${DATABASE_FILE}-wal`),
        this.#bytes(1 + Math.floor(random() * 5_000)),
      );
    }
    this.#life.core.store.close();
    rmSync(before, { recursive: true });
    this.#life = this.#start();
  }

  jumpClock(byMs: number): void {
    this.#options.clock.offsetMs += byMs;
  }

  /** No page more than now, until `freeDisk`. */
  fillDisk(): void {
    const pages = Number(this.#life.core.store.sql('PRAGMA page_count').get()?.['page_count']);
    this.#life.core.store.sql(`PRAGMA max_page_count = ${pages}`).get();
  }

  freeDisk(): void {
    this.#life.core.store.sql('PRAGMA max_page_count = 1073741823').get();
  }

  rotateKey(): void {
    rotateKey(this.#life.core.ring);
  }

  erase(): void {
    this.#life.core.outbox.erase();
  }

  lineIsBack(): void {
    this.#life.core.forwarder.lineIsBack();
  }

  counts(): { waiting: number; parked: number } {
    return this.#life.core.outbox.counts();
  }

  /** What the rows themselves say, for comparison with the counters. */
  rowCounts(): Record<string, number> {
    const rows = this.#life.core.store.sql('SELECT state, count(*) AS n FROM outbox GROUP BY state').all();
    return Object.fromEntries(rows.map((row) => [String(row['state']), Number(row['n'])]));
  }

  async end(): Promise<void> {
    this.#life.isAlive = false;
    await Promise.race([this.#life.core.forwarder.stop(), Promise.resolve()]);
    this.#options.clock.die();
    this.#life.core.store.close();
  }

  #folder(): string {
    return join(this.#options.folder, `life-${this.#generation}`);
  }

  #bytes(count: number): Buffer {
    return Buffer.from(Uint8Array.from({ length: count }, () => Math.floor(this.#options.random() * 256)));
  }

  #start(): Life {
    const { clock, random, bug } = this.#options;
    const alive = { isAlive: true };
    const client = this.#options.clientFor(() => alive.isAlive);
    const randomBytes = (count: number) => this.#bytes(count);
    const core = startTerminalCore({
      dataDir: this.#folder(),
      config: this.#config,
      masterKey: this.#masterKey,
      clock,
      atEndOfTurn: queueMicrotask,
      random,
      randomBytes,
      client: bug === 'new-key-on-retry' ? withNewKeys(client, () => uuidV7(clock, randomBytes)) : client,
      payloadRetentionMs: 7 * DAY_MS,
      backoff: { baseMs: 2_000, capMs: 300_000 },
      bend: bendOf(bug),
    });
    return Object.assign(alive, { core });
  }
}

function bendOf(bug: PlantedBug): (outbox: Outbox) => Outbox {
  if (bug === 'lease-never-ends') return withoutLeaseEnd;
  if (bug === 'resent-without-asking') return withoutDoubt;
  return (outbox) => outbox;
}

function withoutDoubt(outbox: Outbox): Outbox {
  return {
    ...outbox,
    claim: (leaseMs) => {
      const claimed = outbox.claim(leaseMs);
      return claimed.ok && claimed.value !== null
        ? { ok: true, value: { ...claimed.value, doubtful: false } }
        : claimed;
    },
  };
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
