import type { QueueEvent } from '#contract/queue/event.ts';
import type { WindowId } from '#contract/queue/ticket.ts';
import type { QueueWindow } from './queue-day.ts';

export type WindowEvent = Extract<
  QueueEvent,
  { type: 'window-opened' | 'window-paused' | 'window-resumed' | 'window-closed' }
>;

/** The window after an event of its own; null for one that does not fit. Whatever it is, nothing before it is taken back. */
export function windowAfter(known: QueueWindow | undefined, event: WindowEvent): QueueWindow | null {
  const fresh = { did: [], didAt: null, freeSinceMs: null };
  if (event.type === 'window-opened') {
    const { lines, person } = event;
    return { ...(known ?? emptyWindow(event.window)), ...fresh, state: 'open', lines, person };
  }
  if (!known || known.state === 'closed') return null;
  switch (event.type) {
    case 'window-paused':
      return { ...known, ...fresh, state: 'paused' };
    case 'window-resumed':
      return { ...known, ...fresh, state: 'open' };
    case 'window-closed':
      return { ...known, ...fresh, state: 'closed', person: null };
  }
}

export function emptyWindow(id: WindowId): QueueWindow {
  return {
    id,
    state: 'closed',
    lines: [],
    person: null,
    ticketId: null,
    priorityRun: 0,
    lastCallMs: null,
    occupiedSinceMs: 0,
    freeSinceMs: null,
    did: [],
    didAt: null,
  };
}
