import { expect, it, vi } from 'vitest';
import { timeLimit } from './time-limit.ts';

it('says that the time is over as AbortSignal.timeout does, and nothing after its end', () => {
  vi.useFakeTimers();
  try {
    const reached = timeLimit(1_000);
    const ended = timeLimit(1_000);
    vi.advanceTimersByTime(999);
    expect(reached.signal.aborted).toBe(false);
    ended.end();
    vi.advanceTimersByTime(1);
    expect(reached.signal.reason).toMatchObject({ name: 'TimeoutError' });
    expect(ended.signal.aborted).toBe(false);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
