import { stopsWork, type Attention, type DeviceState } from '#contract/devices.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { AnsweredIdentity, ByteChannel, OpenChannel } from '../channel/channel.ts';

/** Every delay of the device state machine. */
export interface DeviceDelays {
  /** Between two heartbeats of an idle device: unplugging is often not reported, only noticed. */
  readonly heartbeatMs: number;
  /** The first wait before a lost device is opened again; doubled each time up to `reopenMaxMs`. */
  readonly reopenFirstMs: number;
  /** How long a person who plugs a device back waits at most. */
  readonly reopenMaxMs: number;
  /** A line whose handshake holds the bytes back must not hold the device's queue for ever. */
  readonly writeStallMs: number;
}

/** Heartbeats that may fail in a row: one is noise on the line, two are a device that is gone. */
const MISSED_HEARTBEATS_UNTIL_LOST = 2;

/** What a driver makes of an open line. It lives as long as the connection. */
export interface Session {
  receive(bytes: Uint8Array): void;
  /** The line is gone: waiting commands end with this fault. */
  end(reason: Fault): void;
}

export interface Identified extends AnsweredIdentity {
  readonly needs: readonly Attention[];
}

/** `stallMs` in place of the device's own limit: for bytes that a busy device may hold back for long. */
export type SessionWrite = (bytes: Uint8Array, stallMs?: number) => Promise<Result<void>>;

export interface DeviceProtocol<S extends Session> {
  attach(write: SessionWrite): S;
  /** A positive handshake, or a fault: a port that does not answer as this kind is left alone. */
  identify(session: S): Promise<Result<Identified>>;
  heartbeat(session: S): Promise<Result<readonly Attention[]>>;
}

export interface DeviceOptions<S extends Session> {
  readonly clock: Clock;
  readonly open: OpenChannel;
  readonly delays: DeviceDelays;
  readonly protocol: DeviceProtocol<S>;
  readonly onStatus: (status: DeviceState) => void;
}

interface Connection<S> {
  readonly session: S;
  readonly channel: ByteChannel;
  identity: string;
  needs: readonly Attention[];
  missedHeartbeats: number;
  /** A command that shows is under way. */
  isBusy: boolean;
}

/**
 * One device over all its lives: absent → opening → identifying → ready ⇄ busy → attention → lost → opening
 * with backoff; unidentified; disabled. One command at a time; a heartbeat when nothing else is asked.
 */
export class Device<S extends Session> {
  readonly #options: DeviceOptions<S>;
  #status: DeviceState = { state: 'absent' };
  #connection: Connection<S> | null = null;
  #stopped = true;
  /** Counts openings: whatever an earlier one still has under way is void. */
  #life = 0;
  #failures = 0;
  #queue: Promise<unknown> = Promise.resolve();
  #closing: Promise<void> = Promise.resolve();
  #cancelTimer: () => void = () => undefined;

  constructor(options: DeviceOptions<S>) {
    this.#options = options;
    options.open.whenPlugged?.(() => this.#openNow());
  }

  get status(): DeviceState {
    return this.#status;
  }

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#failures = 0;
    void this.#open();
  }

  /** Switched off by a technician: the port is free for other programs. */
  async disable(): Promise<void> {
    await this.close();
    this.#setStatus({ state: 'disabled' });
  }

  /** Idempotent. */
  async close(): Promise<void> {
    this.#stopped = true;
    this.#life += 1;
    this.#cancelTimer();
    this.#drop(fault('device.lost', 'closed by the device host'));
    await this.#closing;
  }

  /**
   * Runs one command when those before it are done. Faults: device.not-ready, device.disabled, and the
   * command's own. `busy` shows in the status; a poll or a heartbeat does not.
   */
  run<T>(show: 'busy' | 'quiet', command: (session: S) => Promise<Result<T>>): Promise<Result<T>> {
    const turn = this.#queue.then(() => this.#runNow(show, command));
    this.#queue = turn.then(
      () => undefined,
      () => undefined,
    );
    return turn;
  }

  async #runNow<T>(show: 'busy' | 'quiet', command: (session: S) => Promise<Result<T>>): Promise<Result<T>> {
    const connection = this.#connection;
    if (this.#status.state === 'disabled') return err(fault('device.disabled'));
    if (connection === null || connection.identity === '') return err(fault('device.not-ready'));
    this.#cancelTimer();
    if (show === 'busy') {
      connection.isBusy = true;
      this.#show(connection);
    }
    const result = await command(connection.session);
    connection.isBusy = false;
    if (this.#connection === connection) {
      if (result.ok) connection.missedHeartbeats = 0;
      this.#show(connection);
      // A command that got no sense out of the device is followed by the question whether it is there.
      const isDoubtful =
        !result.ok && (result.fault.code === 'device.silent' || result.fault.code === 'device.garbled');
      this.#scheduleHeartbeat(isDoubtful ? 0 : this.#options.delays.heartbeatMs);
    }
    return result;
  }

  /** What the device said by itself, or a command has learnt in passing; shown at once, also in its middle. */
  learnNeeds(needs: readonly Attention[]): void {
    const connection = this.#connection;
    if (connection === null) return;
    connection.needs = needs;
    // Before the handshake is done nobody knows what it is.
    if (connection.identity !== '') this.#show(connection);
  }

  async #open(): Promise<void> {
    const { clock, open, protocol } = this.#options;
    this.#life += 1;
    const life = this.#life;
    await this.#closing;
    if (life !== this.#life) return;
    this.#setStatus({ state: 'opening' });

    let session: S | null = null;
    const opened = await open({
      onData: (bytes) => session?.receive(bytes),
      onClose: (reason) => {
        if (life === this.#life) this.#lose(reason);
      },
    });
    if (life !== this.#life) {
      if (opened.ok) await opened.value.close();
      return;
    }
    if (!opened.ok) {
      this.#lose(opened.fault);
      return;
    }

    session = protocol.attach((bytes, stallMs) =>
      withinLimit(clock, opened.value.write(bytes), stallMs ?? this.#options.delays.writeStallMs),
    );
    const connection: Connection<S> = {
      session,
      channel: opened.value,
      identity: '',
      needs: [],
      missedHeartbeats: 0,
      isBusy: false,
    };
    this.#connection = connection;
    this.#setStatus({ state: 'identifying' });
    const identified = await protocol.identify(session);
    if (life !== this.#life) return;
    if (!identified.ok) {
      this.#refuse(identified.fault);
      return;
    }
    const mistaken = opened.value.takes?.(identified.value) ?? null;
    if (mistaken !== null) {
      this.#refuse(mistaken);
      return;
    }
    this.#failures = 0;
    connection.identity = identified.value.identity;
    connection.needs = identified.value.needs;
    this.#cancelTimer = clock.after(this.#options.delays.heartbeatMs, () => this.#heartbeat());
    this.#show(connection);
  }

  /** Its port has just been plugged in: the wait that was left is over. */
  #openNow(): void {
    const { state } = this.#status;
    if (this.#stopped || (state !== 'lost' && state !== 'unidentified')) return;
    this.#cancelTimer();
    this.#failures = 0;
    void this.#open();
  }

  #heartbeat(): void {
    const { protocol } = this.#options;
    const connection = this.#connection;
    void this.run('quiet', async (session) => {
      if (connection === null || this.#connection !== connection) return ok(undefined);
      const beat = await protocol.heartbeat(session);
      if (this.#connection !== connection) return ok(undefined);
      if (beat.ok) {
        connection.needs = beat.value;
        return ok(undefined);
      }
      connection.missedHeartbeats += 1;
      if (connection.missedHeartbeats >= MISSED_HEARTBEATS_UNTIL_LOST) this.#lose(beat.fault);
      return beat;
    });
  }

  #scheduleHeartbeat(delayMs: number): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#options.clock.after(delayMs, () => this.#heartbeat());
  }

  #lose(reason: Fault): void {
    this.#life += 1;
    this.#drop(reason);
    const retryInMs = this.#scheduleReopen();
    this.#setStatus({ state: 'lost', fault: reason, retryInMs });
  }

  #refuse(reason: Fault): void {
    this.#life += 1;
    this.#drop(reason);
    const retryInMs = this.#scheduleReopen();
    this.#setStatus({ state: 'unidentified', fault: reason, retryInMs });
  }

  #scheduleReopen(): number {
    const { reopenFirstMs, reopenMaxMs } = this.#options.delays;
    const retryInMs = Math.min(reopenMaxMs, reopenFirstMs * 2 ** Math.min(this.#failures, 20));
    this.#failures += 1;
    this.#cancelTimer();
    this.#cancelTimer = this.#options.clock.after(retryInMs, () => void this.#open());
    return retryInMs;
  }

  #drop(reason: Fault): void {
    const connection = this.#connection;
    this.#connection = null;
    if (connection === null) return;
    connection.session.end(reason);
    this.#closing = connection.channel.close();
  }

  /** A need that stops work is shown in place of `busy`: somebody must act while the command waits. */
  #show(connection: Connection<S>): void {
    const { identity } = connection;
    if (connection.isBusy && !connection.needs.some(stopsWork)) {
      this.#setStatus({ state: 'busy', identity });
      return;
    }
    const [first, ...others] = connection.needs;
    this.#setStatus(
      first === undefined
        ? { state: 'ready', identity }
        : { state: 'attention', identity, needs: [first, ...others] },
    );
  }

  #setStatus(status: DeviceState): void {
    if (JSON.stringify(status) === JSON.stringify(this.#status)) return;
    this.#status = status;
    this.#options.onStatus(status);
  }
}

/** Faults: those of the write, and device.silent when the line does not take the bytes in time. */
export function withinLimit(
  clock: Clock,
  write: Promise<Result<void>>,
  limitMs: number,
): Promise<Result<void>> {
  return new Promise((resolve) => {
    const cancel = clock.after(limitMs, () => {
      resolve(err(fault('device.silent', `the line took no bytes for ${limitMs} ms`)));
    });
    void write.then((result) => {
      cancel();
      resolve(result);
    });
  });
}
