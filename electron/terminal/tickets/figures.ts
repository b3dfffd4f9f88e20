import { localTimeOfDay } from '#contract/form/local-date.ts';
import type { QueueEvent } from '#contract/queue/event.ts';
import type { QueueFigures, Spread } from '#contract/queue/figures.ts';
import type { LineLetter } from '#contract/queue/number.ts';
import type { NewTicket, WindowId } from '#contract/queue/ticket.ts';

/** Of the events of one day. What was taken back has not happened. */
export function figuresOf(events: readonly QueueEvent[], timeZone: string): QueueFigures {
  const { hours, windows } = samplesOf(events, timeZone);
  return {
    byHour: hours.map(({ line, hour, taken, waitsMs, servicesMs, missed }) => ({
      line,
      hour,
      taken,
      waits: spreadOf(waitsMs),
      services: spreadOf(servicesMs),
      missed,
    })),
    byWindow: windows.map(({ window, servicesMs, missed }) => ({
      window,
      served: servicesMs.length,
      missed,
      services: spreadOf(servicesMs),
    })),
  };
}

/** What the figures of a day are made of, lines, hours and windows in their order. */
export interface DaySamples {
  readonly hours: readonly Readonly<HourSamples>[];
  readonly windows: readonly Readonly<WindowSamples>[];
}

/** Of the events of one day. What was taken back has not happened. */
export function samplesOf(events: readonly QueueEvent[], timeZone: string): DaySamples {
  const hours = new Map<string, HourSamples>();
  const windows = new Map<WindowId, WindowSamples>();
  const tickets = new Map<string, TicketSoFar>();

  function hourOf(line: LineLetter, atMs: number): HourSamples {
    const hour = Number(localTimeOfDay(atMs, timeZone).slice(0, 2));
    return madeOnce(hours, `${line} ${String(hour).padStart(2, '0')}`, () => ({
      line,
      hour,
      taken: 0,
      waitsMs: [],
      servicesMs: [],
      missed: 0,
      left: 0,
      cancelled: 0,
    }));
  }
  const windowOf = (window: WindowId): WindowSamples =>
    madeOnce(windows, window, () => ({ window, servicesMs: [], missed: 0 }));

  for (const event of withoutUndone(events)) {
    const { atMs } = event.stamp;
    if (event.type === 'taken') {
      tickets.set(event.ticket.ticketId, {
        line: event.ticket.line,
        ticket: event.ticket,
        wasCalled: false,
        sinceMs: atMs,
      });
      hourOf(event.ticket.line, event.ticket.arrived.atMs).taken += 1;
      continue;
    }
    if (!('ticketId' in event)) continue;
    const ticket = tickets.get(event.ticketId);
    if (!ticket) continue;
    switch (event.type) {
      case 'called':
        // Whoever came without a number has not waited.
        if (!ticket.wasCalled && event.how !== 'walk-in') {
          hourOf(ticket.line, atMs).waitsMs.push(atMs - ticket.ticket.arrived.atMs);
        }
        ticket.wasCalled = true;
        ticket.sinceMs = atMs;
        break;
      case 'served':
      case 'resumed':
        ticket.sinceMs = atMs;
        break;
      case 'finished':
        hourOf(ticket.line, atMs).servicesMs.push(atMs - ticket.sinceMs);
        windowOf(event.window).servicesMs.push(atMs - ticket.sinceMs);
        break;
      case 'missed':
        hourOf(ticket.line, atMs).missed += 1;
        windowOf(event.window).missed += 1;
        break;
      case 'cancelled':
        hourOf(ticket.line, atMs)[event.reason === 'left' ? 'left' : 'cancelled'] += 1;
        break;
      case 'transferred':
        if (event.target.to === 'line') ticket.line = event.target.line;
        break;
      default:
        break;
    }
  }
  return { hours: sorted(hours), windows: sorted(windows) };
}

export interface HourSamples {
  readonly line: LineLetter;
  readonly hour: number;
  taken: number;
  readonly waitsMs: number[];
  readonly servicesMs: number[];
  missed: number;
  left: number;
  cancelled: number;
}

export interface WindowSamples {
  readonly window: WindowId;
  readonly servicesMs: number[];
  missed: number;
}

interface TicketSoFar {
  line: LineLetter;
  readonly ticket: NewTicket;
  wasCalled: boolean;
  sinceMs: number;
}

/** An event that was taken back is the last one of its ticket at that time. */
function withoutUndone(events: readonly QueueEvent[]): readonly QueueEvent[] {
  const kept: (QueueEvent | null)[] = [];
  const lastOf = new Map<string, number>();
  for (const event of events) {
    if (event.type === 'undone') {
      const at = lastOf.get(event.ticketId);
      if (at !== undefined) kept[at] = null;
      continue;
    }
    if ('ticketId' in event) lastOf.set(event.ticketId, kept.length);
    kept.push(event);
  }
  return kept.filter((event) => event !== null);
}

function spreadOf(valuesMs: readonly number[]): Spread {
  const values = [...valuesMs].sort((a, b) => a - b);
  const at = (part: number): number | null => values[Math.ceil(values.length * part) - 1] ?? null;
  return { count: values.length, medianMs: at(0.5), ninetiethMs: at(0.9), longestMs: at(1) };
}

function madeOnce<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}

function sorted<V>(map: ReadonlyMap<string, V>): readonly V[] {
  const order = new Intl.Collator('en', { numeric: true });
  return [...map].sort(([a], [b]) => order.compare(a, b)).map(([, value]) => value);
}
