import { fault } from '#contract/fault.ts';
import type { CommandOf } from '#contract/queue/command.ts';
import { err, ok } from '#contract/result.ts';
import type { Asked, Decision } from '../asked.ts';
import { isStaffed } from '../order.ts';

export function openWindowVerb(command: CommandOf<'open-window'>, { day, stamp, settings }: Asked): Decision {
  const { window, lines, person } = command;
  const unknown = lines.find((line) => !settings.lines.some(({ letter }) => letter === line));
  if (unknown !== undefined) return err(fault('queue.line-unknown', unknown));
  const known = day.windows.get(window);
  if (isStaffed(known) && known.person !== person) return err(fault('queue.window-taken', window));
  return ok([{ type: 'window-opened', stamp, window, lines, person }]);
}
