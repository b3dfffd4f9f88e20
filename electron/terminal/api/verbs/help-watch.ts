import { watch } from '../../changes.ts';
import { api } from '../context.ts';

export const helpWatch = api.help.watch.handler(({ context: { help }, signal }) =>
  watch(help.changes, () => help.atKiosk(), signal),
);
