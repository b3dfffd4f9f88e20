import { beforeEach, expect, it } from 'vitest';
import { figuresOf } from './figures.ts';
import { MINUTE_MS, queueForTests, ticketIdOf, type QueueUnderTest } from './for-tests.ts';

let queue: QueueUnderTest;
beforeEach(() => {
  queue = queueForTests();
  queue.open('1', 'A', 'B');
  queue.open('10', 'B');
});
const figures = () => figuresOf(queue.events, 'Asia/Shanghai');
const none = { count: 0, medianMs: null, ninetiethMs: null, longestMs: null };
const one = (minutes: number) => {
  const ms = minutes * MINUTE_MS;
  return { count: 1, medianMs: ms, ninetiethMs: ms, longestMs: ms };
};

it('waits stand in the hour of the call, services in the hour of their end, tickets in the hour of the taking', () => {
  queue.pass(50 * MINUTE_MS);
  const { ticketId } = queue.take('A');
  queue.pass(20 * MINUTE_MS);
  queue.next('1');
  queue.pass(MINUTE_MS);
  queue.must({ verb: 'serve', window: '1', ticketId });
  queue.pass(60 * MINUTE_MS);
  queue.must({ verb: 'finish', window: '1', ticketId });
  expect(figures().byHour).toEqual([
    { line: 'A', hour: 9, taken: 1, waits: none, services: none, missed: 0 },
    { line: 'A', hour: 10, taken: 0, waits: one(20), services: none, missed: 0 },
    { line: 'A', hour: 11, taken: 0, waits: none, services: one(60), missed: 0 },
  ]);
  expect(figures().byWindow).toEqual([{ window: '1', served: 1, missed: 0, services: one(60) }]);
});

it('what was taken back has not happened', () => {
  const { ticketId } = queue.take('A');
  queue.next('1');
  queue.must({ verb: 'undo', window: '1' });
  queue.pass(10 * MINUTE_MS);
  queue.next('1');
  queue.must({ verb: 'finish', window: '1', ticketId });
  queue.must({ verb: 'undo', window: '1' });
  queue.pass(5 * MINUTE_MS);
  queue.must({ verb: 'finish', window: '1', ticketId });
  expect(figures().byHour).toMatchObject([{ waits: one(10), services: one(5) }]);
  expect(figures().byWindow).toMatchObject([{ served: 1 }]);
});

it('a ticket that was sent on counts its wait once, and is served at the window that finished it', () => {
  const { ticketId } = queue.take('A');
  queue.pass(2 * MINUTE_MS);
  queue.next('1');
  const target = { to: 'line', line: 'B' } as const;
  queue.must({ verb: 'transfer', window: '1', ticketId, target, reason: 'wrong-line' });
  queue.pass(30 * MINUTE_MS);
  queue.next('10');
  queue.pass(4 * MINUTE_MS);
  queue.must({ verb: 'finish', window: '10', ticketId });
  expect(figures().byHour).toMatchObject([
    { line: 'A', taken: 1, waits: one(2), services: none },
    { line: 'B', taken: 0, waits: none, services: one(4) },
  ]);
  expect(figures().byWindow).toMatchObject([{ window: '10', served: 1 }]);
});

it('who did not come is counted, and who came without a number has not waited', () => {
  const { ticketId } = queue.take('A');
  queue.next('1');
  queue.pass(20_000);
  queue.must({ verb: 'recall', window: '1', ticketId });
  queue.pass(20_000);
  queue.must({ verb: 'no-show', window: '1', ticketId });
  queue.must({
    verb: 'walk-in',
    ticketId: ticketIdOf(9),
    line: 'B',
    slug: null,
    window: '1',
    ticketClass: 'ordinary',
  });
  queue.pass(3 * MINUTE_MS);
  queue.must({ verb: 'finish', window: '1', ticketId: ticketIdOf(9) });
  expect(figures().byHour).toMatchObject([
    { line: 'A', missed: 1, waits: { count: 1 } },
    { line: 'B', taken: 1, waits: none, services: one(3) },
  ]);
  expect(figures().byWindow).toMatchObject([{ window: '1', served: 1, missed: 1 }]);
});

it('says the median and what nine of ten had', () => {
  for (let person = 0; person < 10; person += 1) queue.take('A');
  for (let person = 0; person < 10; person += 1) {
    queue.pass(MINUTE_MS);
    queue.next('1');
    queue.must({ verb: 'finish', window: '1', ticketId: ticketIdOf(person + 1) });
  }
  expect(figures().byHour[0]?.waits).toEqual({
    count: 10,
    medianMs: 5 * MINUTE_MS,
    ninetiethMs: 9 * MINUTE_MS,
    longestMs: 10 * MINUTE_MS,
  });
});

it('a day without anybody has no figures', () => {
  expect(figuresOf([], 'Asia/Shanghai')).toEqual({ byHour: [], byWindow: [] });
});
