import type { FaultCode } from '#contract/fault.ts';
import type { Clock, RandomUnit } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import type { Acknowledgement } from '#contract/application.ts';
import type { Log } from '../log.ts';
import { createUploads, type UploadEnd } from './attachment-upload.ts';
import { fullJitterMs, type Backoff } from './backoff.ts';
import { createCircuit } from './circuit.ts';
import { askFirst, mayHaveArrived } from './doubt.ts';
import { rowName, type Claimed, type Outbox } from './outbox.ts';
import type { PlatformClient, PlatformFault } from './platform-client.ts';

export interface ForwarderPorts {
  readonly outbox: Outbox;
  readonly client: PlatformClient;
  readonly clock: Clock;
  readonly random: RandomUnit;
  readonly log: Log;
  readonly backoff: Backoff;
  readonly concurrency: number;
  /** Longer than the client's own time limit, so that a lease ends only when its sender is dead. */
  readonly leaseMs: number;
  /** Called after every row whose state changed. */
  readonly onChange: () => void;
  /** Called with what a request said about the line, where it said something. */
  readonly onLine: (line: 'online' | 'offline') => void;
}

export interface Forwarder {
  /** Something may be due: looks at once. */
  kick(): void;
  /** The line came back: everything that waited for it is due within a short spread; what the platform put off itself is not. */
  lineIsBack(): void;
  /** Ends after what is under way has been settled or given up. */
  stop(): Promise<void>;
}

/** Rows that wait come back spread over this time, in milliseconds, when the line does. */
const WAKE_SPREAD_MS = 500;

/** More never wait for their own turn: while the platform is away, the circuit lets one row try. */
const WAKE_ROWS = 500;

/** Looks again at the latest after this time, in milliseconds, whatever the clock did in between. */
const LONGEST_SLEEP_MS = 60_000;

/** Two clocks of one machine drift apart by less than this between two looks, in milliseconds. */
const CLOCK_TOLERANCE_MS = 1_000;

/** After the store failed (disk full), in milliseconds. */
const STORE_RETRY_MS = 5_000;

/** Sends each row by itself: one bad row never blocks another. */
export function createForwarder(ports: ForwarderPorts): Forwarder {
  const { outbox, client, clock, log } = ports;
  const circuit = createCircuit(ports);
  const upload = createUploads({ attachments: outbox.attachments, calls: client });
  const underWay = new Set<Promise<void>>();
  /** Until when, by the wall clock, the platform wished that a row waits. Lost with the process, behind whose start all is due at once. */
  const wishes = new Map<string, number>();
  let cancelSleep: (() => void) | null = null;
  let stopped = false;
  /** When the monotonic clock was zero, by the wall clock: moves only when somebody sets the latter. */
  let wallStartMs = clock.now() - clock.monotonicMs();

  function kick(): void {
    if (stopped) return;
    cancelSleep?.();
    cancelSleep = null;
    lookAtClock();
    while (underWay.size < circuit.allowed()) {
      const claimed = outbox.claim(ports.leaseMs);
      if (!claimed.ok) {
        log({ level: 'error', event: 'outbox.claim-failed', code: claimed.fault.code });
        sleep(STORE_RETRY_MS);
        return;
      }
      if (claimed.value === null) break;
      const sending = send(claimed.value).finally(() => {
        underWay.delete(sending);
        ports.onChange();
        kick();
      });
      underWay.add(sending);
      ports.onChange();
    }
    if (underWay.size < ports.concurrency) sleepUntilDue();
  }

  /** Set back by a technician or by NTP, the wall clock would let rows wait for a time that was already there. */
  function lookAtClock(): void {
    const nowMs = clock.now() - clock.monotonicMs();
    const wasSetBack = nowMs < wallStartMs - CLOCK_TOLERANCE_MS;
    wallStartMs = nowMs;
    if (!wasSetBack) return;
    wishes.clear();
    const due = outbox.clockWasSetBack();
    if (!due.ok) log({ level: 'error', event: 'outbox.wake-failed', code: due.fault.code });
  }

  function sleepUntilDue(): void {
    const due = outbox.nextDueMs();
    if (due === null) return;
    const retryAt = circuit.retryAtMs();
    const forCircuitMs = retryAt === null ? 0 : retryAt - clock.monotonicMs();
    const waitMs = Math.max(due - clock.now(), forCircuitMs, 0);
    // With one row under way as a probe, its end wakes us.
    if (waitMs > 0 || underWay.size === 0) sleep(Math.min(waitMs + 1, LONGEST_SLEEP_MS));
  }

  function sleep(delayMs: number): void {
    cancelSleep?.();
    cancelSleep = clock.after(delayMs, () => {
      cancelSleep = null;
      kick();
    });
  }

  async function send(row: Claimed): Promise<void> {
    const settled = await sendWhole(row);
    if (!settled.ok) {
      // The row stays leased and is tried again when the lease ends: the key makes that harmless.
      log({
        level: 'error',
        event: 'outbox.settle-failed',
        code: settled.fault.code,
        applicationId: row.applicationId,
      });
    }
  }

  /** The attachments first: a submission whose papers are not there is none. */
  async function sendWhole(row: Claimed): Promise<Result<null>> {
    const asked = row.doubtful ? await askFirst(client, row) : null;
    if (asked?.kind === 'holds-it') return acknowledge(row, asked.acknowledgement);
    if (asked?.kind === 'no-answer') return settleFault(row, asked.fault, asked.stillDoubtful);
    const uploaded = await upload(row, (sha256, status) =>
      outbox.attachmentArrived(row, sha256, status, ports.leaseMs),
    );
    if (uploaded.end !== 'all-there') return settleUpload(row, uploaded);
    // Asking and uploading take their time. A clock may have ended the lease meanwhile: whoever has the row sends it.
    const held = outbox.holds(row);
    if (!held.ok) return held;
    if (!held.value) return ok(null);
    const answer = await client.submit(row, row.submission);
    return answer.ok
      ? acknowledge(row, answer.value)
      : settleFault(row, answer.fault, mayHaveArrived(answer.fault));
  }

  async function settleUpload(
    row: Claimed,
    uploaded: Exclude<UploadEnd, { end: 'all-there' }>,
  ): Promise<Result<null>> {
    switch (uploaded.end) {
      case 'not-sent':
        // Without its papers the submission was not sent: whatever doubt there was is cleared by now.
        return settleFault(row, uploaded.fault, false);
      case 'lost': {
        const { code } = uploaded.fault;
        log({ level: 'error', event: 'outbox.attachment-lost', code, applicationId: row.applicationId });
        return outbox.park(row, 'rejected', code, null);
      }
      case 'given-up':
        return uploaded.fault === null ? ok(null) : err(uploaded.fault);
      default: {
        const never: never = uploaded;
        return never;
      }
    }
  }

  function acknowledge(row: Claimed, acknowledgement: Acknowledgement): Result<null> {
    wishes.delete(rowName(row));
    circuit.worked();
    ports.onLine('online');
    if (acknowledgement.payloadSha256 !== row.submission.payloadSha256) {
      return outbox.park(row, 'conflict', 'platform.conflict', null);
    }
    log({ level: 'info', event: 'outbox.acknowledged', applicationId: row.applicationId });
    return outbox.acknowledge(row, acknowledgement);
  }

  async function settleFault(row: Claimed, problem: PlatformFault, doubtful: boolean): Promise<Result<null>> {
    log({ level: 'warn', event: 'outbox.not-sent', code: problem.code, applicationId: row.applicationId });
    // While stopping, an aborted request looks like a lost line: the next start takes the row up again.
    if (stopped) return ok(null);
    if (takesRows(problem.code)) circuit.worked();
    else circuit.failed(problem.retryAfterMs ?? null);
    const line = lineAfter(problem);
    if (line !== null) ports.onLine(line);
    if (problem.code === 'platform.conflict') return settleConflict(row, problem);
    if (problem.missing !== undefined) {
      const noted = outbox.attachments.notThere(row.applicationId, problem.missing);
      if (!noted.ok) return noted;
    }
    if (willNotPass(problem.code)) return outbox.park(row, 'rejected', problem.code, problem.refusal ?? null);
    return postpone(row, problem, doubtful);
  }

  /** The platform's own wish wins over our backoff. */
  function postpone(row: Claimed, problem: PlatformFault, doubtful: boolean): Result<null> {
    const waitMs = problem.retryAfterMs ?? fullJitterMs(ports.backoff, row.attempts, ports.random);
    const untilMs = clock.now() + waitMs;
    if (problem.retryAfterMs === undefined) wishes.delete(rowName(row));
    else wishes.set(rowName(row), untilMs);
    return outbox.postpone(row, problem.code, untilMs, doubtful);
  }

  /** 409: either the platform holds this very payload, and only its answer was lost, or it is another. */
  async function settleConflict(row: Claimed, problem: PlatformFault): Promise<Result<null>> {
    if (problem.storedSha256 !== undefined && problem.storedSha256 !== row.submission.payloadSha256) {
      return outbox.park(row, 'conflict', 'platform.conflict', null);
    }
    const found = await client.find(row);
    if (found.ok) return acknowledge(row, found.value);
    return postpone(row, found.fault, true);
  }

  return {
    kick,
    lineIsBack: () => {
      const now = clock.now();
      circuit.worked();
      for (const [name, untilMs] of wishes) if (untilMs <= now) wishes.delete(name);
      const woken = outbox.wake(
        WAKE_ROWS,
        [...wishes.keys()],
        () => now + Math.floor(ports.random() * WAKE_SPREAD_MS),
      );
      if (!woken.ok) log({ level: 'error', event: 'outbox.wake-failed', code: woken.fault.code });
      kick();
    },
    stop: async () => {
      stopped = true;
      cancelSleep?.();
      client.close();
      await Promise.allSettled(underWay);
    },
  };
}

/** A 4xx says that this row is wrong; it will be wrong tomorrow. */
function willNotPass(code: FaultCode): boolean {
  return code === 'platform.rejected' || code === 'platform.too-old';
}

/** The platform works, and has something against this one row. */
function takesRows(code: FaultCode): boolean {
  return (
    willNotPass(code) ||
    code === 'platform.conflict' ||
    code === 'platform.attachments-missing' ||
    code === 'platform.uploads-full' ||
    code === 'platform.attachment-damaged'
  );
}

/** Who we are was not accepted, or there is nobody to be yet: what of that the platform said came over a line that is up. */
function isOfIdentity(code: FaultCode): boolean {
  switch (code) {
    case 'identity.not-enrolled':
    case 'identity.key-unreadable':
    case 'platform.not-authorised':
    case 'platform.terminal-unknown':
    case 'platform.terminal-revoked':
    case 'platform.signature-refused':
    case 'platform.replayed':
    case 'platform.clock-skew':
      return true;
    default:
      return false;
  }
}

/**
 * What the answer says of the line, or null for nothing new. "Not now" with a status came over a line that is up, from a platform that takes nothing: were it
 * "up" or "down", an overloaded platform, which says 429 and 503 in turn, would have the line come back with each of them, and all that waits
 * sent again.
 */
function lineAfter({ code, status, isBare }: PlatformFault): 'online' | 'offline' | null {
  if (takesRows(code) && isBare !== true) return 'online';
  return status !== undefined || code === 'platform.busy' || isOfIdentity(code) ? null : 'offline';
}
