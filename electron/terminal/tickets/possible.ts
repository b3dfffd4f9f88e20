import { ticketVerbs } from '#contract/queue/choices.ts';
import type { QueueSettings } from '#contract/queue/settings.ts';
import type { TicketVerb, WindowVerb } from '#contract/queue/snapshot.ts';
import { SECOND_MS } from './asked.ts';
import type { QueueWindow, Ticket } from './queue-day.ts';
import { canHappen, isMoving, verbs } from './table.ts';

/** What the table allows in this state, and the counts of this call; the time of a call is told apart. */
export function ticketVerbsNow(ticket: Ticket, settings: QueueSettings): TicketVerb[] {
  const { state } = ticket;
  return ticketVerbs.filter((verb) => {
    const [event] = verbs[verb].does;
    if (event === undefined || !isMoving(event) || !canHappen(event, state.name)) return false;
    if (state.name !== 'called') return true;
    if (verb === 'recall') return state.calls <= settings.mostRecalls;
    if (verb === 'no-show') return state.calls >= settings.callsBeforeMissed;
    return true;
  });
}

/** Milliseconds since 1970-01-01T00:00:00Z from which a ticket that is called may be called again, or be missed. */
export function againFromMs({ state }: Ticket, settings: QueueSettings): number | null {
  return state.name === 'called' ? state.lastCallMs + settings.recallEverySeconds * SECOND_MS : null;
}

/** `isCalled`: somebody was called there, and nobody has said whether he came. */
export function windowVerbsNow(window: QueueWindow, isCalled: boolean, mayUndo: boolean): WindowVerb[] {
  const isFree = window.ticketId === null;
  const undo: WindowVerb[] = mayUndo ? ['undo'] : [];
  const close: WindowVerb[] = isFree ? ['close-window'] : [];
  switch (window.state) {
    case 'closed':
      return ['open-window', ...undo];
    case 'paused':
      return ['resume-window', 'open-window', ...close, ...undo];
    case 'open':
      return [
        ...(isCalled ? [] : (['next'] as const)),
        ...(isFree ? (['walk-in'] as const) : []),
        'pause-window',
        'open-window',
        ...close,
        ...undo,
      ];
  }
}
