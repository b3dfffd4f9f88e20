import { describe, expect, it } from 'vitest';
import { staffCommandSchema } from '#contract/queue/command.ts';
import { ticketVerbs, windowVerbs } from '#contract/queue/choices.ts';
import type { ConsoleTicket, ConsoleWindow, QueueSnapshot } from '#contract/queue/snapshot.ts';
import {
  answersTo,
  bringsSomebody,
  isCommand,
  leftOpenBy,
  moveOf,
  offeredAt,
  type Answer,
  type Question,
} from './commands.ts';

const ID = '00000000-0000-4000-8000-000000000001';
const NEW_ID = '00000000-0000-4000-8000-000000000002';

const ticket: ConsoleTicket = {
  ticketId: ID,
  number: 'A012',
  line: 'A',
  slug: null,
  source: 'kiosk',
  local: false,
  told: null,
  ticketClass: 'ordinary',
  arrivedMs: 0,
  firstCallMs: 1,
  state: 'called',
  sinceMs: 1,
  window: '1',
  calls: 1,
  misses: 0,
  target: null,
  letsOthersPass: false,
  verbs: ['recall', 'serve', 'no-show', 'hold', 'transfer', 'cancel'],
  againFromMs: 20_000,
};
const windowNamed = (window: string, person: string | null): ConsoleWindow => ({
  window,
  state: person === null ? 'closed' : 'open',
  lines: ['A'],
  person,
  ticketId: window === '1' ? ID : null,
  verbs: ['next', 'undo', 'pause-window'],
  undoUntilMs: 60_000,
  nextTicketId: null,
});
const line = (letter: string) => ({
  letter,
  name: { zh: '综合', en: 'General' },
  items: [],
  waiting: 0,
  wait: null,
  openWindows: 1,
  giving: { is: 'open', until: null } as const,
});
const snapshot: QueueSnapshot = {
  revision: 1,
  day: '2026-11-22',
  nowMs: 0,
  lines: [line('A'), line('B')],
  windows: [windowNamed('1', 's01'), windowNamed('2', 's02'), windowNamed('3', null)],
  tickets: [ticket],
  over: [],
  unserved: [],
  lostNumbers: [],
};

/** Every command that a question can lead to. */
function commandsOf(question: Question): unknown[] {
  return answersTo(question, snapshot, '1', NEW_ID).flatMap(({ then }: Answer) =>
    isCommand(then) ? [then] : commandsOf(then),
  );
}

describe('a verb', () => {
  it.each([...ticketVerbs, ...windowVerbs].filter((verb) => verb !== 'open-window'))(
    '%s leads to commands that the terminal takes, and to nothing else',
    (verb) => {
      const move = moveOf(verb, '1', ID);
      if (move === null) throw new Error(`${verb} leads nowhere`);
      const commands = isCommand(move) ? [move] : commandsOf(move);
      expect(commands.length).toBeGreaterThan(0);
      for (const command of commands) {
        expect(staffCommandSchema.safeParse(command).error).toBeUndefined();
        expect(command).toMatchObject({ verb });
      }
    },
  );

  it('of a ticket does nothing where there is none', () => {
    for (const verb of ticketVerbs) expect(moveOf(verb, '1', null)).toBeNull();
    expect(answersTo({ what: 'hold', ticketId: NEW_ID }, snapshot, '1', NEW_ID)).toEqual([]);
  });
});

describe('a transfer', () => {
  it('goes to another line, or to another window at which somebody sits', () => {
    const answers = answersTo({ what: 'target', ticketId: ID, reason: 'next-step' }, snapshot, '1', NEW_ID);
    expect(answers.map(({ label }) => label)).toEqual([
      { of: 'line', line: 'B' },
      { of: 'window', window: '2', person: 's02' },
    ]);
    expect(answers[1]?.then).toMatchObject({ target: { to: 'window', window: '2' }, window: '1' });
  });

  it('to somebody who must do it himself follows him from window to window', () => {
    const answers = answersTo({ what: 'target', ticketId: ID, reason: 'expert' }, snapshot, '1', NEW_ID);
    expect(answers[1]?.then).toMatchObject({ target: { to: 'person', person: 's02' } });
  });

  it('from the list is from no window', () => {
    const elsewhere = { ...snapshot, tickets: [{ ...ticket, state: 'waiting' as const, window: null }] };
    expect(answersTo({ what: 'cancel', ticketId: ID }, elsewhere, '1', NEW_ID)[0]?.then).toMatchObject({
      window: null,
    });
  });
});

it('a call again is offered when it is time, and undoing until it is over', () => {
  const own = windowNamed('1', 's01');
  expect(offeredAt(own, ticket, 0, false)).toEqual([
    'next',
    'undo',
    'pause-window',
    'serve',
    'hold',
    'transfer',
    'cancel',
  ]);
  expect(offeredAt(own, ticket, 20_000, false)).toContain('recall');
  expect(offeredAt(own, ticket, 60_001, false)).not.toContain('undo');
});

describe('a window that somebody else left open', () => {
  const left = windowNamed('1', 'li-01');

  it('is told by the name in which it stands, and is nobody’s when it is closed, or one’s own', () => {
    expect(leftOpenBy(left, { staffId: 'wu-02', role: 'staff' })).toBe('li-01');
    expect(leftOpenBy({ ...left, state: 'paused' }, { staffId: 'wu-02', role: 'technician' })).toBe('li-01');
    expect(leftOpenBy(left, { staffId: 'li-01', role: 'staff' })).toBeNull();
    expect(leftOpenBy(windowNamed('1', null), { staffId: 'wu-02', role: 'staff' })).toBeNull();
    expect(leftOpenBy(left, { staffId: 'sun-09', role: 'auditor' })).toBeNull();
  });

  it('lets whoever is there be settled, and nobody new be brought there', () => {
    const all = { ...left, verbs: [...windowVerbs] };
    expect(offeredAt(all, ticket, 20_000, true)).toEqual(['undo', ...ticket.verbs]);
    expect(offeredAt(all, ticket, 60_001, true)).toEqual(ticket.verbs);
    expect(ticketVerbs.filter(bringsSomebody)).toEqual(['call', 'resume']);
  });
});
