import { watch } from '../../changes.ts';
import { forDoor } from '../context.ts';

export const staffDoorWatch = forDoor.watch.handler(({ context: { browsers, station }, signal }) =>
  watch(browsers.changes, () => ({ ...browsers.view(), terminal: station.terminal }), signal),
);
