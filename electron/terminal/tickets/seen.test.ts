import { describe, expect, it } from 'vitest';
import type { WindowDisplayContent } from '#contract/window-display.ts';
import { aheadOf } from './ahead.ts';
import { callsAfter, shownCalls } from './calls.ts';
import { consoleSnapshot, lostNumbers } from './console-view.ts';
import { createDisplays } from './displays.ts';
import { MINUTE_MS, queueForTests, type QueueUnderTest } from './for-tests.ts';
import { chineseCall } from './spoken-call.ts';

const callsOf = (queue: QueueUnderTest) => shownCalls(callsAfter([], queue.events), queue.day());
const seen = (queue: QueueUnderTest) =>
  consoleSnapshot(
    { day: queue.day(), settings: queue.settings, nowMs: queue.nowMs(), timeZone: 'Asia/Shanghai' },
    1,
    [],
  );

describe('the calls on the board', () => {
  it('have each number once, the newest first, and say who is still awaited', () => {
    const queue = queueForTests();
    queue.open('1', 'A');
    queue.open('2', 'A');
    const a = queue.take('A');
    queue.take('A');
    queue.next('1');
    queue.pass(5000);
    queue.next('2');
    queue.pass(20_000);
    queue.must({ verb: 'recall', window: '1', ticketId: a.ticketId });
    queue.pass(5000);
    expect(callsOf(queue)).toMatchObject([
      { number: 'A001', window: '1', isStillCalled: true },
      { number: 'A002', window: '2', isStillCalled: true },
    ]);
    queue.must({ verb: 'finish', window: '1', ticketId: a.ticketId });
    expect(callsOf(queue)[0]).toMatchObject({ number: 'A001', isStillCalled: false });
  });

  it('forget a call that was taken back, and one that was sent elsewhere', () => {
    const queue = queueForTests();
    queue.open('1', 'A');
    queue.take('A');
    queue.next('1');
    queue.must({ verb: 'undo', window: '1' });
    expect(callsOf(queue)).toEqual([]);
  });

  it('have nobody who sits at the window already', () => {
    const queue = queueForTests();
    queue.open('1', 'A');
    queue.must({
      verb: 'walk-in',
      window: '1',
      ticketId: '00000000-0000-4000-8000-000000000099',
      line: 'A',
      slug: null,
      ticketClass: 'ordinary',
    });
    expect(callsOf(queue)).toEqual([]);
  });
});

describe('people before somebody', () => {
  it('are those in the same line before the windows open, and those of their windows then', () => {
    const queue = queueForTests();
    queue.take('A');
    queue.take('B');
    const mine = queue.take('A');
    const ahead = () => aheadOf(queue.day(), queue.ticket(mine), queue.nowMs(), queue.settings);
    expect(ahead()).toBe(1);
    queue.open('1', 'A', 'B');
    expect(ahead()).toBe(2);
    queue.take('A', 'care');
    expect(ahead()).toBe(3);
  });
});

describe('what a console is told', () => {
  it('has the one who is called next at each window, and nothing to call where somebody is awaited', () => {
    const queue = queueForTests();
    queue.open('1', 'A');
    const first = queue.take('A');
    const window = () => seen(queue).windows.find((one) => one.window === '1');
    expect(window()).toMatchObject({ nextTicketId: first.ticketId });
    queue.next('1');
    expect(window()).toMatchObject({ ticketId: first.ticketId, nextTicketId: null });
    expect(window()?.verbs).not.toContain('next');
    expect(window()?.verbs).toContain('undo');
    queue.pass(2 * MINUTE_MS);
    expect(window()?.verbs).not.toContain('undo');
  });

  it('never offers what the queue would refuse as not possible in this state', () => {
    const queue = queueForTests();
    queue.open('1', 'A');
    const ticket = queue.take('A');
    expect(seen(queue).tickets[0]?.verbs).toEqual(['call', 'hold', 'transfer', 'reclass', 'cancel']);
    queue.next('1');
    queue.must({ verb: 'finish', window: '1', ticketId: ticket.ticketId });
    expect(seen(queue).tickets).toEqual([]);
    expect(seen(queue).over[0]).toMatchObject({ number: 'A001', state: 'done', verbs: [] });
  });

  it('has numbers that nobody knows any more as rows', () => {
    const queue = queueForTests();
    queue.take('A');
    expect(lostNumbers(queue.day(), ['A001', 'A002', 'A003', 'B007'])).toEqual([
      { from: 'A002', to: 'A003' },
      { from: 'B007', to: 'B007' },
    ]);
  });
});

describe('displays', () => {
  function displays(queue: QueueUnderTest) {
    const shown: [string, WindowDisplayContent | null][] = [];
    const made = createDisplays({
      devices: {
        showAtWindow: (window, content) => {
          shown.push([window, content]);
          return Promise.resolve([]);
        },
      },
      settings: { ...queue.settings, displaysSpeak: true, hallDisplays: ['HALL'] },
      log: () => undefined,
    });
    return {
      shown,
      show: (isNew: boolean) => {
        made.show(queue.day(), callsAfter([], queue.events), isNew);
      },
    };
  }

  it('are sent what has changed, and speak a call and each call again', () => {
    const queue = queueForTests();
    const { shown, show } = displays(queue);
    queue.open('1', 'A');
    queue.open('2', 'A');
    const a = queue.take('A');
    show(false);
    expect(shown).toEqual([]);
    queue.next('1');
    show(true);
    show(false);
    expect(shown.map(([window, content]) => [window, content?.ticket, content?.speech])).toEqual([
      ['1', 'A001', '请A零零一号到一号窗口办理'],
      ['HALL', 'A001', '请A零零一号到一号窗口办理'],
    ]);
    queue.pass(20_000);
    queue.must({ verb: 'recall', window: '1', ticketId: a.ticketId });
    show(true);
    expect(shown).toHaveLength(4);
    queue.must({ verb: 'finish', window: '1', ticketId: a.ticketId });
    show(false);
    expect(shown.at(-2)).toEqual(['1', null]);
    expect(shown.at(-1)).toMatchObject(['HALL', { ticket: 'A001', flash: false, speech: null }]);
  });

  it('say digits one by one, and windows as numbers', () => {
    expect(chineseCall('B105', '12')).toBe('请B一零五号到十二号窗口办理');
    expect(chineseCall('A001', '20')).toBe('请A零零一号到二十号窗口办理');
    expect(chineseCall('A001', 'D3')).toBe('请A零零一号到D三号窗口办理');
  });
});
