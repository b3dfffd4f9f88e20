import type { FaultCode } from '#contract/fault.ts';
import type { QueueVerb } from '#contract/queue/command.ts';
import type { QueueEventType } from '#contract/queue/event.ts';
import type { TicketStateName } from '#contract/queue/ticket.ts';

/**
 * The one table of the queue: where a ticket can be, what can happen to it, and by which verb. The fold moves tickets
 * by it, each verb is refused by it, and docs/queue.md is made from it (scripts/pages). What is not in here does
 * not happen.
 */

/** A ticket that was not issued yet is nowhere. */
export type Place = TicketStateName | 'nowhere';

export const meaningOfState: Readonly<Record<TicketStateName, string>> = {
  waiting: 'In the hall, in its place in the line.',
  called: 'Called to a window; nobody has said yet that the person came.',
  serving: 'At the window.',
  held: 'Put aside with its place kept: a form to fill in, a paper to copy.',
  missed: 'Called, and nobody came; good for coming back.',
  done: 'Finished at the window.',
  cancelled: 'Given up before it was served.',
  voided: 'Missed as often as a ticket may be.',
  expired: 'Not settled when the day ended.',
};

interface Move {
  readonly from: Place;
  readonly to: TicketStateName;
  /** Where one event leads to two places: when to this one. */
  readonly when?: 'may come back' | 'last miss';
}

/** Each event of a ticket, and the moves that it can be. */
export const moves = {
  taken: [{ from: 'nowhere', to: 'waiting' }],
  called: [
    { from: 'waiting', to: 'called' },
    { from: 'held', to: 'called' },
    { from: 'missed', to: 'called' },
  ],
  recalled: [{ from: 'called', to: 'called' }],
  served: [{ from: 'called', to: 'serving' }],
  finished: [
    { from: 'called', to: 'done' },
    { from: 'serving', to: 'done' },
  ],
  missed: [
    { from: 'called', to: 'missed', when: 'may come back' },
    { from: 'called', to: 'voided', when: 'last miss' },
  ],
  returned: [{ from: 'missed', to: 'waiting' }],
  held: [
    { from: 'waiting', to: 'held' },
    { from: 'called', to: 'held' },
    { from: 'serving', to: 'held' },
  ],
  resumed: [{ from: 'held', to: 'serving' }],
  released: [{ from: 'held', to: 'waiting' }],
  transferred: [
    { from: 'waiting', to: 'waiting' },
    { from: 'called', to: 'waiting' },
    { from: 'serving', to: 'waiting' },
    { from: 'held', to: 'waiting' },
  ],
  reclassed: [
    { from: 'waiting', to: 'waiting' },
    { from: 'held', to: 'held' },
  ],
  cancelled: [
    { from: 'waiting', to: 'cancelled' },
    { from: 'held', to: 'cancelled' },
    { from: 'missed', to: 'cancelled' },
  ],
  'day-closed': [
    { from: 'waiting', to: 'expired' },
    { from: 'called', to: 'expired' },
    { from: 'serving', to: 'expired' },
    { from: 'held', to: 'expired' },
    { from: 'missed', to: 'expired' },
  ],
} as const satisfies Partial<Record<QueueEventType, readonly Move[]>>;

export type MovingEvent = keyof typeof moves;

/** What a window did by mistake and may take back: the move is then made the other way round. */
export const undoable = [
  'called',
  'served',
  'finished',
  'missed',
  'held',
  'resumed',
  'transferred',
  'cancelled',
] as const satisfies readonly MovingEvent[];

export function isUndoable(event: MovingEvent): boolean {
  return undoable.some((one) => one === event);
}

/** Whether an event moves a ticket; the others are of windows, or take something back. */
export function isMoving(event: QueueEventType): event is MovingEvent {
  return event in moves;
}

export function movesOf(event: MovingEvent): readonly Move[] {
  return moves[event];
}

/** Where `event` leads from `from`; null when it cannot happen there. */
export function reached(
  event: MovingEvent,
  from: Place,
  when: 'may come back' | 'last miss' | null,
): TicketStateName | null {
  const move = movesOf(event).find((one) => one.from === from && (one.when ?? null) === when);
  return move?.to ?? null;
}

export function canHappen(event: MovingEvent, from: Place): boolean {
  return movesOf(event).some((one) => one.from === from);
}

export interface VerbRow {
  /** For whoever reads the table. */
  readonly means: string;
  readonly who: 'resident' | 'staff' | 'both' | 'terminal';
  /** In the order in which they happen. Those in `perhaps` happen only where there is a reason to. */
  readonly does: readonly QueueEventType[];
  readonly perhaps?: readonly QueueEventType[];
  /** Besides `queue.ticket-unknown` and `queue.wrong-state`, which the moves speak for. */
  readonly refusals: readonly FaultCode[];
}

export const verbs: Readonly<Record<QueueVerb, VerbRow>> = {
  take: {
    means: 'A number is given out, for oneself or for somebody beside.',
    who: 'both',
    does: ['taken'],
    refusals: ['queue.line-unknown', 'queue.line-closed', 'queue.numbers-used-up', 'station.clock-wrong'],
  },
  'check-in': {
    means: 'Who has booked joins the line; too late for the booking, in his or her own class.',
    who: 'both',
    does: ['taken'],
    refusals: [
      'queue.line-unknown',
      'queue.line-closed',
      'queue.booking-early',
      'queue.booking-used',
      'queue.numbers-used-up',
      'station.clock-wrong',
    ],
  },
  'walk-in': {
    means: 'Somebody without a number is served at this window now.',
    who: 'staff',
    does: ['taken', 'called', 'served'],
    refusals: [
      'queue.line-unknown',
      'queue.window-closed',
      'queue.window-busy',
      'queue.numbers-used-up',
      'station.clock-wrong',
    ],
  },
  next: {
    means: 'Whoever comes next is called; who is being served there is finished by it.',
    who: 'staff',
    does: ['called'],
    perhaps: ['finished'],
    refusals: ['queue.window-closed', 'queue.window-busy', 'queue.too-soon', 'queue.nobody-waits'],
  },
  call: {
    means: 'This ticket is called, out of its order.',
    who: 'staff',
    does: ['called'],
    perhaps: ['finished'],
    refusals: ['queue.window-closed', 'queue.window-busy', 'queue.too-soon'],
  },
  recall: {
    means: 'Called once more.',
    who: 'staff',
    does: ['recalled'],
    refusals: ['queue.other-window', 'queue.too-soon', 'queue.recalled-enough'],
  },
  serve: { means: 'The person has come.', who: 'staff', does: ['served'], refusals: ['queue.other-window'] },
  finish: { means: 'Done.', who: 'staff', does: ['finished'], refusals: ['queue.other-window'] },
  'no-show': {
    means: 'Nobody came.',
    who: 'staff',
    does: ['missed'],
    refusals: ['queue.other-window', 'queue.too-soon'],
  },
  return: {
    means: 'Who missed the call is back, and waits behind a few others.',
    who: 'both',
    does: ['returned'],
    refusals: ['queue.return-late'],
  },
  hold: {
    means: 'Put aside, its place kept.',
    who: 'staff',
    does: ['held'],
    refusals: ['queue.other-window'],
  },
  resume: {
    means: 'Who was put aside is back at the window.',
    who: 'staff',
    does: ['resumed'],
    refusals: ['queue.window-closed', 'queue.window-busy'],
  },
  release: {
    means: 'Who was put aside waits again, in the old place.',
    who: 'both',
    does: ['released'],
    refusals: [],
  },
  transfer: {
    means: 'To another line, a window or a person, with number and arrival.',
    who: 'staff',
    does: ['transferred'],
    refusals: ['queue.other-window', 'queue.nowhere'],
  },
  reclass: { means: 'Another class of priority.', who: 'staff', does: ['reclassed'], refusals: [] },
  cancel: { means: 'The person left, or it was a mistake.', who: 'both', does: ['cancelled'], refusals: [] },
  undo: {
    means: 'The window’s last step is taken back, whole.',
    who: 'staff',
    does: ['undone'],
    refusals: ['queue.nothing-to-undo'],
  },
  'open-window': {
    means: 'Somebody signs in at a window, for these lines; or changes the lines.',
    who: 'staff',
    does: ['window-opened'],
    refusals: ['queue.line-unknown', 'queue.window-taken'],
  },
  'pause-window': {
    means: 'The window calls nobody for a while; who is there is served to the end.',
    who: 'staff',
    does: ['window-paused'],
    refusals: ['queue.window-closed'],
  },
  'resume-window': {
    means: 'The pause is over.',
    who: 'staff',
    does: ['window-resumed'],
    refusals: ['queue.window-closed'],
  },
  'close-window': {
    means: 'The person signs out; tickets sent to this window or person wait for their line again.',
    who: 'staff',
    does: ['window-closed'],
    refusals: ['queue.window-closed', 'queue.window-busy'],
  },
  'close-day': {
    means: 'The business day is over; what is not settled expires.',
    who: 'terminal',
    does: ['day-closed'],
    refusals: [],
  },
};
