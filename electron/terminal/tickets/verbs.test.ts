import { beforeEach, describe, expect, it } from 'vitest';
import { err, ok } from '#contract/result.ts';
import { fault } from '#contract/fault.ts';
import { MINUTE_MS, NINE_MS, queueForTests, ticketIdOf, type QueueUnderTest } from './for-tests.ts';
import { unserved } from './order.ts';
import type { Ticket } from './queue-day.ts';

let queue: QueueUnderTest;
beforeEach(() => {
  queue = queueForTests();
});

const at = (window: string, { ticketId }: Ticket) => ({ window, ticketId });
const stateOf = (ticket: Ticket) => queue.ticket(ticket).state.name;
const codeOf = (asked: ReturnType<QueueUnderTest['ask']>) => (asked.ok ? 'done' : asked.fault.code);

/** Called and served, in the time that it takes. */
function serve(window: string, minutes: number): string {
  const number = queue.next(window);
  const ticketId = queue.day().windows.get(window)?.ticketId ?? '';
  queue.must({ verb: 'serve', window, ticketId });
  queue.pass(minutes * MINUTE_MS);
  queue.must({ verb: 'finish', window, ticketId });
  return number;
}

describe('a number', () => {
  it('is counted for each letter by itself, from 001', () => {
    expect([queue.take('A'), queue.take('B'), queue.take('A')].map(({ number }) => number)).toEqual([
      'A001',
      'B001',
      'A002',
    ]);
  });

  it('is one, however often the same touch arrives', () => {
    const command = {
      verb: 'take',
      ticketId: ticketIdOf(7),
      line: 'A',
      slug: null,
      instead: null,
      ticketClass: 'ordinary',
    } as const;
    queue.must(command);
    expect(queue.ask(command)).toEqual(ok([]));
    expect(queue.day().given).toEqual(new Set(['A001']));
  });

  it('is not given for a line that is not there', () => {
    expect(() => queue.take('Z')).toThrow('queue.line-unknown');
  });

  it('is not given so late that its holder could not be served, and an emergency is', () => {
    queue.closeAt(NINE_MS + 60 * MINUTE_MS);
    queue.pass(44 * MINUTE_MS);
    queue.take('A');
    queue.pass(MINUTE_MS);
    expect(() => queue.take('A')).toThrow('queue.line-closed');
    queue.take('A', 'emergency');
  });

  it('is given no more once the people who wait fill the time that is left', () => {
    queue.open('1', 'A');
    for (let person = 0; person < 12; person += 1) queue.take('A');
    for (let person = 0; person < 4; person += 1) {
      serve('1', 10);
      queue.pass(5000);
    }
    queue.closeAt(queue.nowMs() + 60 * MINUTE_MS);
    expect(() => queue.take('A')).toThrow('queue.line-closed');
  });
});

describe('a booking', () => {
  const slot = NINE_MS + 60 * MINUTE_MS;
  const checkIn = (bookingId = 'b-1', ticketClass: 'ordinary' | 'care' = 'ordinary') =>
    queue.ask({
      verb: 'check-in',
      ticketId: ticketIdOf(queue.events.length + 100),
      line: 'A',
      slug: null,
      instead: null,
      ticketClass,
      bookingId,
      bookedForMs: slot,
    });
  const classes = () => [...queue.day().tickets.values()].map(({ ticketClass }) => ticketClass);

  it('joins the queue at once, from fifteen minutes before its time', () => {
    queue.pass(45 * MINUTE_MS - 1);
    expect(codeOf(checkIn())).toBe('queue.booking-early');
    queue.pass(1);
    expect(codeOf(checkIn())).toBe('done');
    expect(classes()).toEqual(['booked']);
  });

  it('goes before who came earlier without one, and behind a person of eighty', () => {
    queue.open('1', 'A');
    queue.pass(50 * MINUTE_MS);
    queue.take('A');
    checkIn();
    queue.take('A', 'care');
    expect(queue.next('1')).toBe('A003');
    queue.must({ verb: 'finish', window: '1', ticketId: ticketIdOf(2) });
    queue.pass(5000);
    expect(queue.next('1')).toBe('A002');
  });

  it('that comes too late waits as everybody does, with no second ticket', () => {
    queue.pass(70 * MINUTE_MS);
    expect(codeOf(checkIn('b-1'))).toBe('done');
    queue.pass(1);
    expect(codeOf(checkIn('b-2'))).toBe('done');
    expect(classes()).toEqual(['booked', 'ordinary']);
  });

  it('is good once', () => {
    queue.pass(60 * MINUTE_MS);
    checkIn();
    expect(codeOf(checkIn())).toBe('queue.booking-used');
  });

  it('takes no better class away', () => {
    queue.pass(60 * MINUTE_MS);
    checkIn('b-1', 'care');
    expect(classes()).toEqual(['care']);
  });
});

describe('at a window', () => {
  it('next calls who came first, finishes who is served, and leaves who was only called to be settled', () => {
    queue.open('1', 'A');
    const [first, second] = [queue.take('A'), queue.take('A')];
    expect(queue.next('1')).toBe('A001');
    queue.pass(5000);
    expect(queue.next('1')).toBe('queue.window-busy');
    queue.must({ verb: 'serve', ...at('1', first) });
    expect(queue.next('1')).toBe('A002');
    expect([stateOf(first), stateOf(second)]).toEqual(['done', 'called']);
  });

  it('next with nobody waiting ends nobody’s turn', () => {
    queue.open('1', 'A');
    const only = queue.take('A');
    queue.next('1');
    queue.must({ verb: 'serve', ...at('1', only) });
    queue.pass(5000);
    expect(queue.next('1')).toBe('queue.nobody-waits');
    expect(stateOf(only)).toBe('serving');
  });

  it('a finger that touches twice calls one', () => {
    queue.open('1', 'A');
    const first = queue.take('A');
    queue.take('A');
    queue.next('1');
    queue.must({ verb: 'finish', ...at('1', first) });
    queue.pass(1999);
    expect(queue.next('1')).toBe('queue.too-soon');
    queue.pass(1);
    expect(queue.next('1')).toBe('A002');
  });

  it('nobody is called while it is closed or pauses; who is there is served to the end', () => {
    const first = queue.take('A');
    expect(queue.next('1')).toBe('queue.window-closed');
    queue.open('1', 'A');
    queue.next('1');
    queue.must({ verb: 'pause-window', window: '1' });
    queue.must({ verb: 'finish', ...at('1', first) });
    queue.take('A');
    queue.pass(5000);
    expect(queue.next('1')).toBe('queue.window-closed');
    queue.must({ verb: 'resume-window', window: '1' });
    expect(queue.next('1')).toBe('A002');
  });

  it('it does not close over a person, and a second clerk does not sit down on the first', () => {
    queue.open('1', 'A');
    const first = queue.take('A');
    queue.next('1');
    expect(codeOf(queue.ask({ verb: 'close-window', window: '1' }))).toBe('queue.window-busy');
    expect(codeOf(queue.ask({ verb: 'open-window', window: '1', lines: ['A'], person: 'other' }))).toBe(
      'queue.window-taken',
    );
    queue.must({ verb: 'finish', ...at('1', first) });
    queue.must({ verb: 'close-window', window: '1' });
    queue.must({ verb: 'open-window', window: '1', lines: ['A'], person: 'other' });
  });

  it('a console that shows what was a moment ago does nothing to who is there now', () => {
    queue.open('1', 'A');
    queue.open('2', 'A');
    const first = queue.take('A');
    queue.next('1');
    expect(queue.ask({ verb: 'finish', ...at('2', first) })).toEqual(err(fault('queue.other-window', '1')));
    queue.must({ verb: 'finish', ...at('1', first) });
    expect(codeOf(queue.ask({ verb: 'finish', ...at('1', first) }))).toBe('queue.wrong-state');
    expect(codeOf(queue.ask({ verb: 'finish', window: '1', ticketId: ticketIdOf(99) }))).toBe(
      'queue.ticket-unknown',
    );
  });

  it('a person without a number is served at once, and gets a number that counts', () => {
    queue.open('1', 'A');
    queue.take('A');
    queue.must({
      verb: 'walk-in',
      ticketId: ticketIdOf(50),
      line: 'A',
      slug: null,
      window: '1',
      ticketClass: 'ordinary',
    });
    expect(queue.day().tickets.get(ticketIdOf(50))).toMatchObject({
      number: 'A002',
      state: { name: 'serving' },
    });
    expect(codeOf(queue.ask({ verb: 'undo', window: '1' }))).toBe('queue.nothing-to-undo');
  });
});

describe('who does not come', () => {
  let first: Ticket;
  beforeEach(() => {
    queue.open('1', 'A');
    first = queue.take('A');
    queue.next('1');
  });
  const recall = () => codeOf(queue.ask({ verb: 'recall', ...at('1', first) }));
  const noShow = () => codeOf(queue.ask({ verb: 'no-show', ...at('1', first) }));
  const goBack = () => codeOf(queue.ask({ verb: 'return', ticketId: first.ticketId }));
  function miss(): void {
    queue.pass(20_000);
    recall();
    queue.pass(20_000);
    expect(noShow()).toBe('done');
  }

  it('is called again after twenty seconds, three times', () => {
    queue.pass(19_999);
    expect(recall()).toBe('queue.too-soon');
    queue.pass(1);
    const answers = [1, 2, 3, 4].map(() => {
      const answer = recall();
      queue.pass(20_000);
      return answer;
    });
    expect(answers).toEqual(['done', 'done', 'done', 'queue.recalled-enough']);
  });

  it('has missed it after a second call and the time to come, not before', () => {
    queue.pass(60_000);
    expect(noShow()).toBe('queue.too-soon');
    recall();
    queue.pass(19_999);
    expect(noShow()).toBe('queue.too-soon');
    queue.pass(1);
    expect(noShow()).toBe('done');
    expect(stateOf(first)).toBe('missed');
  });

  it('waits behind two others when back in time, and is then the first', () => {
    for (let person = 0; person < 4; person += 1) queue.take('A');
    miss();
    expect(goBack()).toBe('done');
    expect([serve('1', 1), serve('1', 1), serve('1', 1), serve('1', 1)]).toEqual([
      'A002',
      'A003',
      'A001',
      'A004',
    ]);
  });

  it('does not wait for people who are not there', () => {
    miss();
    goBack();
    expect(serve('1', 1)).toBe('A001');
  });

  it('is not held up by a line that is never called, beside a busy one', () => {
    queue.open('2', 'A', 'B');
    for (let person = 0; person < 4; person += 1) queue.take('B');
    miss();
    goBack();
    expect([serve('2', 1), serve('2', 1), serve('2', 1)]).toEqual(['B001', 'B002', 'A001']);
  });

  it('takes a new number after half an hour; a clerk may still call the old one', () => {
    miss();
    queue.pass(30 * MINUTE_MS + 1);
    expect(goBack()).toBe('queue.return-late');
    queue.must({ verb: 'call', ...at('1', first) });
    expect(stateOf(first)).toBe('called');
  });

  it('has a void ticket after the second time', () => {
    miss();
    goBack();
    queue.next('1');
    miss();
    expect(stateOf(first)).toBe('voided');
    expect(goBack()).toBe('queue.wrong-state');
  });
});

describe('what is put aside or sent on', () => {
  it('keeps its place: held and released, it is still before who came later', () => {
    queue.open('1', 'A');
    const first = queue.take('A');
    queue.take('A');
    queue.next('1');
    queue.must({ verb: 'hold', ...at('1', first), reason: 'form' });
    queue.pass(5000);
    queue.must({ verb: 'release', ticketId: first.ticketId });
    expect(queue.next('1')).toBe('A001');
  });

  it('goes on at another window when its own has closed', () => {
    queue.open('1', 'A');
    queue.open('2', 'A');
    const first = queue.take('A');
    queue.next('1');
    queue.must({ verb: 'serve', ...at('1', first) });
    queue.must({ verb: 'hold', ...at('1', first), reason: 'papers' });
    queue.must({ verb: 'close-window', window: '1' });
    queue.must({ verb: 'resume', ...at('2', first) });
    expect(queue.ticket(first).state).toMatchObject({ name: 'serving', window: '2' });
  });

  it('keeps number and arrival in another line', () => {
    queue.open('1', 'A');
    queue.open('2', 'B');
    const first = queue.take('A');
    queue.pass(MINUTE_MS);
    queue.take('B');
    queue.next('1');
    queue.must({
      verb: 'transfer',
      ...at('1', first),
      target: { to: 'line', line: 'B' },
      reason: 'wrong-line',
    });
    expect(queue.next('2')).toBe('A001');
    expect(queue.ticket(first).arrived).toEqual(first.arrived);
  });

  it('is called by that window only, until that window closes', () => {
    queue.open('1', 'A');
    queue.open('2', 'B');
    const first = queue.take('A');
    queue.must({
      verb: 'transfer',
      window: null,
      ticketId: first.ticketId,
      target: { to: 'window', window: '2' },
      reason: 'expert',
    });
    expect(queue.next('1')).toBe('queue.nobody-waits');
    queue.must({ verb: 'pause-window', window: '2' });
    expect(queue.next('1')).toBe('queue.nobody-waits');
    queue.must({ verb: 'resume-window', window: '2' });
    queue.must({ verb: 'close-window', window: '2' });
    expect(queue.next('1')).toBe('A001');
  });

  it('follows a person to whatever window', () => {
    queue.open('1', 'A');
    queue.open('2', 'B');
    const first = queue.take('A');
    queue.must({
      verb: 'transfer',
      window: null,
      ticketId: first.ticketId,
      target: { to: 'person', person: 'staff-2' },
      reason: 'expert',
    });
    expect(queue.next('1')).toBe('queue.nobody-waits');
    queue.must({ verb: 'open-window', window: '7', lines: ['C'], person: 'staff-2' });
    expect(queue.next('7')).toBe('A001');
  });

  it('is not sent where nobody is', () => {
    queue.open('1', 'A');
    const { ticketId } = queue.take('A');
    const send = (target: Parameters<typeof queue.ask>[0] & { verb: 'transfer' }) =>
      codeOf(queue.ask(target));
    const base = { verb: 'transfer', window: null, ticketId, reason: 'other' } as const;
    expect(send({ ...base, target: { to: 'window', window: '9' } })).toBe('queue.nowhere');
    expect(send({ ...base, target: { to: 'person', person: 'nobody' } })).toBe('queue.nowhere');
    expect(send({ ...base, target: { to: 'line', line: 'Z' } })).toBe('queue.nowhere');
    expect(send({ ...base, target: { to: 'line', line: 'A' } })).toBe('queue.nowhere');
  });

  it('is seen when no window serves it', () => {
    queue.open('1', 'A');
    const stranded = queue.take('B');
    expect(unserved(queue.day())).toEqual([stranded]);
    queue.open('2', 'B');
    expect(unserved(queue.day())).toEqual([]);
  });
});

describe('what was a mistake', () => {
  const undo = () => codeOf(queue.ask({ verb: 'undo', window: '1' }));
  beforeEach(() => {
    queue.open('1', 'A');
  });

  it('is taken back whole: the one who was called waits in the old place, the one before is served on', () => {
    const [first, second] = [queue.take('A'), queue.take('A')];
    queue.next('1');
    queue.must({ verb: 'serve', ...at('1', first) });
    queue.pass(5000);
    const before = queue.day();
    queue.next('1');
    expect(undo()).toBe('done');
    expect([stateOf(first), stateOf(second)]).toEqual(['serving', 'waiting']);
    expect(queue.day().lines).toEqual(before.lines);
    expect(queue.day().windows.get('1')).toMatchObject({ ticketId: first.ticketId, priorityRun: 0 });
    expect(undo()).toBe('queue.nothing-to-undo');
  });

  it('is taken back for a minute', () => {
    queue.take('A');
    queue.next('1');
    queue.pass(60_000);
    expect(undo()).toBe('done');
    queue.next('1');
    queue.pass(60_001);
    expect(undo()).toBe('queue.nothing-to-undo');
  });

  it('is not taken back from under another window', () => {
    queue.open('2', 'B');
    const first = queue.take('A');
    queue.next('1');
    queue.must({ verb: 'transfer', ...at('1', first), target: { to: 'line', line: 'B' }, reason: 'other' });
    queue.next('2');
    expect(undo()).toBe('queue.nothing-to-undo');
    expect(queue.ticket(first).state).toMatchObject({ name: 'called', window: '2' });
  });

  it('is not taken back once somebody without a number is served there, who would stand at no window', () => {
    const waiting = queue.take('A');
    queue.must({ verb: 'hold', ...at('1', waiting), reason: 'form' });
    queue.must({
      verb: 'walk-in',
      ticketId: ticketIdOf(50),
      line: 'A',
      slug: null,
      window: '1',
      ticketClass: 'ordinary',
    });
    expect(undo()).toBe('queue.nothing-to-undo');
    expect(queue.day().windows.get('1')?.ticketId).toBe(ticketIdOf(50));
  });

  it('from the list leaves who is at the window there', () => {
    const [first, second] = [queue.take('A'), queue.take('A')];
    queue.next('1');
    queue.must({ verb: 'hold', ...at('1', second), reason: 'form' });
    expect(undo()).toBe('done');
    expect(stateOf(second)).toBe('waiting');
    expect(queue.day().windows.get('1')?.ticketId).toBe(first.ticketId);
  });

  it('gives a priority call back too', () => {
    queue.take('A', 'care');
    queue.next('1');
    expect(queue.day().windows.get('1')?.priorityRun).toBe(1);
    undo();
    expect(queue.day().windows.get('1')?.priorityRun).toBe(0);
  });

  it('cancelled from the list is called no more', () => {
    const first = queue.take('A');
    queue.must({ verb: 'cancel', window: null, ticketId: first.ticketId, reason: 'left' });
    expect(queue.next('1')).toBe('queue.nobody-waits');
  });
});

it('what is not settled when the day ends has expired, and every window is closed', () => {
  queue.open('1', 'A');
  const tickets = [1, 2, 3, 4].map(() => queue.take('A'));
  queue.next('1');
  queue.must({ verb: 'hold', window: '1', ticketId: ticketIdOf(1), reason: 'form' });
  queue.pass(5000);
  queue.next('1');
  queue.must({ verb: 'finish', window: '1', ticketId: ticketIdOf(2) });
  queue.must({ verb: 'close-day' });
  expect(tickets.map(stateOf)).toEqual(['expired', 'done', 'expired', 'expired']);
  expect(queue.day().windows.get('1')).toMatchObject({ state: 'closed', ticketId: null });
  expect(queue.day().misfits).toBe(0);
});
