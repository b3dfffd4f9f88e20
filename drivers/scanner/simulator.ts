import type { Clock } from '#contract/ports.ts';
import { Pacer } from '../channel/pacer.ts';
import type { DeviceSimulator, SimulatedLine, SimulatedPlug } from '../channel/simulator.ts';
import { BoundedBuffer } from '../codec/bounded-buffer.ts';
import { concat, indexOfBytes } from '../codec/bytes.ts';
import { MAX_CONTENT_BYTES } from './content.ts';
import type { ScannerProfile } from './profiles.ts';
import { encodeNewlandReply, encodeRegisterReply, encodeTrigger, triggerTag } from './protocol.ts';

export type ScannerFaultKind =
  | 'silent' // neither answers nor codes
  | 'garbage' // noise in place of answers and codes
  | 'half-code' // the code stops in the middle
  | 'half-reply' // the acknowledgement stops in the middle
  | 'slow-bytes' // one byte at a time, slower than any line
  | 'no-suffix' // somebody scanned the programming code that switches it off
  | 'reply-joined' // acknowledgement and code in one piece
  | 'refuses' // every command is answered with a refusal
  | 'endless-code' // a code that goes on past every limit
  | 'foreign-bytes'; // content that is neither UTF-8 nor GB18030

export interface ScannerSimulatorOptions {
  readonly clock: Clock;
  readonly profile: ScannerProfile;
  /** Paces what is sent as a serial line would; null sends it at once. */
  readonly baudRate: number | null;
}

const MAX_REQUEST_BYTES = 64;
/** Register engines: "wrong checksum or command", the status of the manual's second failure. */
const REGISTER_REFUSED = 0x03;

/** A scan engine behind a window: a code is shown to it and taken away. */
export class ScannerSimulator implements DeviceSimulator {
  readonly #options: ScannerSimulatorOptions;
  #fault: ScannerFaultKind | null = null;
  #shown: Uint8Array | null = null;
  #isOn = false;
  #pace: Pacer | null = null;
  #triggerCount = 0;

  constructor(options: ScannerSimulatorOptions) {
    this.#options = options;
  }

  /** An engine without a trigger reads at once; others read now if they are lit, else when they are. */
  showCode(content: string | Uint8Array): void {
    this.#shown = typeof content === 'string' ? new TextEncoder().encode(content) : content;
    if (this.#options.profile.engine === 'none' || this.#isOn) this.#sendCode();
  }

  takeCode(): void {
    this.#shown = null;
  }

  setFault(fault: ScannerFaultKind | null): void {
    this.#fault = fault;
  }

  get isLit(): boolean {
    return this.#isOn;
  }

  /** How often the trigger was switched on. */
  get triggerCount(): number {
    return this.#triggerCount;
  }

  attach(line: SimulatedLine): SimulatedPlug {
    const pace = new Pacer(line, this.#options.clock, this.#options.baudRate);
    const buffer = new BoundedBuffer(MAX_REQUEST_BYTES);
    this.#pace = pace;
    return {
      receive: (bytes) => {
        for (const byte of bytes) {
          buffer.append(Uint8Array.of(byte));
          if (this.#obey(buffer.bytes)) buffer.clear();
        }
      },
      unplugged: () => {
        pace.stop();
        this.#pace = null;
        // It is fed by the same cable.
        this.#isOn = false;
      },
    };
  }

  #obey(held: Uint8Array): boolean {
    for (const on of [true, false]) {
      const request = encodeTrigger(this.#options.profile.engine, on);
      if (request === null || indexOfBytes(held, request, 0) < 0) continue;
      if (on) this.#triggerCount += 1;
      const isRefused = this.#fault === 'refuses';
      if (!isRefused) this.#isOn = on;
      const reply = this.#reply(on, isRefused);
      const reads = this.#isOn && this.#shown !== null;
      if (reads && this.#fault === 'reply-joined') {
        this.#isOn = false;
        this.#pace?.send(concat([reply, this.#codeBytes()]));
      } else {
        this.#send(reply, this.#fault === 'half-reply');
        if (reads) this.#sendCode();
      }
      return true;
    }
    return false;
  }

  #reply(on: boolean, isRefused: boolean): Uint8Array {
    switch (this.#options.profile.engine) {
      case 'newland':
        return encodeNewlandReply(`#${triggerTag(on)}`, isRefused ? 'refused' : 'done');
      case 'register':
        return encodeRegisterReply(isRefused ? REGISTER_REFUSED : 0);
      case 'honeywell':
      case 'none':
        return new Uint8Array(0);
      default: {
        const never: never = this.#options.profile.engine;
        return never;
      }
    }
  }

  #sendCode(): void {
    // A code ends the trigger.
    this.#isOn = false;
    this.#send(this.#codeBytes(), this.#fault === 'half-code');
  }

  #codeBytes(): Uint8Array {
    const { framing, hasAimId } = this.#options.profile;
    const content = this.#fault === 'foreign-bytes' ? Uint8Array.of(0xff, 0xfe, 0xff) : this.#shown;
    const marked = concat([
      hasAimId ? new TextEncoder().encode(']Q1') : new Uint8Array(0),
      this.#fault === 'endless-code'
        ? new Uint8Array(3 * MAX_CONTENT_BYTES).fill(0x41)
        : (content ?? new Uint8Array(0)),
    ]);
    if (framing.kind === 'idle-gap' || this.#fault === 'no-suffix') return marked;
    return concat([marked, framing.suffix === 'cr' ? Uint8Array.of(0x0d) : Uint8Array.of(0x0d, 0x0a)]);
  }

  #send(bytes: Uint8Array, isHalf: boolean): void {
    const pace = this.#pace;
    if (bytes.length === 0 || pace === null) return;
    switch (this.#fault) {
      case 'silent':
        return;
      case 'garbage':
        pace.send(Uint8Array.from({ length: 40 }, (_, index) => (index * 37 + 11) & 0xff));
        return;
      case 'slow-bytes':
        pace.sendSlowly(bytes);
        return;
      case 'half-code':
      case 'half-reply':
        pace.send(isHalf ? bytes.subarray(0, Math.ceil(bytes.length / 2)) : bytes);
        return;
      case 'no-suffix':
      case 'reply-joined':
      case 'refuses':
      case 'endless-code':
      case 'foreign-bytes':
      case null:
        pace.send(bytes);
        return;
      default: {
        const never: never = this.#fault;
        return never;
      }
    }
  }
}
