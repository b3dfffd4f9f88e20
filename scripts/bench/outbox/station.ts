import type { Acknowledgement } from '#contract/application.ts';
import { MAX_DAILY_SEQUENCE } from '#contract/receipt-number.ts';
import { ok } from '#contract/result.ts';
import type { Telemetry } from '#contract/telemetry.ts';
import type { Clock } from '#contract/ports.ts';
import type { Audit } from '#terminal/audit/audit.ts';
import type { Claimed, Outbox } from '#terminal/outbox/outbox.ts';
import type { PlatformClient } from '#terminal/outbox/platform-client.ts';
import type { Store } from '#terminal/store/store.ts';
import { systemClock, systemRandom, systemRandomBytes } from '#terminal/system-ports.ts';
import {
  coreConfig,
  coreItem,
  startTerminalCore,
  type TerminalCore,
} from '../../../tests/support/terminal-core.ts';
import { sampleContent, signedNow } from './application.ts';

const DAY_MS = 86_400_000;
/** Longer than any bench, so that no lease ends in it. */
const LEASE_MS = 10 * DAY_MS;
const ROWS_A_TRANSACTION = 500;
/** A kiosk and the browsers of a large station's windows. */
/** A few windows of a station that submit in the same moment. */
export const FEW_AT_ONCE = 8;
/** So many that the commit they share is shared well: what the terminal can take in a second. */
export const MANY_AT_ONCE = 32;

/** Everything from a checked form to the outbox's rows, as the terminal has it; nothing is forwarded by itself. */
export interface OutboxStation {
  readonly core: TerminalCore;
  /** A resident's submission, durable when it resolves. */
  submit(): Promise<void>;
  /** So many residents in the same moment; resolves when all of them are answered. */
  submitAtOnce(residents: number): Promise<void>;
  /** Takes the row that waits longest, and writes the platform's answer to it: two commits. */
  claimAndAcknowledge(): void;
  /** Many more rows that wait, quickly: hundreds of residents touch "submit" in the same moment. */
  fill(rows: number, say: (done: number) => void): Promise<void>;
  close(): void;
}

export interface StationOptions {
  readonly dataDir: string;
  readonly masterKey: Uint8Array;
  /** How many were received here before; a new day begins before its numbers end. */
  readonly receivedBefore: number;
  /** Absent: it is told to nobody. */
  readonly telemetry?: Telemetry;
  /** Absent: chained, as in the terminal. */
  readonly createAudit?: (store: Store, clock: Clock) => Audit;
}

export function openStation({ dataDir, masterKey, receivedBefore, ...bent }: StationOptions): OutboxStation {
  const days = dayAfterDay(receivedBefore);
  const forwarded: { outbox: Outbox | null } = { outbox: null };
  const core = startTerminalCore({
    dataDir,
    config: coreConfig(1),
    masterKey,
    clock: days.clock,
    random: systemRandom,
    randomBytes: systemRandomBytes,
    // Never called: the forwarder below finds nothing that is due.
    client: {} as PlatformClient,
    payloadRetentionMs: 7 * DAY_MS,
    backoff: { baseMs: 1_000, capMs: 60_000 },
    ...bent,
    bend: (outbox) => {
      forwarded.outbox = outbox;
      return { ...outbox, claim: () => ok(null), nextDueMs: () => null };
    },
  });
  const outbox = forwarded.outbox;
  if (outbox === null) throw new Error('the terminal made no outbox');
  const submit = submitterOf(core, days);
  return {
    core: { ...core, outbox },
    submit,
    submitAtOnce: async (residents) => {
      await Promise.all(Array.from({ length: residents }, submit));
    },
    claimAndAcknowledge: () => {
      const row = expectOk(outbox.claim(LEASE_MS));
      if (row === null) throw new Error('nothing was there to be claimed');
      expectOk(outbox.acknowledge(row, acknowledgementOf(row)));
    },
    fill: async (rows, say) => {
      for (let done = 0; done < rows;) {
        const count = Math.min(ROWS_A_TRANSACTION, rows - done);
        await Promise.all(Array.from({ length: count }, submit));
        // Slips were taken long ago.
        core.store.sql(`UPDATE print_job SET state = 'printed' WHERE state IN ('queued', 'printing')`).run();
        done += count;
        say(done);
      }
    },
    close: () => {
      core.store.close();
    },
  };
}

/** What one submission puts into the database sealed: the application, and the slip. It submits one. */
export async function sealedBytes({ submit, core }: OutboxStation): Promise<number> {
  await submit();
  const sizes = core.store
    .sql(
      `SELECT (SELECT length(sealed_submission) FROM outbox LIMIT 1)
            + (SELECT length(sealed_document) FROM print_job LIMIT 1) AS bytes`,
    )
    .get();
  return Number(sizes?.['bytes']);
}

/** A resident's submission, durable when it resolves; nobody is told that something is due. */
export function submitterOf(core: TerminalCore, days: DayAfterDay): () => Promise<void> {
  const item = coreItem();
  const content = sampleContent();
  return async () => {
    days.countOne();
    const applicationId = core.newId();
    const signing = signedNow(applicationId, item, content);
    expectOk(await core.intake.receive({ applicationId, item, language: 'zh', content, signing }));
  };
}

/** A clock that goes on to the next day before the receipt numbers of one day are used up. */
export interface DayAfterDay {
  readonly clock: Clock;
  countOne(): void;
}

export function dayAfterDay(receivedBefore: number): DayAfterDay {
  let received = receivedBefore;
  // Those of one transaction have one time: the day changes for all of them, by the last that was counted.
  const perDay = MAX_DAILY_SEQUENCE - ROWS_A_TRANSACTION;
  return {
    clock: { ...systemClock, now: () => systemClock.now() + Math.floor(received / perDay) * DAY_MS },
    countOne: () => {
      received += 1;
    },
  };
}

export function acknowledgementOf({ applicationId, revision, submission }: Claimed): Acknowledgement {
  return {
    applicationId,
    revision,
    caseNo: `BJ20261121${applicationId.slice(-8)}`,
    status: '02',
    receivedAt: '2026-11-21T02:00:10.000Z',
    payloadSha256: submission.payloadSha256,
  };
}

export function expectOk<T>(result: { ok: true; value: T } | { ok: false; fault: { code: string } }): T {
  if (!result.ok) throw new Error(`the store answered ${result.fault.code}`);
  return result.value;
}
