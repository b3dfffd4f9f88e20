import type { QueueEvent } from '#contract/queue/event.ts';
import { MOST_CALLS_ON_BOARD, type BoardCall } from '#contract/queue/snapshot.ts';
import { windowOf, type QueueDay } from './queue-day.ts';

/** One call, or a call again, of a day. */
export interface Call {
  readonly ticketId: string;
  readonly window: string;
  readonly calledMs: number;
}

/** More than the board shows: some are taken back, or sent elsewhere, and those before them are shown again. */
const KEPT = MOST_CALLS_ON_BOARD * 4;

/** The last calls, the newest first, after these events. */
export function callsAfter(calls: readonly Call[], events: readonly QueueEvent[]): readonly Call[] {
  const made = events.flatMap((event): Call[] => {
    const isCall = event.type === 'recalled' || (event.type === 'called' && event.how !== 'walk-in');
    // Somebody without a number sits at the window already: nobody is called.
    return isCall ? [{ ticketId: event.ticketId, window: event.window, calledMs: event.stamp.atMs }] : [];
  });
  return made.length === 0 ? calls : [...made.toReversed(), ...calls].slice(0, KEPT);
}

/** Each number once, at its last call. What was taken back, put aside or sent elsewhere is not called any more. */
export function shownCalls(calls: readonly Call[], day: QueueDay): BoardCall[] {
  const seen = new Set<string>();
  return calls
    .flatMap(({ ticketId, window, calledMs }): BoardCall[] => {
      const ticket = day.tickets.get(ticketId);
      if (!ticket || seen.has(ticketId)) return [];
      seen.add(ticketId);
      const { name } = ticket.state;
      const isThere = windowOf(ticket) === window;
      if (!isThere && name !== 'done' && name !== 'missed' && name !== 'voided') return [];
      return [{ number: ticket.number, window, calledMs, isStillCalled: isThere && name === 'called' }];
    })
    .slice(0, MOST_CALLS_ON_BOARD);
}
