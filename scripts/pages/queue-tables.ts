import { z } from 'zod';
import { queueSettingsSchema } from '#contract/queue/settings.ts';
import { ticketStates } from '#contract/queue/choices.ts';
import type { TicketStateName } from '#contract/queue/ticket.ts';
import {
  isUndoable,
  meaningOfState,
  moves,
  movesOf,
  verbs,
  type MovingEvent,
} from '#terminal/tickets/table.ts';
import { code, table, withMadePart } from './made-part.ts';

const BEGIN = '<!-- Made from electron/terminal/tickets/table.ts by `node scripts/queue-page.ts`. -->';

/** The part of docs/queue.md that is made from the table of the queue. */
export function withQueueTables(page: string): string {
  return withMadePart(page, BEGIN, tables());
}

function tables(): string {
  return [
    '### States of a ticket',
    table(
      ['state', 'means', 'what can happen there'],
      ticketStates.map((state) => [
        code(state),
        meaningOfState[state],
        eventsFrom(state).map(code).join(', ') || 'nothing: it is over',
      ]),
    ),
    '### Moves',
    table(
      ['event', 'from → to', 'can be taken back'],
      eventNames().map((event) => [
        code(event),
        movesOf(event)
          .map(({ from, to, when }) => `${from} → ${to}${when === undefined ? '' : ` (${when})`}`)
          .join('; '),
        isUndoable(event) ? 'yes' : '',
      ]),
    ),
    '### Verbs',
    table(
      ['verb', 'means', 'who', 'events', 'refused with'],
      Object.entries(verbs).map(([verb, row]) => [
        code(verb),
        row.means,
        row.who === 'both' ? 'resident, staff' : row.who,
        [...(row.perhaps ?? []).map((event) => `(${event})`), ...row.does].join(', '),
        row.refusals.map(code).join(', '),
      ]),
    ),
    '### Rules that a district decides on',
    table(['key', 'unless said otherwise', 'is'], settingRows()),
  ].join('\n\n');
}

function eventNames(): readonly MovingEvent[] {
  // Object.keys forgets what it was given.
  return Object.keys(moves) as MovingEvent[];
}

function eventsFrom(state: TicketStateName): readonly MovingEvent[] {
  return eventNames().filter((event) => movesOf(event).some(({ from }) => from === state));
}

function settingRows(): string[][] {
  const { properties } = z.toJSONSchema(queueSettingsSchema, { io: 'input' });
  return Object.entries(properties ?? {}).map(([key, setting]) => {
    if (typeof setting === 'boolean') throw new Error(`queue.${key} says nothing of itself`);
    const { default: standard, description } = setting;
    return [code(key), standard === undefined ? 'must be said' : JSON.stringify(standard), description ?? ''];
  });
}
