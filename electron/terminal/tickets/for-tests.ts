import type { Fault } from '#contract/fault.ts';
import type { QueueCommand } from '#contract/queue/command.ts';
import type { QueueEvent } from '#contract/queue/event.ts';
import { queueSettingsSchema, type QueueSettings } from '#contract/queue/settings.ts';
import { stampAfter, type Stamp } from '#contract/queue/stamp.ts';
import type { Result } from '#contract/result.ts';
import { decide } from './decide.ts';
import { fold } from './fold.ts';
import { hubIssuer, type Issuer } from './numbers.ts';
import { newDay, type QueueDay, type Ticket } from './queue-day.ts';

/** Nine in the morning of 2026-11-21 in Shanghai. */
export const NINE_MS = Date.UTC(2026, 10, 21, 1);
export const MINUTE_MS = 60_000;

const names = { zh: '综合', en: 'General' };

export function settingsForTests(change: Partial<QueueSettings> = {}): QueueSettings {
  const lines = ['A', 'B', 'C'].map((letter) => ({ letter, name: names }));
  const blocks = [
    { terminal: '02', from: 900, to: 949 },
    { terminal: '03', from: 950, to: 999 },
  ];
  return { ...queueSettingsSchema.parse({ lines, blocks }), ...change };
}

export function ticketIdOf(count: number): string {
  return `00000000-0000-4000-8000-${String(count).padStart(12, '0')}`;
}

export interface QueueUnderTest {
  readonly settings: QueueSettings;
  readonly events: readonly QueueEvent[];
  day(): QueueDay;
  nowMs(): number;
  /** Moves the clock forward. */
  pass(ms: number): void;
  closeAt(epochMs: number): void;
  issueBy(issuer: Issuer): void;
  /** Stamps come from there, instead of from the queue's own clock. */
  stampBy(stamp: () => Stamp): void;
  ask(command: QueueCommand): Result<readonly QueueEvent[], Fault>;
  /** The same, of what must be done. */
  must(command: QueueCommand): readonly QueueEvent[];
  /** A new ticket. */
  take(line: string, ticketClass?: 'ordinary' | 'emergency' | 'care' | 'honoured'): Ticket;
  open(window: string, ...lines: string[]): void;
  /** Touches "next"; the number that is called, or the fault's code. */
  next(window: string): string;
  /** The ticket as it is now. */
  ticket(of: Ticket): Ticket;
  tell(events: readonly QueueEvent[]): void;
}

/** A hub's queue in memory, on a clock that moves when a test says so. Its tickets' ids count from `firstTicket`. */
export function queueForTests(change: Partial<QueueSettings> = {}, firstTicket = 1): QueueUnderTest {
  const settings = settingsForTests(change);
  const events: QueueEvent[] = [];
  let day = newDay('2026-11-21', []);
  let nowMs = NINE_MS;
  let closesMs: number | null = null;
  let issuer = hubIssuer('01');
  let last: Stamp | null = null;
  let tickets = firstTicket - 1;
  let stamp = (): Stamp => {
    last = stampAfter(last, nowMs, issuer.terminal);
    return last;
  };

  function tell(told: readonly QueueEvent[]): void {
    for (const event of told) {
      day = fold(day, event);
      events.push(event);
    }
  }

  const queue: QueueUnderTest = {
    settings,
    events,
    day: () => day,
    nowMs: () => nowMs,
    pass: (ms) => {
      nowMs += ms;
    },
    closeAt: (epochMs) => {
      closesMs = epochMs;
    },
    issueBy: (one) => {
      issuer = one;
    },
    stampBy: (by) => {
      stamp = by;
    },
    ask: (command) => {
      const decided = decide(command, { day, stamp: stamp(), settings, issuer, closesAtMs: () => closesMs });
      if (decided.ok) tell(decided.value);
      return decided;
    },
    must: (command) => {
      const decided = queue.ask(command);
      if (!decided.ok) throw new Error(`${command.verb}: ${decided.fault.code}`);
      return decided.value;
    },
    take: (line, ticketClass) => {
      tickets += 1;
      const ticketId = ticketIdOf(tickets);
      queue.must({
        verb: 'take',
        ticketId,
        line,
        slug: null,
        instead: null,
        ticketClass: ticketClass ?? 'ordinary',
      });
      return found(day, ticketId);
    },
    open: (window, ...lines) => {
      queue.must({ verb: 'open-window', window, lines, person: `staff-${window}` });
    },
    next: (window) => {
      const asked = queue.ask({ verb: 'next', window });
      if (!asked.ok) return asked.fault.code;
      const called = asked.value.find(({ type }) => type === 'called');
      return called?.type === 'called' ? found(day, called.ticketId).number : 'nobody';
    },
    ticket: ({ ticketId }) => found(day, ticketId),
    tell,
  };
  return queue;
}

function found(day: QueueDay, ticketId: string): Ticket {
  const ticket = day.tickets.get(ticketId);
  if (!ticket) throw new Error(`no ticket ${ticketId}`);
  return ticket;
}
