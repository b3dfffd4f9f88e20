import type { BurnInFigures } from '#contract/burn-in.ts';
import type { DeviceState } from '#contract/devices.ts';
import { sleep, type Clock } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import { FigureBook } from './figures.ts';

export const burnInDelays = {
  /** Between two questions: a line is worked harder than by any day, and can still be listened to. */
  pauseMs: 20,
  /** Before a device that is away is looked at again. */
  awayMs: 100,
  /** Between two tellings of the figures so far. */
  tellEveryMs: 1_000,
} as const;

/** One device with its harmless work. */
export interface BurnInTarget {
  start(): void;
  /** The next piece of work. Faults: device.not-ready while it is away, and the work's own. */
  work(): Promise<Result<unknown>>;
  close(): Promise<void>;
}

export interface BurnInOptions {
  readonly clock: Clock;
  readonly lastsMs: number;
  readonly makeTarget: (onStatus: (status: DeviceState) => void) => BurnInTarget;
  /** Ends it before its time, with the figures so far. */
  readonly signal: AbortSignal;
  /** Told the figures so far. Absent: nobody looks before the end. */
  readonly onFigures?: (figures: BurnInFigures) => void;
}

/** Works a device until the time is over. What it measures is the line and the device, not the driver's queue. */
export async function burnIn(options: BurnInOptions): Promise<BurnInFigures> {
  const { clock, lastsMs, signal } = options;
  const startMs = clock.monotonicMs();
  const book = new FigureBook(startMs);
  let mayBeTurnedAway = true;
  const target = options.makeTarget((status) => {
    // A printer whose paper is near its end is there too, and never `ready`.
    if (status.state === 'ready' || status.state === 'busy' || status.state === 'attention')
      mayBeTurnedAway = false;
    if (status.state !== 'lost' && status.state !== 'unidentified') return;
    // A serial-device server has one host at a time: it may not have heard yet that the driver has let go of the line.
    if (mayBeTurnedAway && status.fault.code === 'device.lost') mayBeTurnedAway = false;
    else book.noticed(status.fault.code);
  });
  target.start();
  let toldMs = startMs;
  while (!signal.aborted && clock.monotonicMs() - startMs < lastsMs) {
    const askedMs = clock.monotonicMs();
    const done = await target.work();
    const isAway = !done.ok && done.fault.code === 'device.not-ready';
    if (done.ok) book.answered(askedMs, clock.monotonicMs());
    // That it is away was noticed when it went.
    else if (!isAway) book.failed(done.fault.code);
    const nowMs = clock.monotonicMs();
    if (nowMs - toldMs >= burnInDelays.tellEveryMs) {
      toldMs = nowMs;
      options.onFigures?.(book.figures(nowMs));
    }
    await sleep(clock, isAway ? burnInDelays.awayMs : burnInDelays.pauseMs);
  }
  const figures = book.figures(clock.monotonicMs());
  await target.close();
  return figures;
}
