import type { Attention } from '#contract/devices.ts';
import { fault, type Fault } from '#contract/fault.ts';
import { sleep, type Clock } from '#contract/ports.ts';
import { err, ok, type Result } from '#contract/result.ts';
import type { WindowDisplayContent } from '#contract/window-display.ts';
import type { DisplayTemplate } from '#contract/queue-display.ts';
import type { ByteChannel } from '../channel/channel.ts';
import { BoundedBuffer } from '../codec/bounded-buffer.ts';
import { indexOfBytes } from '../codec/bytes.ts';
import type { Identified } from '../runtime/device.ts';
import { Inbox } from '../runtime/inbox.ts';
import type { WindowDisplaySession } from '../runtime/window-display.ts';
import { encodeBlank, encodeContent } from './protocol.ts';
import { answerBytes } from './template.ts';

/** Every delay of one exchange. */
export const templateDelays = {
  /** Behind the last byte of the frame. */
  answerMs: 300,
  /** Before a frame is repeated. */
  retryMs: 100,
} as const;

const ATTEMPTS = 2;
const MAX_ANSWER_BYTES = 64;

/** Commands to one display over one open line. The caller sends one at a time. */
export class TemplateDisplaySession implements WindowDisplaySession {
  readonly #write: ByteChannel['write'];
  readonly #clock: Clock;
  readonly #template: DisplayTemplate;
  readonly #answer: Uint8Array | null;
  readonly #buffer = new BoundedBuffer(MAX_ANSWER_BYTES);
  readonly #inbox: Inbox<{ readonly type: 'answer' }>;
  /** The last frame that was taken; repeated, it changes nothing. */
  #current: Uint8Array | null = null;

  constructor(write: ByteChannel['write'], clock: Clock, template: DisplayTemplate) {
    this.#write = write;
    this.#clock = clock;
    this.#template = template;
    this.#answer = answerBytes(template);
    this.#inbox = new Inbox(clock);
  }

  receive(bytes: Uint8Array): void {
    if (this.#answer === null) return;
    for (const byte of bytes) {
      this.#buffer.append(Uint8Array.of(byte));
      if (indexOfBytes(this.#buffer.bytes, this.#answer, 0) < 0) continue;
      this.#buffer.clear();
      this.#inbox.push({ type: 'answer' });
    }
  }

  end(reason: Fault): void {
    this.#inbox.end(reason);
  }

  /** Faults: device.*. Of a display that never answers, only that its line takes bytes is known. */
  async identify(): Promise<Result<Identified>> {
    const cleared = await this.clear();
    if (!cleared.ok) return cleared;
    const how = this.#answer === null ? ' (never answers)' : '';
    return ok({ identity: `display ${this.#template.address}${how}`, needs: [] });
  }

  async heartbeat(): Promise<Result<readonly Attention[]>> {
    const answered = this.#current === null ? await this.clear() : await this.#ask(ok(this.#current));
    return answered.ok ? ok([]) : answered;
  }

  show(content: WindowDisplayContent): Promise<Result<void>> {
    return this.#ask(encodeContent(this.#template, content));
  }

  clear(): Promise<Result<void>> {
    return this.#ask(encodeBlank(this.#template));
  }

  async #ask(frame: Result<Uint8Array>): Promise<Result<void>> {
    if (!frame.ok) return frame;
    let last = fault('device.silent');
    for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
      if (attempt > 1) await sleep(this.#clock, templateDelays.retryMs);
      const taken = await this.#exchange(frame.value);
      if (taken.ok) {
        this.#current = frame.value;
        return taken;
      }
      last = taken.fault;
      if (last.code !== 'device.silent' && last.code !== 'device.garbled') break;
    }
    return err(last);
  }

  async #exchange(frame: Uint8Array): Promise<Result<void>> {
    this.#buffer.clear();
    this.#inbox.clear();
    const written = await this.#write(frame);
    if (!written.ok || this.#answer === null) return written;
    const answered = await this.#inbox.next(() => true, templateDelays.answerMs);
    if (answered.ok) return ok(undefined);
    const isHalf = answered.fault.code === 'device.silent' && this.#buffer.bytes.length > 0;
    return err(isHalf ? fault('device.garbled', 'not the configured answer') : answered.fault);
  }
}
