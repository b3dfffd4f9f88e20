import { readFileSync } from 'node:fs';
import type { QueueEvent } from '#contract/queue/event.ts';
import type { QueueSettings } from '#contract/queue/settings.ts';
import type { Stamp } from '#contract/queue/stamp.ts';
import type { QueueDay, QueueWindow, Ticket } from '#terminal/tickets/queue-day.ts';

/**
 * What must hold of a queue whatever is done to it, said in other words than the queue's own: from the list of what
 * happened, pair by pair, and from the table in docs/queue.md.
 */
export interface Oracle {
  /** After each command: the day before it, what it did, the day after it. Gives what does not hold. */
  watch(before: QueueDay, events: readonly QueueEvent[], after: QueueDay): string[];
  /** Moves that were seen, as the page writes them. */
  readonly seen: ReadonlySet<string>;
}

interface PageMove {
  readonly move: string;
  readonly canBeUndone: boolean;
}

/** The moves that docs/queue.md promises: `called: waiting → called`. */
export function movesOnPage(): readonly PageMove[] {
  const page = readFileSync(new URL('../../docs/queue.md', import.meta.url), 'utf8');
  const part = page.slice(page.indexOf('### Moves'), page.indexOf('### Verbs'));
  return [...part.matchAll(/^\| `([a-z-]+)` \| (.*?) \| (yes)? ?\|$/gm)].flatMap(([, event, list, undo]) =>
    (list ?? '').split('; ').map((move) => ({
      move: `${event}: ${move.replace(/ \(.*\)$/, '')}`,
      canBeUndone: undo === 'yes',
    })),
  );
}

const classes = ['emergency', 'care', 'honoured', 'booked', 'ordinary'];

export function createOracle(settings: QueueSettings): Oracle {
  const promised = movesOnPage();
  const allowed = new Set(promised.map(({ move }) => move));
  const undone = new Set(
    promised
      .filter(({ canBeUndone }) => canBeUndone)
      .map(({ move }) => {
        const [from, to] = (move.split(': ')[1] ?? '').split(' → ');
        return `${to} → ${from}`;
      }),
  );
  const seen = new Set<string>();
  const known = new Set<string>();
  /** Of each window, what it called, without what it took back. */
  const calls = new Map<string, { ticketId: string; ticketClass: string }[]>();
  /** How many calls each who came back still lets pass; put by once called or sent on, since that may be taken back. */
  const passes = new Map<string, { left: number; isPutBy: boolean }>();
  const letsPass = (ticketId: string): boolean => {
    const pass = passes.get(ticketId);
    return pass !== undefined && !pass.isPutBy && pass.left > 0;
  };

  function callable(day: QueueDay, window: QueueWindow, { target, line }: Ticket): boolean {
    const staffed = [...day.windows.values()].filter(({ state }) => state !== 'closed');
    const sentTo = staffed.filter(
      ({ id, person }) =>
        (target?.to === 'window' && target.window === id) ||
        (target?.to === 'person' && target.person === person),
    );
    return sentTo.length > 0 ? sentTo.some(({ id }) => id === window.id) : window.lines.includes(line);
  }

  function comesBefore(one: Ticket, other: Ticket, nowMs: number): boolean {
    const classNow = ({ ticketClass, arrived }: Ticket): number => {
      const own = classes.indexOf(ticketClass);
      const steps = Math.floor((nowMs - arrived.atMs) / 60_000 / settings.raiseEveryMinutes);
      return own === 0 ? 0 : Math.max(1, own - steps);
    };
    const [a, b] = [classNow(one), classNow(other)];
    return a !== b ? a < b : isEarlier(one.arrived, other.arrived);
  }

  function overtaking(before: QueueDay, event: Extract<QueueEvent, { type: 'called' }>): string[] {
    const called = before.tickets.get(event.ticketId);
    const window = before.windows.get(event.window);
    if (event.how !== 'next' || !called || !window) return [];
    const others = [...before.tickets.values()].filter(
      (one) => one !== called && one.state.name === 'waiting' && callable(before, window, one),
    );
    const ready = others.filter(({ ticketId }) => !letsPass(ticketId));
    const lastOnes = (calls.get(event.window) ?? [])
      .filter(({ ticketClass }) => ticketClass !== 'emergency')
      .slice(-settings.priorityInARow);
    const isOrdinarysTurn =
      lastOnes.length === settings.priorityInARow &&
      lastOnes.every(({ ticketClass }) => ticketClass !== 'ordinary');
    const wrong: string[] = [];
    if (!callable(before, window, called)) wrong.push(`${called.number} is not for window ${window.id}`);
    if (letsPass(called.ticketId) && ready.length > 0) {
      wrong.push(`${called.number} came back and let nobody pass`);
      return wrong;
    }
    for (const other of ready) {
      if (!comesBefore(other, called, event.stamp.atMs)) continue;
      const isAllowed =
        isOrdinarysTurn && called.ticketClass === 'ordinary' && other.ticketClass !== 'emergency';
      if (!isAllowed) wrong.push(`${called.number} was called before ${other.number}`);
    }
    if (isOrdinarysTurn && !['ordinary', 'emergency'].includes(called.ticketClass)) {
      const passedOver = ready.filter(({ ticketClass }) => ticketClass === 'ordinary');
      wrong.push(...passedOver.map(({ number }) => `${number} was passed over by a third priority call`));
    }
    return wrong;
  }

  function remember(before: QueueDay, event: QueueEvent, after: QueueDay): void {
    if (event.type === 'taken') known.add(event.ticket.ticketId);
    if (event.type === 'returned') passes.set(event.ticketId, { left: event.behind, isPutBy: false });
    const pass = 'ticketId' in event ? passes.get(event.ticketId) : undefined;
    if (pass && (event.type === 'transferred' || event.type === 'called')) pass.isPutBy = true;
    const undoneEvent = event.type === 'undone' ? before.tickets.get(event.ticketId)?.before?.event : null;
    if (pass && (undoneEvent === 'transferred' || undoneEvent === 'called')) pass.isPutBy = false;
    const isCall = event.type === 'called';
    const isCallUndone = undoneEvent === 'called';
    if (isCall) {
      const ticketClass = after.tickets.get(event.ticketId)?.ticketClass ?? 'ordinary';
      calls.set(event.window, [
        ...(calls.get(event.window) ?? []),
        { ticketId: event.ticketId, ticketClass },
      ]);
    }
    if (!isCall && !(event.type === 'undone' && isCallUndone)) return;
    if (isCallUndone) calls.get(event.window)?.pop();
    const lines = before.windows.get(event.window)?.lines ?? [];
    for (const [ticketId, one] of passes) {
      const ticket = before.tickets.get(ticketId);
      if (ticket && lines.includes(ticket.line)) one.left += isCall ? -1 : 1;
    }
  }

  function moving(before: QueueDay, events: readonly QueueEvent[], after: QueueDay): string[] {
    const wrong: string[] = [];
    for (const event of events) {
      const ids =
        event.type === 'taken'
          ? [event.ticket.ticketId]
          : 'ticketId' in event
            ? [event.ticketId]
            : event.type === 'day-closed'
              ? [...before.tickets.keys()]
              : [];
      // What several events of a command do to one ticket, only a walk-in's, is judged by its ends.
      const isAlone = (id: string) =>
        events.filter(
          (one) =>
            ('ticketId' in one ? one.ticketId : one.type === 'taken' ? one.ticket.ticketId : '') === id,
        ).length <= 1;
      for (const id of ids.filter(isAlone)) {
        const from = before.tickets.get(id)?.state.name ?? 'nowhere';
        const to = after.tickets.get(id)?.state.name ?? 'nowhere';
        if (event.type === 'day-closed' && from === to) continue;
        const isPromised =
          event.type === 'undone'
            ? undone.has(`${from} → ${to}`)
            : allowed.has(`${event.type}: ${from} → ${to}`);
        if (!isPromised) wrong.push(`${event.type} led from ${from} to ${to}`);
        else seen.add(`${event.type}: ${from} → ${to}`);
      }
    }
    const moved = new Set(events.flatMap((event) => ('ticketId' in event ? [event.ticketId] : [])));
    for (const [id, ticket] of before.tickets) {
      const isTouched = moved.has(id) || events.some(({ type }) => type === 'day-closed');
      if (!isTouched && after.tickets.get(id) !== ticket)
        wrong.push(`${ticket.number} changed without an event`);
    }
    return wrong;
  }

  function standing(day: QueueDay): string[] {
    const wrong: string[] = [];
    const tickets = [...day.tickets.values()];
    const numbers = tickets.map(({ number }) => number);
    if (new Set(numbers).size !== numbers.length) wrong.push(`a number twice among ${numbers.join(' ')}`);
    for (const id of known) if (!day.tickets.has(id)) wrong.push(`${id} is lost`);
    for (const { number, state, ticketId } of tickets) {
      const at = [...day.windows.values()]
        .filter((window) => window.ticketId === ticketId)
        .map(({ id }) => id);
      const should = state.name === 'called' || state.name === 'serving' ? [state.window] : [];
      if (String(at) !== String(should))
        wrong.push(`${number} is ${state.name}, and stands at [${at.join(' ')}]`);
    }
    if (day.misfits > 0) wrong.push(`${day.misfits} events did not fit`);
    return wrong;
  }

  return {
    seen,
    watch: (before, events, after) => {
      const wrong: string[] = [];
      for (const event of events) {
        if (event.type === 'called') wrong.push(...overtaking(before, event));
      }
      for (const event of events) remember(before, event, after);
      return [...wrong, ...moving(before, events, after), ...standing(after)];
    },
  };
}

function isEarlier(a: Stamp, b: Stamp): boolean {
  if (a.atMs !== b.atMs) return a.atMs < b.atMs;
  if (a.counter !== b.counter) return a.counter < b.counter;
  return a.terminal < b.terminal;
}
