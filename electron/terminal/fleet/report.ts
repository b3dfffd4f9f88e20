import type { Heartbeat } from '#contract/fleet.ts';
import type { Clock, RandomUnit } from '#contract/ports.ts';
import type { Log } from '../log.ts';
import { fullJitterMs } from '../outbox/backoff.ts';
import type { FleetCalls } from '../outbox/fleet-calls.ts';
import type { FleetKeys } from './fleet-keys.ts';
import type { Orders } from './follow.ts';
import type { Gathering } from './gather.ts';

export interface ReportPorts {
  readonly client: FleetCalls;
  readonly gathering: Gathering;
  readonly orders: Orders;
  readonly keys: FleetKeys;
  readonly clock: Clock;
  readonly random: RandomUnit;
  readonly everyMs: number;
  readonly log: Log;
}

/** Behind a failure; the first tries are as seldom as heartbeats are. */
const LONGEST_WAIT_TIMES = 8;
/** Of the interval, either way: a district that was switched on together does not stay together. */
const JITTER = 0.2;
const MS_PER_S = 1000;
/** What a heartbeat can say, in milliseconds (contract/fleet.ts). */
const MOST_SKEW_MS = 4_000_000_000_000;

/**
 * Tells the platform how this terminal is, follows what the answer orders, and tells what came of it. One call at a time; who has told
 * once waits a whole interval, also when the line is back, so that an outage ends in no storm.
 */
export function startReports(ports: ReportPorts): { stop: () => void; idle: () => Promise<void> } {
  const { client, gathering, orders, clock, random, everyMs, log } = ports;
  let failures = 0;
  /** The platform's time when the monotonic clock stood at 0, by its last answer; null: none came yet. */
  let platformStartMs: number | null = null;
  let stopped = false;
  let cancel: () => void;
  let underWay: Promise<void> = Promise.resolve();

  function plan(delayMs: number): void {
    if (stopped) return;
    cancel = clock.after(delayMs, () => {
      underWay = report();
    });
  }

  async function report(): Promise<void> {
    let told = false;
    try {
      told = await tellOnce();
    } catch (error) {
      // Whatever it was: a terminal that is never heard again cannot be mended from afar.
      const detail = error instanceof Error ? error.message : 'not an error';
      log({ level: 'error', event: 'fleet.report-failed', detail });
    }
    failures = told ? 0 : failures + 1;
    plan(told ? spread() : Math.max(everyMs, fullJitterMs(backoff, failures, random)));
  }

  const backoff = { baseMs: everyMs, capMs: everyMs * LONGEST_WAIT_TIMES };
  const spread = (): number => Math.round(everyMs * (1 - JITTER + 2 * JITTER * random()));

  async function tellOnce(): Promise<boolean> {
    // Before the heartbeat: the platform does not give again what it knows to be done.
    await tellOutcomes();
    const refused = orders.refused();
    const gathered = gathering.heartbeat(Math.max(5, Math.round(everyMs / MS_PER_S)), refused);
    const answer = await sayHow({ ...gathered, clockSkewMs: skewMs() ?? gathered.clockSkewMs });
    if (!answer.ok) {
      if (failures === 0) log({ level: 'warn', event: 'fleet.not-heard', code: answer.fault.code });
      return false;
    }
    platformStartMs = Date.parse(answer.value.time) - clock.monotonicMs();
    orders.refusedTold(refused);
    ports.keys.heard(answer.value);
    for (const command of answer.value.commands) {
      if (stopped) return true;
      const followed = orders.follow(command);
      if (!followed.ok) log({ level: 'error', event: 'fleet.not-followed', code: followed.fault.code });
    }
    await tellOutcomes();
    return true;
  }

  /** With the name of the key to whoever asked for it; a node that refuses that, as one of an older release does, is told the rest at once. */
  async function sayHow(report: Heartbeat): ReturnType<FleetCalls['heartbeat']> {
    const fleetKeyId = ports.keys.toTell();
    if (fleetKeyId === null) return client.heartbeat(report);
    const answer = await client.heartbeat({ ...report, fleetKeyId });
    if (answer.ok || answer.fault.code !== 'platform.rejected') return answer;
    ports.keys.refused();
    return client.heartbeat(report);
  }

  /** From the first answer on, since the clock that signs calls learns nothing below its window (identity/platform-clock.ts). */
  function skewMs(): number | null {
    if (platformStartMs === null) return null;
    const skew = Math.round(platformStartMs + clock.monotonicMs() - clock.now());
    return Math.max(-MOST_SKEW_MS, Math.min(MOST_SKEW_MS, skew));
  }

  async function tellOutcomes(): Promise<void> {
    for (const { commandId, outcome } of orders.toTell()) {
      if (stopped) return;
      const answer = await client.settle(commandId, outcome);
      // An order that the platform does not know is settled there already, or was never its.
      if (!answer.ok && answer.fault.status !== 404) return;
      const noted = orders.told(commandId);
      // Told again then, which changes nothing there.
      if (!noted.ok) log({ level: 'error', event: 'fleet.not-noted', code: noted.fault.code });
    }
  }

  // The first one anywhere in the interval.
  plan(Math.round(everyMs * random()));
  return {
    stop: () => {
      stopped = true;
      cancel();
    },
    idle: () => underWay,
  };
}
