import type { Clock } from '#contract/ports.ts';
import { stampAfter, type Stamp } from '#contract/queue/stamp.ts';

/**
 * The time of the station, which is the hub's. It runs on the machine's monotonic clock, so that nobody who sets a
 * clock in the middle of a day reorders a line or lets a wait jump; where it stands is what a member has heard from
 * its hub, or the machine's own clock where there is no hub to hear.
 */
export interface StationClock {
  /** The two digits of the terminal. */
  readonly terminal: string;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  nowMs(): number;
  /** Of what is done now; later than every stamp before, also across restarts. */
  stamp(): Stamp;
  /** The hub said that it was `hubMs` there, between the question at `askedMonotonicMs` and now. */
  hear(hubMs: number, askedMonotonicMs: number): void;
  /** A log is read whose last stamp this is: what comes now is later. */
  goOnFrom(last: Stamp | null): void;
  /**
   * Where the machine's clock stands when somebody has set it by half a day or more since it was looked at, in
   * milliseconds since 1970-01-01T00:00:00Z. Null otherwise, and where there is a hub to hear.
   */
  setToMs(): number | null;
  /** A day is over, or the machine's clock is another: where there is no hub to hear, the next one begins with a look at the machine's clock. */
  beginDay(): void;
  /** Kept for the next start of a member: the station's time less the machine's, in milliseconds. */
  offsetMs(): number;
}

export interface StationClockPorts {
  readonly clock: Clock;
  /** The two digits of the terminal. */
  readonly terminal: string;
  /** As `offsetMs` said it last; null where no hub was ever heard, and at the hub. */
  readonly offsetMs: number | null;
}

/** An hour of daylight saving, or a clock that was an hour off, is for midnight: by a gap like this a day was wrong. */
const FAR_OFF_MS = 12 * 3_600_000;

export function createStationClock(ports: StationClockPorts): StationClock {
  const { clock, terminal } = ports;
  let last: Stamp | null = null;
  let followsHub = ports.offsetMs !== null;
  let anchor = { monotonicMs: clock.monotonicMs(), atMs: clock.now() + (ports.offsetMs ?? 0) };

  const nowMs = (): number => anchor.atMs + Math.floor(clock.monotonicMs() - anchor.monotonicMs);

  return {
    terminal,
    nowMs,
    stamp: () => {
      last = stampAfter(last, nowMs(), terminal);
      return last;
    },
    hear: (hubMs, askedMonotonicMs) => {
      const monotonicMs = clock.monotonicMs();
      // Halfway between question and answer: wrong by half of the round trip at most.
      anchor = { monotonicMs, atMs: Math.round(hubMs + (monotonicMs - askedMonotonicMs) / 2) };
      followsHub = true;
    },
    goOnFrom: (stamp) => {
      last = stamp;
      // Of a machine whose clock was set back while it was off, time goes on from there instead of standing still.
      if (stamp !== null && nowMs() < stamp.atMs) {
        anchor = { monotonicMs: clock.monotonicMs(), atMs: stamp.atMs };
      }
    },
    setToMs: () => (followsHub || Math.abs(nowMs() - clock.now()) < FAR_OFF_MS ? null : clock.now()),
    beginDay: () => {
      if (!followsHub) anchor = { monotonicMs: clock.monotonicMs(), atMs: clock.now() };
    },
    offsetMs: () => nowMs() - clock.now(),
  };
}
