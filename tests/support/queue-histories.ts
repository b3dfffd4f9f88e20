import { deepEqual } from 'node:assert/strict';
import fc from 'fast-check';
import type { QueueCommand } from '#contract/queue/command.ts';
import type { QueueSettings } from '#contract/queue/settings.ts';
import type { NewTicket } from '#contract/queue/ticket.ts';
import { queueForTests, ticketIdOf, type QueueUnderTest } from '#terminal/tickets/for-tests.ts';
import { foldAll } from '#terminal/tickets/fold.ts';
import { mergeTold } from '#terminal/tickets/merge.ts';
import { loneIssuer } from '#terminal/tickets/numbers.ts';
import { newDay } from '#terminal/tickets/queue-day.ts';
import { createOracle, type Oracle } from './queue-oracle.ts';

/** What residents, staff and the line may do, and how often; the order is any. */
const actWeights = {
  take: 6,
  'take again': 1,
  'check-in': 1,
  'walk-in': 1,
  next: 3,
  'finish, next': 5,
  call: 1,
  recall: 1,
  serve: 2,
  finish: 1,
  'no-show': 1,
  'nobody comes': 2,
  return: 2,
  hold: 1,
  resume: 1,
  release: 1,
  transfer: 1,
  reclass: 1,
  cancel: 1,
  undo: 3,
  'open-window': 1,
  'pause-window': 1,
  'resume-window': 1,
  'close-window': 1,
  'a member alone gives a number': 1,
  'the member is heard again': 1,
} as const;
type Act = keyof typeof actWeights;

interface Step {
  readonly act: Act;
  readonly window: string;
  /** At whom it is aimed: mostly who is there, sometimes anybody. */
  readonly aimed: boolean;
  /** Chooses a ticket among those there are, and whatever else is to be chosen. */
  readonly pick: number;
  readonly line: string;
  readonly ticketClass: 'ordinary' | 'emergency' | 'care' | 'honoured';
  readonly passMs: number;
}

const windows = ['1', '2', '3'];
const lines = ['A', 'B', 'C'];
const stepArbitrary: fc.Arbitrary<Step> = fc.record({
  act: fc.oneof(
    // Object.keys forgets what it was given.
    ...(Object.keys(actWeights) as Act[]).map((act) => ({
      weight: actWeights[act],
      arbitrary: fc.constant(act),
    })),
  ),
  window: fc.constantFrom(...windows),
  aimed: fc.boolean(),
  pick: fc.nat(1000),
  line: fc.constantFrom(...lines),
  ticketClass: fc.constantFrom('ordinary', 'ordinary', 'care', 'honoured', 'emergency'),
  passMs: fc.constantFrom(0, 100, 2_500, 2_500, 2_500, 21_000, 21_000, 240_000, 2_500_000),
});

const rulesArbitrary = fc.record({
  priorityInARow: fc.constantFrom(2, 2, 1, 3),
  returnBehind: fc.constantFrom(2, 0, 1, 3),
  missesUntilVoid: fc.constantFrom(2, 2, 1, 3),
});

const historyArbitrary = fc.record({
  steps: fc.array(stepArbitrary, { minLength: 40, maxLength: 160, size: 'max' }),
  rules: rulesArbitrary,
  /** Whether everybody is served before the day is closed. */
  isServedToTheEnd: fc.boolean(),
});

interface Station {
  readonly hub: QueueUnderTest;
  readonly member: QueueUnderTest;
  readonly oracle: Oracle;
  taken: number;
}

function newStation(rules: Partial<QueueSettings>): Station {
  const hub = queueForTests(rules);
  const member = queueForTests({}, 5000);
  member.issueBy(loneIssuer('02'));
  return { hub, member, oracle: createOracle(hub.settings), taken: 0 };
}

function commandOf(step: Step, { hub, taken }: Station): QueueCommand | null {
  const { act, window, pick, line, ticketClass } = step;
  const day = hub.day();
  const there = day.windows.get(window)?.ticketId;
  const all = [...day.tickets.keys()];
  const ofState = (...names: string[]) =>
    all.filter((id) => names.includes(day.tickets.get(id)?.state.name ?? ''));
  const oneOf = (ids: readonly string[]) => ids[pick % Math.max(ids.length, 1)] ?? ticketIdOf(1);
  const anyone = oneOf(all);
  const here = step.aimed && there ? there : anyone;
  const oneIn = (...names: string[]) => (step.aimed ? oneOf(ofState(...names)) : anyone);
  const fresh = ticketIdOf(taken + 1);
  const bookedForMs = hub.nowMs() + ((pick % 40) - 20) * 60_000;
  const targets = [
    { to: 'line', line },
    { to: 'window', window: windows[pick % 3] ?? '1' },
    { to: 'person', person: `staff-${windows[pick % 3]}` },
  ] as const;
  switch (act) {
    case 'take':
      return { verb: 'take', ticketId: fresh, line, slug: null, instead: null, ticketClass };
    case 'take again':
      return { verb: 'take', ticketId: anyone, line, slug: null, instead: null, ticketClass };
    case 'check-in':
      return {
        verb: 'check-in',
        ticketId: fresh,
        line,
        slug: null,
        instead: null,
        ticketClass,
        bookingId: `b-${pick % 30}`,
        bookedForMs,
      };
    case 'walk-in':
      return { verb: 'walk-in', ticketId: fresh, line, slug: null, ticketClass, window };
    case 'finish, next':
      return { verb: 'next', window };
    case 'next':
    case 'undo':
    case 'pause-window':
    case 'resume-window':
    case 'close-window':
      return { verb: act, window };
    case 'call':
      return { verb: act, window, ticketId: oneIn('waiting', 'held', 'missed') };
    case 'recall':
    case 'serve':
    case 'finish':
    case 'no-show':
      return { verb: act, window, ticketId: here };
    case 'return':
      return { verb: act, ticketId: oneIn('missed') };
    case 'hold':
      return { verb: act, window, ticketId: here, reason: 'form' };
    case 'resume':
      return { verb: act, window, ticketId: oneIn('held') };
    case 'release':
      return { verb: act, ticketId: oneIn('held') };
    case 'transfer':
      return {
        verb: act,
        window,
        ticketId: pick % 2 ? here : oneIn('held', 'waiting'),
        target: targets[pick % 3] ?? targets[0],
        reason: 'other',
      };
    case 'reclass':
      return {
        verb: act,
        ticketId: oneIn('waiting', 'held'),
        ticketClass: pick % 5 ? ticketClass : 'booked',
      };
    case 'cancel':
      return {
        verb: act,
        window: pick % 2 ? window : null,
        ticketId: oneIn('waiting', 'held', 'missed'),
        reason: 'left',
      };
    case 'open-window':
      return {
        verb: act,
        window,
        lines: lines.filter((_line, index) => (pick >> index) % 2 === 1).concat(pick % 8 ? [] : ['A']),
        person: `staff-${windows[pick % 4] ?? window}`,
      };
    case 'nobody comes':
      return there === undefined || there === null ? null : { verb: 'no-show', window, ticketId: there };
    case 'a member alone gives a number':
    case 'the member is heard again':
      return null;
  }
}

function doStep(step: Step, station: Station): void {
  const { hub, member } = station;
  hub.pass(step.passMs);
  member.pass(step.passMs);
  if (step.act === 'a member alone gives a number') member.take(step.line, step.ticketClass);
  else if (step.act === 'the member is heard again') hear(station);
  else {
    const command = commandOf(step, station);
    if (command === null || (command.verb === 'open-window' && command.lines.length === 0)) return;
    if (step.act === 'nobody comes') recallInVain(command, station);
    if (step.act === 'finish, next') finishThere(step.window, station);
    ask(command, station);
  }
}

function ask(command: QueueCommand, station: Station): boolean {
  const { hub, oracle } = station;
  const before = hub.day();
  const asked = hub.ask(command);
  const events = asked.ok ? asked.value : [];
  if (!asked.ok && hub.day() !== before) throw new Error(`${command.verb} was refused and did something`);
  station.taken += events.filter(({ type }) => type === 'taken').length;
  holds(oracle.watch(before, events, hub.day()), command.verb);
  return asked.ok;
}

function recallInVain(command: QueueCommand, station: Station): void {
  if (command.verb !== 'no-show') return;
  station.hub.pass(21_000);
  ask({ ...command, verb: 'recall' }, station);
  station.hub.pass(21_000);
}

function finishThere(window: string, station: Station): void {
  const ticketId = station.hub.day().windows.get(window)?.ticketId;
  if (ticketId) ask({ verb: 'finish', window, ticketId }, station);
}

function hear({ hub, member, oracle }: Station): void {
  const before = hub.day();
  const tickets = member.events.flatMap((event): NewTicket[] =>
    event.type === 'taken' ? [event.ticket] : [],
  );
  const now = { atMs: hub.nowMs(), counter: 1_000_000, terminal: '01' };
  const { events, refused } = mergeTold(before, { terminal: '02', tickets, lastHeard: null }, now, new Set());
  holds(
    refused.map(({ ticket }) => ticket.number),
    'refused',
  );
  hub.tell(events);
  holds(oracle.watch(before, events, hub.day()), 'merged');
}

function holds(wrong: readonly string[], what: string): void {
  if (wrong.length > 0) throw new Error(`${what}: ${wrong.join('; ')}`);
}

/** Everybody who is still there is served, whatever was done before. */
function serveTheRest(station: Station): void {
  const { hub } = station;
  const inState = (name: string) =>
    [...hub.day().tickets.values()].filter(({ state }) => state.name === name);
  hear(station);
  for (const window of hub.day().windows.values()) {
    if (window.ticketId !== null)
      ask({ verb: 'finish', window: window.id, ticketId: window.ticketId }, station);
    ask({ verb: 'close-window', window: window.id }, station);
  }
  for (const { ticketId } of inState('held')) ask({ verb: 'release', ticketId }, station);
  ask({ verb: 'open-window', window: '9', lines, person: 'last' }, station);
  for (let left = inState('waiting').length; left > 0; left -= 1) {
    hub.pass(60_000);
    ask({ verb: 'next', window: '9' }, station);
    ask(
      { verb: 'finish', window: '9', ticketId: hub.day().windows.get('9')?.ticketId ?? ticketIdOf(1) },
      station,
    );
  }
  const open = ['waiting', 'held', 'called', 'serving'].flatMap(inState);
  holds(
    open.map(({ number }) => `${number} is still there`),
    'lost',
  );
}

export interface Histories {
  readonly count: number;
  readonly commands: number;
  /** Moves that were seen, as docs/queue.md writes them. */
  readonly seen: ReadonlySet<string>;
}

/** Plays so many histories of a day; throws, with the history, when something does not hold. */
export function playHistories(count: number, seed: number): Histories {
  const seen = new Set<string>();
  let commands = 0;
  play(count, seed, ({ oracle }, steps) => {
    for (const move of oracle.seen) seen.add(move);
    commands += steps;
  });
  return { count, commands, seen };
}

/** The same, each with the events of its day; what `look` throws is said with the history. */
export function everyHistory(
  count: number,
  seed: number,
  look: (events: QueueUnderTest['events']) => void,
): void {
  play(count, seed, ({ hub }) => {
    look(hub.events);
  });
}

function play(count: number, seed: number, atTheEnd: (station: Station, steps: number) => void): void {
  fc.assert(
    fc.property(historyArbitrary, ({ steps, rules, isServedToTheEnd }) => {
      const station = newStation(rules);
      const { hub } = station;
      for (const window of windows) hub.open(window, ...lines);
      for (const step of steps) doStep(step, station);
      deepEqual(foldAll(newDay(hub.day().date, []), hub.events), hub.day(), 'played again');
      if (isServedToTheEnd) serveTheRest(station);
      hub.pass(1000);
      ask({ verb: 'close-day' }, station);
      atTheEnd(station, steps.length);
    }),
    { numRuns: count, endOnFailure: true, seed },
  );
}
