import { keepStationDay, whyOutOfRange } from '../station-days/station-days.ts';
import { forTerminals } from './base.ts';

/** Of the terminal's own station, whatever it says. */
export const reportStationDay = forTerminals.stationDays.report.handler(
  async ({ context, input, errors }) => {
    const { pool, stationId, terminalId } = context;
    const { day, ...report } = input;
    const nowMs = context.clock.now();
    const reason = whyOutOfRange(day, nowMs);
    if (reason !== null) throw errors.DAY_OUT_OF_RANGE({ data: { reason } });
    return { day, stands: await keepStationDay(pool, { stationId, terminalId, day, report }, nowMs) };
  },
);
