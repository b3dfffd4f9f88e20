import type { CommandOf } from '#contract/queue/command.ts';
import { ok } from '#contract/result.ts';
import type { Asked, Decision } from '../asked.ts';

export function closeDay(_command: CommandOf<'close-day'>, { stamp }: Asked): Decision {
  return ok([{ type: 'day-closed', stamp }]);
}
