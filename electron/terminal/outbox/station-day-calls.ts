import { fault } from '#contract/fault.ts';
import type { LocalDate } from '#contract/form/local-date.ts';
import type { Result } from '#contract/result.ts';
import { err } from '#contract/result.ts';
import {
  stationDayKeptSchema,
  stationDaySchema,
  type StationDay,
  type StationDayKept,
} from '#contract/station-day.ts';
import type { Call, Understand } from './attachment-calls.ts';
import type { CallLimits, PlatformFault } from './platform-client.ts';

/** What a day of the station's queue was like (contract/platform-api.ts, `stationDays`). */
export interface StationDayCalls {
  /** The same report again changes nothing. What the platform would refuse is refused here, as `platform.rejected`, and not sent. */
  reportStationDay(day: LocalDate, report: StationDay): Promise<Result<StationDayKept, PlatformFault>>;
}

const small: CallLimits = { maxAnswerBytes: 4096, givenUpBy: [] };

export function createStationDayCalls(call: Call, understand: Understand): StationDayCalls {
  return {
    reportStationDay: async (day, report) => {
      const checked = stationDaySchema.safeParse(report);
      if (!checked.success)
        return err(
          fault('platform.rejected', `not a report: ${checked.error.issues[0]?.path.join('.') ?? ''}`),
        );
      const answer = await call('PUT', `/v1/station-days/${day}`, JSON.stringify(report), small);
      const understood = understand(answer, stationDayKeptSchema);
      return understood.ok && understood.value.day !== day
        ? err(fault('platform.nonsense', 'the answer names another day'))
        : understood;
    },
  };
}
