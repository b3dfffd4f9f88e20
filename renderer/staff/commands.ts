import type { Person } from '#contract/access.ts';
import type { StaffCommand } from '#contract/queue/command.ts';
import { cancelReasons, holdReasons, ticketClasses, transferReasons } from '#contract/queue/choices.ts';
import type {
  ConsoleTicket,
  ConsoleWindow,
  QueueSnapshot,
  TicketVerb,
  WindowVerb,
} from '#contract/queue/snapshot.ts';

type TransferReason = (typeof transferReasons)[number];

/** What is asked before a verb can be done. Of a ticket by its id: it is looked up anew each time. */
export type Question =
  | { readonly what: 'hold' | 'transfer' | 'reclass' | 'cancel'; readonly ticketId: string }
  | { readonly what: 'target'; readonly ticketId: string; readonly reason: TransferReason }
  | { readonly what: 'line' };

/** An answer that may be given: the command that comes of it, or the next question. */
export interface Answer {
  readonly label: AnswerLabel;
  readonly then: StaffCommand | Question;
}

export type AnswerLabel =
  | { readonly of: 'hold'; readonly reason: (typeof holdReasons)[number] }
  | { readonly of: 'transfer'; readonly reason: TransferReason }
  | { readonly of: 'cancel'; readonly reason: (typeof cancelReasons)[number] }
  | { readonly of: 'class'; readonly ticketClass: (typeof ticketClasses)[number] }
  | { readonly of: 'line'; readonly line: string }
  | { readonly of: 'window'; readonly window: string; readonly person: string | null };

/** What a verb leads to: done at once, or asked about first. */
export function moveOf(
  verb: TicketVerb | WindowVerb,
  window: string,
  ticketId: string | null,
): StaffCommand | Question | null {
  switch (verb) {
    case 'next':
    case 'undo':
    case 'pause-window':
    case 'resume-window':
    case 'close-window':
      return { verb, window };
    case 'walk-in':
      return { what: 'line' };
    // Its lines are chosen on a page of their own.
    case 'open-window':
      return null;
    case 'call':
    case 'recall':
    case 'serve':
    case 'finish':
    case 'no-show':
    case 'resume':
      return ticketId === null ? null : { verb, window, ticketId };
    case 'return':
    case 'release':
      return ticketId === null ? null : { verb, ticketId };
    case 'hold':
    case 'transfer':
    case 'reclass':
    case 'cancel':
      return ticketId === null ? null : { what: verb, ticketId };
    default:
      return verb satisfies never;
  }
}

/** `newTicketId`: made when the question is asked, so that the same answer twice is one person. */
export function answersTo(
  question: Question,
  snapshot: QueueSnapshot,
  window: string,
  newTicketId: string,
): readonly Answer[] {
  if (question.what === 'line') {
    return snapshot.lines.map(({ letter }) => ({
      label: { of: 'line', line: letter },
      then: {
        verb: 'walk-in',
        window,
        ticketId: newTicketId,
        line: letter,
        slug: null,
        ticketClass: 'ordinary',
      },
    }));
  }
  const ticket = ticketOf(snapshot, question.ticketId);
  if (ticket === null) return [];
  const { ticketId } = ticket;
  const at = ticket.window === window && isAtWindow(ticket) ? window : null;
  switch (question.what) {
    case 'hold':
      return holdReasons.map((reason) => ({
        label: { of: 'hold', reason },
        then: { verb: 'hold', window: at, ticketId, reason },
      }));
    case 'cancel':
      return cancelReasons.map((reason) => ({
        label: { of: 'cancel', reason },
        then: { verb: 'cancel', window: at, ticketId, reason },
      }));
    case 'reclass':
      return ticketClasses
        .filter((ticketClass) => ticketClass !== ticket.ticketClass)
        .map((ticketClass) => ({
          label: { of: 'class', ticketClass },
          then: { verb: 'reclass', ticketId, ticketClass },
        }));
    case 'transfer':
      return transferReasons.map((reason) => ({
        label: { of: 'transfer', reason },
        then: { what: 'target', ticketId, reason },
      }));
    case 'target':
      return targets(snapshot, ticket, window, at, question.reason);
    default:
      return question satisfies never;
  }
}

/** Lines first, then the other windows that are open, which are the people who sit there. */
function targets(
  snapshot: QueueSnapshot,
  ticket: ConsoleTicket,
  window: string,
  at: string | null,
  reason: TransferReason,
): Answer[] {
  const base = { verb: 'transfer', window: at, ticketId: ticket.ticketId, reason } as const;
  const lines = snapshot.lines
    .filter(({ letter }) => letter !== ticket.line)
    .map(({ letter }): Answer => ({
      label: { of: 'line', line: letter },
      then: { ...base, target: { to: 'line', line: letter } },
    }));
  const windows = snapshot.windows
    .filter((other) => other.window !== window && other.state !== 'closed')
    .map((other): Answer => ({
      label: { of: 'window', window: other.window, person: other.person },
      // Whom the ticket waits for goes on at another window when he moves there.
      then: {
        ...base,
        target:
          reason === 'expert' && other.person !== null
            ? { to: 'person', person: other.person }
            : { to: 'window', window: other.window },
      },
    }));
  return [...lines, ...windows];
}

export function isCommand(move: StaffCommand | Question): move is StaffCommand {
  return 'verb' in move;
}

export function ticketOf(snapshot: QueueSnapshot, ticketId: string): ConsoleTicket | null {
  return [...snapshot.tickets, ...snapshot.over].find((ticket) => ticket.ticketId === ticketId) ?? null;
}

export function windowOf(snapshot: QueueSnapshot, window: string): ConsoleWindow | null {
  return snapshot.windows.find((one) => one.window === window) ?? null;
}

export function isAtWindow({ state }: ConsoleTicket): boolean {
  return state === 'called' || state === 'serving';
}

/**
 * In whose name the window of this console stands open, when that is somebody else's: who left it so. Null to an auditor,
 * who takes no window over.
 */
export function leftOpenBy(window: ConsoleWindow, { staffId, role }: Person): string | null {
  return window.state === 'closed' || role === 'auditor' || window.person === staffId ? null : window.person;
}

/** Verbs that bring somebody to the window: not to one that stands open in another name. */
export function bringsSomebody(verb: TicketVerb): boolean {
  return verb === 'call' || verb === 'resume';
}

/** The verbs of the window and of who is there, as far as they may be done now; of another's window, what settles that. */
export function offeredAt(
  window: ConsoleWindow,
  current: ConsoleTicket | null,
  nowMs: number,
  isAnothers: boolean,
): string[] {
  const again = current?.againFromMs ?? null;
  const isTooSoon = again !== null && nowMs < again;
  const ofTicket = (current?.verbs ?? []).filter(
    (verb) => !(isTooSoon && (verb === 'recall' || verb === 'no-show')),
  );
  const isUndoOver = window.undoUntilMs === null || nowMs > window.undoUntilMs;
  const ofWindow = window.verbs.filter((verb) => (verb === 'undo' ? !isUndoOver : !isAnothers));
  return [...ofWindow, ...ofTicket];
}
