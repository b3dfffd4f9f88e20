import { watch } from '../../changes.ts';
import { forStaff } from '../context.ts';

export const staffTerminalWatch = forStaff.terminal.watch.handler(({ context: { health }, signal }) =>
  watch(health.changes, () => health.snapshot(), signal),
);
