import type { Attention } from '#contract/devices.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { Clock } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { ByteChannel } from '../channel/channel.ts';
import type { Identified, Session } from '../runtime/device.ts';
import { Inbox } from '../runtime/inbox.ts';
import { decodeContent, MAX_CONTENT_BYTES, type ScannedCode } from './content.ts';
import { ScanParser, type ScanEvent } from './framing.ts';
import type { ScannerProfile } from './profiles.ts';
import { encodeTrigger, triggerTag, type EngineReply } from './protocol.ts';

/** Engines answer within 100 ms; one that is decoding takes longer. */
export const REPLY_MS = 500;

const IDENTIFY_ATTEMPTS = 2;

export interface ScannerSessionOptions {
  readonly write: ByteChannel['write'];
  readonly clock: Clock;
  readonly profile: ScannerProfile;
  /** Every code that comes in, asked for or not; a fault for one that cannot be taken. */
  readonly onScan: (scan: Result<ScannedCode>) => void;
}

/** Commands to one engine over one open line, and the codes that come from it. */
export class ScannerSession implements Session {
  readonly #options: ScannerSessionOptions;
  readonly #parser: ScanParser;
  readonly #replies: Inbox<EngineReply>;
  #cancelPause: () => void = () => undefined;
  #isOn = false;
  #receivedBytes = 0;

  constructor(options: ScannerSessionOptions) {
    this.#options = options;
    this.#parser = new ScanParser(options.profile);
    this.#replies = new Inbox(options.clock);
  }

  receive(bytes: Uint8Array): void {
    this.#receivedBytes += bytes.length;
    this.#cancelPause();
    this.#handle(this.#parser.push(bytes));
    if (!this.#parser.isHolding) return;
    this.#cancelPause = this.#options.clock.after(this.#parser.silenceMs, () => {
      this.#handle(this.#parser.pause());
    });
  }

  end(reason: Fault): void {
    this.#cancelPause();
    this.#replies.end(reason);
  }

  /**
   * By the answer to "trigger off", which does nothing that anybody sees. An engine that has no answers is
   * taken at the configuration's word, and its identity says so. Faults: device.silent, device.garbled,
   * device.refused, device.lost.
   */
  async identify(): Promise<Result<Identified>> {
    const { engine, id } = this.#options.profile;
    let dark = await this.trigger(false);
    for (let attempt = 1; !dark.ok && attempt < IDENTIFY_ATTEMPTS; attempt += 1) {
      dark = await this.trigger(false);
    }
    if (!dark.ok) return dark;
    const isProven = engine === 'newland' || engine === 'register';
    return ok({
      identity: isProven ? `scanner ${id}` : `scanner ${id} (not verified: it has no answers)`,
      needs: [],
    });
  }

  /**
   * Says again what the trigger is to be. An engine without answers can only be missed by a write that
   * fails; one without commands only by its line closing.
   */
  async heartbeat(): Promise<Result<readonly Attention[]>> {
    const beat = await this.trigger(this.#isOn);
    return beat.ok ? ok([]) : beat;
  }

  /** Faults: device.silent, device.garbled, device.refused, device.lost. */
  async trigger(on: boolean): Promise<Result<void>> {
    const { engine } = this.#options.profile;
    this.#isOn = on;
    // A code of 4296 bytes takes 4.5 s at 9600 baud, and an answer would wait behind it.
    if (on && this.#parser.isHolding) return ok(undefined);
    const request = encodeTrigger(engine, on);
    if (request === null) return ok(undefined);
    if (engine === 'honeywell') return this.#options.write(request);
    this.#replies.clear();
    this.#receivedBytes = 0;
    const answer = this.#replies.next(
      // A register engine repeats nothing: its only reply is the answer to the last write.
      (reply) => reply.echo === null || reply.echo === triggerTag(on),
      REPLY_MS,
    );
    const written = await this.#options.write(request);
    if (!written.ok) return written;
    const reply = await answer;
    if (!reply.ok) {
      const isNoise = reply.fault.code === 'device.silent' && this.#receivedBytes > 0;
      return err(
        isNoise ? fault('device.garbled', `${this.#receivedBytes} bytes without a reply`) : reply.fault,
      );
    }
    return reply.value.isDone ? ok(undefined) : err(fault('device.refused', `trigger ${on ? 'on' : 'off'}`));
  }

  #handle(events: readonly ScanEvent[]): void {
    const { onScan, profile } = this.#options;
    for (const event of events) {
      switch (event.type) {
        case 'code':
          onScan(decodeContent(event.bytes, profile.hasAimId));
          break;
        case 'reply':
          this.#replies.push(event.reply);
          break;
        case 'too-long':
          onScan(err(fault('device.frame-too-long', `more than ${MAX_CONTENT_BYTES} bytes without an end`)));
          break;
        case 'torn':
          onScan(err(fault('device.garbled', `${event.byteCount} bytes without the end of a code`)));
          break;
        default: {
          const never: never = event;
          return never;
        }
      }
    }
  }
}
