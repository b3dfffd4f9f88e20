import { fault } from '#contract/fault.ts';
import type { CommandOf } from '#contract/queue/command.ts';
import { err, ok } from '#contract/result.ts';
import type { Asked, Decision } from '../asked.ts';

export function resumeWindow({ window }: CommandOf<'resume-window'>, { day, stamp }: Asked): Decision {
  if (day.windows.get(window)?.state !== 'paused') return err(fault('queue.window-closed', window));
  return ok([{ type: 'window-resumed', stamp, window }]);
}
