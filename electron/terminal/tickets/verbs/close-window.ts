import { fault } from '#contract/fault.ts';
import type { CommandOf } from '#contract/queue/command.ts';
import { err, ok } from '#contract/result.ts';
import type { Asked, Decision } from '../asked.ts';
import { isStaffed } from '../order.ts';

export function closeWindow({ window }: CommandOf<'close-window'>, { day, stamp }: Asked): Decision {
  const known = day.windows.get(window);
  if (!isStaffed(known)) return err(fault('queue.window-closed', window));
  if (known.ticketId !== null) return err(fault('queue.window-busy', window));
  return ok([{ type: 'window-closed', stamp, window }]);
}
