import type { StaffCommand } from '#contract/queue/command.ts';
import { ok } from '#contract/result.ts';
import { forStaff } from '../context.ts';
import { withQueue } from '../with-queue.ts';

export const staffQueueDo = forStaff.queue.do.handler(({ context: { queue, account }, input }) =>
  withQueue(queue, async ({ station }) => {
    const done = await station.do(asOneself(input, account), { role: 'staff', account });
    return done.ok ? ok([...done.value]) : done;
  }),
);

/** Whoever signed in sits at the window, whatever the screen says. */
function asOneself(command: StaffCommand, account: string | null): StaffCommand {
  return command.verb === 'open-window' && account !== null ? { ...command, person: account } : command;
}
