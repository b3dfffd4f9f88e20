import { fault, type Fault } from '#contract/fault.ts';
import type { QueueEvent } from '#contract/queue/event.ts';
import type { WindowId } from '#contract/queue/ticket.ts';
import { err, ok, type Result } from '#contract/result.ts';
import { openWindow, SECOND_MS, type Asked } from '../asked.ts';

/**
 * What ends at a window before it calls somebody: who is served there is finished. Of somebody who was only called,
 * nobody knows whether he came, and staff must say. Faults: `queue.window-closed`, `queue.too-soon`,
 * `queue.window-busy`.
 */
export function freeForCall(windowId: WindowId, asked: Asked): Result<readonly QueueEvent[], Fault> {
  const { day, stamp, settings } = asked;
  const window = openWindow(asked, windowId);
  if (!window.ok) return window;
  const { lastCallMs, ticketId } = window.value;
  if (lastCallMs !== null && stamp.atMs - lastCallMs < settings.betweenCallsSeconds * SECOND_MS) {
    return err(fault('queue.too-soon'));
  }
  if (ticketId === null) return ok([]);
  if (day.tickets.get(ticketId)?.state.name !== 'serving') return err(fault('queue.window-busy', windowId));
  return ok([{ type: 'finished', stamp, ticketId, window: windowId }]);
}
