import { watch } from '../../changes.ts';
import { api } from '../context.ts';

export const stationWatch = api.station.watch.handler(({ context: { station }, signal }) =>
  watch(station.changes, () => station.snapshot(), signal),
);
