import type { Left } from '../access/access.ts';
import type { Log } from '../log.ts';
import { isStaffed } from './order.ts';
import type { StationQueue } from './station-queue.ts';

/**
 * Closes the window of whoever has left it, in their name: what was sent there, or to them, is its line's again. One at
 * which somebody still is stays as it is: whoever sits there next settles that first.
 */
export async function leaveWindow(
  { staffId, window }: Left,
  queue: Pick<StationQueue, 'seen' | 'do'>,
  log: Log,
): Promise<void> {
  const known = queue.seen().day.windows.get(window);
  if (!isStaffed(known) || known.person !== staffId || known.ticketId !== null) return;
  const closed = await queue.do({ verb: 'close-window', window }, { role: 'staff', account: staffId });
  // It stays open in a name until somebody signs in there, whose console closes it.
  if (!closed.ok) log({ level: 'warn', event: 'queue.window-not-left', code: closed.fault.code });
}
