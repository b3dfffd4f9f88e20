import type { DeviceState } from '#contract/devices.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { WindowDisplayContent } from '#contract/window-display.ts';
import type { DisplayDialect, DisplayRequest } from './display-dialect.ts';
import type { ExchangeEnd } from './display-wire.ts';

/** Every delay of one display's life on its line. */
export const displayDelays = {
  /** Between two questions to a display that nobody calls at. */
  heartbeatMs: 5_000,
  /** The first wait before a display that is away, or a lost line, is tried again; doubled each time. */
  retryFirstMs: 500,
  /** How long a person who plugs it back waits at most. */
  retryMaxMs: 8_000,
} as const;

/** One attempt may meet noise on the line, and so may two. */
const MISSES_UNTIL_LOST = 3;
const ATTEMPTS_TO_IDENTIFY = 2;
const ATTEMPTS_OF_A_CALL = 2;

/** The wait before try number `failures`, counted from 0. */
export function backoffMs(failures: number): number {
  return Math.min(displayDelays.retryMaxMs, displayDelays.retryFirstMs * 2 ** Math.min(failures, 20));
}

/** Calls overtake all others; what has just come back catches up before anybody is merely asked. */
export type Rank = 'call' | 'catch-up' | 'routine';

/** What a display wants to send next. */
export interface Turn {
  readonly rank: Rank;
  readonly dueMs: number;
  /** It missed its last exchange: those that answer go first. */
  readonly isDoubtful: boolean;
  readonly request: DisplayRequest;
  readonly answerMs: number;
  started(): void;
  ended(end: ExchangeEnd): void;
}

/** The line, as a display on it sees it. */
export interface LineOfDisplay {
  readonly clock: Clock;
  joined(display: Display): void;
  /** Resolves when the port is free, if nobody else needs it. */
  left(display: Display): Promise<void>;
  /** It will not join again. */
  removed(display: Display): void;
  /** It has something to say. */
  wake(): void;
}

interface Call {
  readonly loud: DisplayRequest;
  readonly quiet: DisplayRequest;
  readonly askedMs: number;
  readonly settle: ((result: Result<void>) => void)[];
  attempts: number;
}

/**
 * `asked`: the handshake is under way. `recognised`: it answered, and gets what should stand there. `away`: it
 * is asked now and then.
 */
type Presence = 'none' | 'asked' | 'recognised' | 'present' | 'away';

/**
 * One display, alone on its line or among others. It remembers what should stand there: a display that comes
 * back from a power cut is dark, and the resident who was called still looks at it.
 */
export class Display {
  readonly #dialect: DisplayDialect;
  readonly #line: LineOfDisplay;
  readonly #onStatus: (status: DeviceState) => void;
  #status: DeviceState = { state: 'absent' };
  #isRunning = false;
  #presence: Presence = 'none';
  /** Since it was started: what was there once and is silent now is lost, and not something else. */
  #wasIdentified = false;
  /** What should stand there, without its voice: an old call must not be spoken into the room again. */
  #standing: DisplayRequest;
  /** What stands there for all that is known; null after anything that may have left it dark. */
  #shown: DisplayRequest | null = null;
  /** It waits for its turn. */
  #call: Call | null = null;
  /** It is on the line now. */
  #sending: Call | null = null;
  #isRestoreDue = false;
  #dueMs = 0;
  #retryMs = 0;
  #misses = 0;
  #failures = 0;
  /** Counts what makes an exchange under way void: the line was lost, or the display switched off. */
  #life = 0;

  constructor(dialect: DisplayDialect, line: LineOfDisplay, onStatus: (status: DeviceState) => void) {
    this.#dialect = dialect;
    this.#line = line;
    this.#onStatus = onStatus;
    this.#standing = dialect.clear;
  }

  get status(): DeviceState {
    return this.#status;
  }

  get dialect(): DisplayDialect {
    return this.#dialect;
  }

  get isPresent(): boolean {
    return this.#presence === 'present';
  }

  get isAway(): boolean {
    return this.#presence === 'away';
  }

  start(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#wasIdentified = false;
    this.#failures = 0;
    this.#line.joined(this);
  }

  /** Switched off by a technician: nothing is sent to it; the others on the line go on. */
  async disable(): Promise<void> {
    await this.#stop();
    this.#setStatus({ state: 'disabled' });
  }

  /** Idempotent. The last one to go frees the port. */
  async close(): Promise<void> {
    this.#line.removed(this);
    await this.#stop();
  }

  /**
   * A newer content replaces one that still waits for its turn; both end as the newer one does. Of a display
   * that is away, device.not-ready is the answer now, and the content, without its voice, is shown when it is
   * back. Faults: device.*; device.refused for what this display cannot show, and then nothing changes.
   */
  show(content: WindowDisplayContent): Promise<Result<void>> {
    const loud = this.#dialect.show(content);
    if (!loud.ok) return Promise.resolve(loud);
    const quiet = this.#dialect.show({ ...content, speech: null });
    if (!quiet.ok) return Promise.resolve(quiet);
    return this.#want(loud.value, quiet.value);
  }

  /** Faults: device.*. */
  clear(): Promise<Result<void>> {
    return this.#want(this.#dialect.clear, this.#dialect.clear);
  }

  /** A broadcast cleared it, if it heard it: with its next answer that is made sure. */
  wasClearedUnheard(): void {
    // What still waits for its turn is older than the broadcast, which took its place.
    if (this.#call !== null) this.#settle(this.#call, ok(undefined));
    this.#call = null;
    this.#standing = this.#dialect.clear;
    this.#shown = null;
    if (this.#presence !== 'present') return;
    this.#isRestoreDue = true;
    this.#dueMs = this.#line.clock.monotonicMs();
  }

  lineOpening(): void {
    this.#setStatus({ state: 'opening' });
  }

  lineOpened(): void {
    this.#life += 1;
    this.#presence = 'asked';
    this.#misses = 0;
    this.#shown = null;
    this.#isRestoreDue = false;
    this.#dueMs = this.#line.clock.monotonicMs();
    this.#retryMs = this.#dueMs;
    this.#setStatus({ state: 'identifying' });
  }

  lineLost(reason: Fault, retryInMs: number): void {
    const own = this.isAway ? this.#status : null;
    this.#leave(reason);
    // Why this display is away stays true, whatever became of the line afterwards.
    if (own?.state === 'lost' || own?.state === 'unidentified') this.#setStatus({ ...own, retryInMs });
    else this.#setStatus({ state: 'lost', fault: reason, retryInMs });
  }

  /** null: nothing, ever, unless something changes. */
  next(): Turn | null {
    const { question, delays } = this.#dialect;
    const call = this.#call;
    switch (this.#presence) {
      case 'none':
        return null;
      case 'asked':
        return this.#turn('catch-up', question, delays.answerMs);
      case 'recognised':
        return this.#turn('catch-up', null, delays.answerMs);
      case 'present':
        if (call !== null) return this.#callTurn(call);
        return this.#isRestoreDue
          ? this.#turn('catch-up', null, delays.answerMs)
          : this.#turn('routine', question, delays.answerMs);
      case 'away':
        return this.#turn('routine', question, delays.probeMs);
      default: {
        const never: never = this.#presence;
        return never;
      }
    }
  }

  async #stop(): Promise<void> {
    this.#isRunning = false;
    this.#leave(fault('device.lost', 'closed by the device host'));
    await this.#line.left(this);
  }

  #want(loud: DisplayRequest, quiet: DisplayRequest): Promise<Result<void>> {
    this.#standing = quiet;
    if (this.#status.state === 'disabled') return Promise.resolve(err(fault('device.disabled')));
    if (this.#presence !== 'present') return Promise.resolve(err(fault('device.not-ready')));
    return new Promise((resolve) => {
      this.#call = {
        loud,
        quiet,
        askedMs: this.#line.clock.monotonicMs(),
        settle: [...(this.#call?.settle ?? []), resolve],
        attempts: 0,
      };
      this.#line.wake();
    });
  }

  #callTurn(call: Call): Turn {
    const life = this.#life;
    return {
      rank: 'call',
      dueMs: Math.max(call.askedMs, this.#retryMs),
      isDoubtful: this.#misses > 0,
      request: call.loud,
      answerMs: this.#dialect.delays.answerMs,
      started: () => {
        call.attempts += 1;
        this.#call = null;
        this.#sending = call;
        this.#setStatus({ state: 'busy', identity: this.#dialect.identity });
      },
      ended: (end) => {
        if (life !== this.#life) return;
        this.#sending = null;
        this.#callEnded(call, end);
      },
    };
  }

  #callEnded(call: Call, end: ExchangeEnd): void {
    if (end.end === 'broken') {
      // The line is lost, and everybody on it hears so in a moment.
      this.#sending = call;
      return;
    }
    if (end.end === 'taken') {
      this.#settle(call, ok(undefined));
      this.#isThere(call.quiet);
      return;
    }
    const passes = end.end === 'missed' || end.passes;
    if (passes && this.#call !== null) this.#call.settle.unshift(...call.settle);
    else if (passes && call.attempts < ATTEMPTS_OF_A_CALL) this.#call = call;
    else this.#settle(call, err(end.fault));
    if (end.end === 'missed') {
      this.#missed(end.fault);
      return;
    }
    this.#retryMs = this.#line.clock.monotonicMs() + this.#dialect.delays.retryMs;
    this.#setPresent();
  }

  /** `question` null: what should stand there. */
  #turn(rank: Rank, question: DisplayRequest | null, answerMs: number): Turn {
    const life = this.#life;
    const request = question ?? this.#standing;
    return {
      rank,
      dueMs: this.#dueMs,
      isDoubtful: this.#misses > 0,
      request,
      answerMs,
      started: () => undefined,
      ended: (end) => {
        if (life !== this.#life || end.end === 'broken') return;
        if (end.end === 'missed') this.#missed(end.fault);
        else if (end.end === 'taken' && question === null) this.#isThere(request);
        else if (end.end === 'taken') this.#answered();
        // What it does not take now must not keep it from being used for the next ticket.
        else if (question === null && this.#dialect.question !== null) this.#setPresent();
        else this.#missed(end.fault);
      },
    };
  }

  #answered(): void {
    if (this.#presence === 'present') {
      this.#setPresent();
      this.#isRestoreDue = this.#shown !== this.#standing;
      if (!this.#isRestoreDue) return;
    } else this.#presence = 'recognised';
    this.#dueMs = this.#line.clock.monotonicMs();
  }

  #isThere(request: DisplayRequest): void {
    this.#shown = request;
    this.#setPresent();
    // Something else was asked for while this was on the line.
    if (request === this.#standing) return;
    this.#isRestoreDue = true;
    this.#dueMs = this.#line.clock.monotonicMs();
  }

  #setPresent(): void {
    this.#presence = 'present';
    this.#wasIdentified = true;
    this.#misses = 0;
    this.#failures = 0;
    this.#isRestoreDue = false;
    this.#dueMs = this.#line.clock.monotonicMs() + displayDelays.heartbeatMs;
    const { identity } = this.#dialect;
    this.#setStatus({ state: this.#call === null ? 'ready' : 'busy', identity });
  }

  #missed(reason: Fault): void {
    this.#misses += 1;
    this.#shown = null;
    this.#isRestoreDue = false;
    this.#retryMs = this.#line.clock.monotonicMs() + this.#dialect.delays.retryMs;
    this.#dueMs = this.#retryMs;
    if (this.#misses >= this.#missesAllowed()) {
      this.#goAway(reason);
      return;
    }
    if (this.#presence !== 'present') {
      this.#presence = 'asked';
      return;
    }
    const { identity } = this.#dialect;
    this.#setStatus({ state: this.#call === null ? 'ready' : 'busy', identity });
  }

  #missesAllowed(): number {
    if (this.#presence === 'present') return MISSES_UNTIL_LOST;
    return this.#failures > 0 ? 1 : ATTEMPTS_TO_IDENTIFY;
  }

  #goAway(reason: Fault): void {
    const retryInMs = backoffMs(this.#failures);
    this.#leave(reason);
    this.#presence = 'away';
    this.#misses = 0;
    this.#failures += 1;
    this.#dueMs = this.#line.clock.monotonicMs() + retryInMs;
    this.#setStatus({ state: this.#wasIdentified ? 'lost' : 'unidentified', fault: reason, retryInMs });
  }

  #leave(reason: Fault): void {
    this.#life += 1;
    this.#presence = 'none';
    for (const call of [this.#sending, this.#call]) {
      if (call !== null) this.#settle(call, err(reason));
    }
    this.#sending = null;
    this.#call = null;
  }

  #settle(call: Call, result: Result<void>): void {
    for (const settle of call.settle) settle(result);
  }

  #setStatus(status: DeviceState): void {
    if (JSON.stringify(status) === JSON.stringify(this.#status)) return;
    this.#status = status;
    this.#onStatus(status);
  }
}
