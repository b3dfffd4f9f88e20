import type { Fault, FaultCode } from '#contract/fault.ts';
import type { LocalDate } from '#contract/form/local-date.ts';
import type { Clock } from '#contract/ports.ts';
import { ok, type Result } from '#contract/result.ts';
import type { StationDay } from '#contract/station-day.ts';
import type { TerminalHealth } from '#contract/terminal-health.ts';
import type { Log } from '../log.ts';
import type { PlatformFault } from '../outbox/platform-client.ts';
import { createSendRounds, isRejected } from '../outbox/send-rounds.ts';
import type { StationDayCalls } from '../outbox/station-day-calls.ts';
import type { Store } from '../store/store.ts';
import type { StationDayRows, TermOf, UntoldDay } from './station-day-rows.ts';

/** Tells the platform what the days of the queue were like, each once it is over, and again when it has changed. */
export interface StationDays {
  /** The oldest first; stops at the first that the line does not take. */
  send(): Promise<void>;
  /** What staff see of it; null: another terminal tells. */
  health(): TerminalHealth['stationDays'];
  close(): void;
}

export interface StationDaysPorts {
  readonly rows: StationDayRows;
  readonly store: Store;
  readonly client: StationDayCalls;
  readonly clock: Clock;
  readonly log: Log;
  /** The present day of the queue: those before it are over. */
  readonly today: () => LocalDate;
  readonly termOf: TermOf;
  /** The platform is there, and no resident's application waits for its turn. */
  readonly isLineFree: () => boolean;
}

interface Due {
  readonly untold: UntoldDay;
  readonly report: StationDay;
  /** What the platform has is another report, later or fuller. Learned with its answer. */
  isOtherThere: boolean;
}

export function createStationDays(ports: StationDaysPorts): StationDays {
  const { rows, store, client, clock, log, today, termOf } = ports;
  /** Of those that were refused, up to which event: such a report is tried again on the next day, or when it has changed. */
  let refused = new Map<LocalDate, number | null>();
  let triedOn: LocalDate | null = null;
  /** Why the last report got no answer about itself; null: it got one. */
  let waitsFor: FaultCode | null = null;

  function oldest(): Due | null {
    if (!ports.isLineFree()) return null;
    const day = today();
    if (triedOn !== day) refused = new Map();
    triedOn = day;
    for (const untold of rows.untold(day)) {
      const term = termOf(untold.day);
      if (term === null || refused.get(untold.day) === untold.sequence) continue;
      const report = rows.report(untold, term);
      if (report !== null && !rows.isTold(untold.day, report)) return { untold, report, isOtherThere: false };
      if (report === null && untold.sequence === null)
        log({ level: 'error', event: 'station-day.unreadable', code: 'store.corrupt', detail: untold.day });
      const settled = store.transaction(() => {
        rows.settled(untold);
        return null;
      });
      if (!settled.ok) return null;
    }
    return null;
  }

  /** False: it could not be written down, and would be sent again and again. */
  function note({ untold, report, isOtherThere }: Due, refusal: PlatformFault | null): boolean {
    const { day } = untold;
    if (refusal !== null) {
      log({ level: 'warn', event: 'station-day.refused', code: refusal.code, detail: day });
      refused.set(day, untold.sequence);
    } else if (isOtherThere) log({ level: 'warn', event: 'station-day.other-stands', detail: day });
    return store.transaction(() => {
      if (refusal === null) rows.told(untold, report, clock.now());
      else rows.refused(day, refusal.code);
      return null;
    }).ok;
  }

  function noteLine(fault: PlatformFault | null, day: LocalDate): void {
    const code = fault?.code ?? null;
    if (code !== null && code !== waitsFor)
      log({ level: 'warn', event: 'station-day.waits', code, detail: day });
    waitsFor = code;
  }

  const { send, close } = createSendRounds<Due>({
    oldest,
    send: async (due) => {
      const answer = await client.reportStationDay(due.untold.day, due.report);
      noteLine(answer.ok || isForGood(answer.fault) ? null : answer.fault, due.untold.day);
      if (!answer.ok) return answer;
      due.isOtherThere = !answer.value.stands;
      return ok(null);
    },
    isForGood,
    remove: note,
  });

  return {
    send,
    health: () => {
      const day = today();
      if (termOf(day) === null) return null;
      const untold = rows.untold(day);
      return {
        waiting: untold.filter((one) => one.refused === null).length,
        refused: untold.flatMap((one) => (one.refused === null ? [] : [{ day: one.day, code: one.refused }])),
      };
    },
    close,
  };
}

/** Of the day, not of the line: those behind it are told all the same. */
function isForGood(fault: PlatformFault): boolean {
  return isRejected(fault) || fault.code === 'platform.not-authorised' || fault.code === 'platform.conflict';
}

/**
 * At each start, before anything happens in the queue: days of the station where this terminal was before are not told as this
 * one's. Faults: `store.full`, `store.failed`.
 */
export function settleStation(
  { rows, store, log }: Pick<StationDaysPorts, 'rows' | 'store' | 'log'>,
  stationId: string,
): Result<null, Fault> {
  const moved = store.transaction(() => rows.belongTo(stationId));
  if (!moved.ok) return moved;
  if (moved.value !== null) {
    const { before, untold } = moved.value;
    log({ level: 'warn', event: 'station-day.other-station', detail: `${untold} days of ${before}` });
  }
  return ok(null);
}
