import { beforeEach, describe, expect, it } from 'vitest';
import { MINUTE_MS, queueForTests, ticketIdOf, type QueueUnderTest } from './for-tests.ts';

let queue: QueueUnderTest;
beforeEach(() => {
  queue = queueForTests();
});

/** Calls and finishes one, in no time to speak of. */
function nextDone(window = '1'): string {
  queue.pass(5000);
  const number = queue.next(window);
  const ticketId = queue.day().windows.get(window)?.ticketId;
  if (ticketId) queue.must({ verb: 'finish', window, ticketId });
  return number;
}
const nextOnes = (count: number, window = '1') => Array.from({ length: count }, () => nextDone(window));

it('twelve windows that touch "next" at the same moment call twelve people', () => {
  const windows = Array.from({ length: 12 }, (_none, index) => String(index + 1));
  for (const window of windows) queue.open(window, 'A', 'B');
  for (let person = 0; person < 12; person += 1) queue.take(person % 3 === 0 ? 'A' : 'B', 'care');
  const called = windows.map((window) => queue.next(window));
  expect(new Set(called).size).toBe(12);
  expect(called.every((number) => /^[AB]\d{3}$/.test(number))).toBe(true);
});

describe('the order', () => {
  it('is by arrival, whatever the line', () => {
    queue.open('1', 'A', 'B', 'C');
    for (const line of ['B', 'A', 'C', 'A', 'B']) {
      queue.take(line);
      queue.pass(1);
    }
    expect(nextOnes(5)).toEqual(['B001', 'A001', 'C001', 'A002', 'B002']);
  });

  it('has each window call the lines that it serves', () => {
    queue.open('1', 'B');
    queue.take('A');
    queue.take('B');
    expect(nextOnes(2)).toEqual(['B001', 'queue.nobody-waits']);
  });

  it('is by class first', () => {
    queue.open('1', 'A');
    queue.take('A');
    queue.take('A', 'honoured');
    queue.take('A', 'care');
    queue.take('A', 'emergency');
    expect(nextOnes(4)).toEqual(['A004', 'A003', 'A002', 'A001']);
  });
});

describe('an ordinary ticket', () => {
  it('has its turn after two priority calls in a row at the window, each time', () => {
    queue.open('1', 'A');
    queue.take('A');
    queue.take('A');
    for (let person = 0; person < 5; person += 1) queue.take('A', 'care');
    expect(nextOnes(7)).toEqual(['A003', 'A004', 'A001', 'A005', 'A006', 'A002', 'A007']);
  });

  it('does not have it in the place of an emergency, which is not counted', () => {
    queue.open('1', 'A');
    queue.take('A');
    queue.take('A', 'care');
    queue.take('A', 'emergency');
    queue.take('A', 'care');
    queue.take('A', 'care');
    expect(nextOnes(2)).toEqual(['A003', 'A002']);
    queue.take('A', 'emergency');
    expect(nextOnes(4)).toEqual(['A006', 'A004', 'A001', 'A005']);
  });

  it('rises by one class every forty minutes, and never to an emergency', () => {
    queue.open('1', 'A');
    const old = queue.take('A');
    queue.pass(40 * MINUTE_MS);
    queue.take('A', 'honoured');
    expect(nextDone()).toBe('A002');
    queue.pass(40 * MINUTE_MS);
    queue.take('A', 'honoured');
    queue.take('A', 'emergency');
    expect(nextOnes(2)).toEqual(['A004', 'A001']);
    expect(queue.ticket(old).ticketClass).toBe('ordinary');
  });

  it('that staff raise by hand goes with that class from then on', () => {
    queue.open('1', 'A');
    queue.take('A');
    const later = queue.take('A');
    queue.must({ verb: 'reclass', ticketId: later.ticketId, ticketClass: 'care' });
    expect(nextDone()).toBe('A002');
  });
});

it('a call out of the order says so', () => {
  queue.open('1', 'A');
  queue.take('A');
  queue.take('A');
  const events = queue.must({ verb: 'call', window: '1', ticketId: ticketIdOf(2) });
  expect(events).toMatchObject([{ type: 'called', how: 'by-number' }]);
});
