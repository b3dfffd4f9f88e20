import { describe, expect, it } from 'vitest';
import { readSlipCode, slipCode } from '#contract/queue/slip-code.ts';
import { aheadForHolder, comingBack } from './come-back.ts';
import { queueForTests, type QueueUnderTest } from './for-tests.ts';

const today = '2026-11-21';

function ask(queue: QueueUnderTest, number: string, day: string | null = null): string {
  const found = comingBack(queue.day(), { number, day });
  return found.ok ? found.value.does : found.fault.code;
}

/** Calls A001 at window 1 until nobody has come. */
function miss(queue: QueueUnderTest, ticketId: string): void {
  queue.pass(30_000);
  queue.must({ verb: 'recall', window: '1', ticketId });
  queue.pass(30_000);
  queue.must({ verb: 'no-show', window: '1', ticketId });
}

describe('somebody who is back with a number', () => {
  it('returns when the call was missed, and a second time nothing more happens', () => {
    const queue = queueForTests();
    queue.open('1', 'A');
    const { ticketId } = queue.take('A');
    queue.next('1');
    expect(ask(queue, 'A001')).toBe('nothing');
    miss(queue, ticketId);
    expect(ask(queue, 'A001', today)).toBe('return');
    queue.must({ verb: 'return', ticketId });
    expect(ask(queue, 'A001')).toBe('nothing');
  });

  it('is told when the ticket is void, over, at a window, not of today, or was never given', () => {
    const queue = queueForTests();
    queue.open('1', 'A');
    const { ticketId } = queue.take('A');
    queue.next('1');
    queue.must({ verb: 'serve', window: '1', ticketId });
    expect(ask(queue, 'A001')).toBe('queue.ticket-away');
    queue.must({ verb: 'hold', window: '1', ticketId, reason: 'form' });
    expect(ask(queue, 'A001')).toBe('queue.ticket-away');
    queue.must({ verb: 'cancel', window: null, ticketId, reason: 'left' });
    expect(ask(queue, 'A001')).toBe('queue.ticket-over');
    expect(ask(queue, 'A002')).toBe('queue.ticket-unknown');
    expect(ask(queue, 'A001', '2026-11-20')).toBe('queue.slip-of-another-day');
  });

  it('is told that a ticket missed as often as one may be is void', () => {
    const queue = queueForTests({ missesUntilVoid: 1 });
    queue.open('1', 'A');
    const { ticketId } = queue.take('A');
    queue.next('1');
    miss(queue, ticketId);
    expect(ask(queue, 'A001')).toBe('queue.ticket-void');
  });

  it('hears how many go first, with the old place behind the two who are let pass', () => {
    const queue = queueForTests({ returnBehind: 2 });
    queue.open('1', 'A');
    const back = queue.take('A');
    queue.next('1');
    miss(queue, back.ticketId);
    const ahead = () => aheadForHolder(queue.day(), queue.ticket(back), queue.nowMs(), queue.settings);
    queue.must({ verb: 'return', ticketId: back.ticketId });
    expect(ahead()).toBe(0);
    queue.take('A');
    expect(ahead()).toBe(1);
    queue.take('A');
    queue.take('A');
    expect(ahead()).toBe(2);
    expect(queue.next('1')).toBe('A002');
    expect(ahead()).toBe(1);
  });
});

describe('the code on a slip', () => {
  it('gives day and number again', () => {
    expect(readSlipCode(slipCode(today, 'B012'))).toEqual({ day: today, number: 'B012' });
  });

  it.each([
    '',
    'B012',
    'YZ1|1234567890123456789012|123456',
    'YZT1|2026-11-21|I001',
    'YZT1|2026-11-21|A000',
    'YZT1|1|A001',
    'YZT1|2026-13-01|A001',
  ])('is not %j', (content) => {
    expect(readSlipCode(content)).toBeNull();
  });
});
