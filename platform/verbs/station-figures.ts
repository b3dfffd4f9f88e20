import { stationFigures } from '../station-days/station-days.ts';
import { forDesk } from './base.ts';

export const readStationFigures = forDesk.stationDays.figures.handler(({ context, input }) =>
  stationFigures(context.pool, input),
);
