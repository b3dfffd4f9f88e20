import type { QueueEvent } from '#contract/queue/event.ts';
import { durationsOf, type StationDay, type StationDayRow } from '#contract/station-day.ts';
import { samplesOf, type HourSamples } from './figures.ts';

/** A row before it is told: hours of one line that are told together. */
interface Period extends Omit<HourSamples, 'hour'> {
  readonly fromHour: number;
  readonly untilHour: number;
}

/**
 * What the platform is told of a day. The events count as often as they say something of people: whether the end of the day
 * was noted by this terminal, by the hub before it, or twice, is the same day. Null: nothing happened.
 */
export function stationDayOf(
  events: readonly QueueEvent[],
  timeZone: string,
  term: number,
): StationDay | null {
  const count = events.filter(({ type }) => type !== 'day-closed').length;
  if (count === 0) return null;
  const { hours, windows } = samplesOf(events, timeZone);
  return {
    term,
    events: count,
    rows: periodsOf(hours).map(rowOf),
    windows: windows.map(({ window, servicesMs }) => ({ window, served: servicesMs.length })),
  };
}

function rowOf(period: Period): StationDayRow {
  const { line, fromHour, untilHour, taken, waitsMs, servicesMs, missed, cancelled, left } = period;
  return {
    line,
    fromHour,
    untilHour,
    taken,
    served: servicesMs.length,
    noShows: missed,
    cancelled,
    left,
    waits: durationsOf(waitsMs),
    services: durationsOf(servicesMs),
  };
}

/** Hours of a line are joined until each row has the times of enough people; the last ones join those before them. */
function periodsOf(hours: readonly Readonly<HourSamples>[]): readonly Period[] {
  const periods: Period[] = [];
  for (const { hour, ...sample } of hours) {
    const next = { ...sample, fromHour: hour, untilHour: hour + 1 };
    const last = periods.at(-1);
    if (last?.line === next.line && !isTellable(last)) periods.splice(-1, 1, joinedPeriod(last, next));
    else {
      settleLast(periods);
      periods.push(next);
    }
  }
  settleLast(periods);
  return periods;
}

/** The last row of a line, when its times are of too few. */
function settleLast(periods: Period[]): void {
  for (;;) {
    const last = periods.at(-1);
    const before = periods.at(-2);
    if (last === undefined || isTellable(last) || before?.line !== last.line) return;
    periods.splice(-2, 2, joinedPeriod(before, last));
  }
}

function joinedPeriod(a: Period, b: Period): Period {
  return {
    line: a.line,
    fromHour: a.fromHour,
    untilHour: b.untilHour,
    taken: a.taken + b.taken,
    waitsMs: [...a.waitsMs, ...b.waitsMs],
    servicesMs: [...a.servicesMs, ...b.servicesMs],
    missed: a.missed + b.missed,
    left: a.left + b.left,
    cancelled: a.cancelled + b.cancelled,
  };
}

function isTellable({ waitsMs, servicesMs }: Period): boolean {
  return durationsOf(waitsMs) !== null && durationsOf(servicesMs) !== null;
}
