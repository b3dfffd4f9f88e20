import type { Clock } from '#contract/ports.ts';

interface Timer {
  readonly dueMs: number;
  readonly order: number;
  readonly callback: () => void;
}

/** One timeline for a whole district: everything that happens is an event on it. */
export class Timeline {
  nowMs = 0;
  #order = 0;
  readonly #timers = new Set<Timer>();

  after(delayMs: number, callback: () => void): () => void {
    this.#order += 1;
    const timer = { dueMs: this.nowMs + Math.max(0, delayMs), order: this.#order, callback };
    this.#timers.add(timer);
    return () => {
      this.#timers.delete(timer);
    };
  }

  sleep(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.after(delayMs, resolve);
    });
  }

  /** Runs whatever falls due until `endMs`, in the order of time. */
  async runUntil(endMs: number): Promise<void> {
    await settle();
    for (let timer = this.#next(endMs); timer !== null; timer = this.#next(endMs)) {
      this.#timers.delete(timer);
      this.nowMs = timer.dueMs;
      timer.callback();
      await settle();
    }
    this.nowMs = endMs;
  }

  #next(endMs: number): Timer | null {
    let next: Timer | null = null;
    for (const timer of this.#timers) {
      if (timer.dueMs > endMs) continue;
      if (
        next === null ||
        timer.dueMs < next.dueMs ||
        (timer.dueMs === next.dueMs && timer.order < next.order)
      )
        next = timer;
    }
    return next;
  }
}

/** A terminal's own clock: its wall clock may be wrong and may jump, its intervals may not. */
export class TerminalClock implements Clock {
  readonly #timeline: Timeline;
  readonly #epochMs: number;
  /** What dies with the process. */
  readonly #cancels = new Set<() => void>();
  offsetMs = 0;

  constructor(timeline: Timeline, epochMs: number) {
    this.#timeline = timeline;
    this.#epochMs = epochMs;
  }

  now(): number {
    return Math.floor(this.#epochMs + this.#timeline.nowMs + this.offsetMs);
  }

  monotonicMs(): number {
    return this.#timeline.nowMs;
  }

  after(delayMs: number, callback: () => void): () => void {
    const cancel = this.#timeline.after(delayMs, () => {
      this.#cancels.delete(cancel);
      callback();
    });
    this.#cancels.add(cancel);
    return () => {
      this.#cancels.delete(cancel);
      cancel();
    };
  }

  /** The power is cut: no timer of this process fires any more. */
  die(): void {
    for (const cancel of this.#cancels) cancel();
    this.#cancels.clear();
  }
}

/** Lets every promise that can run do so. */
function settle(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
