import { byteAt } from '../codec/bytes.ts';
import { AIM_ID, MAX_CONTENT_BYTES } from './content.ts';
import type { ScannerProfile } from './profiles.ts';
import { REPLY_FIRST_BYTE, takeReply, type EngineReply } from './protocol.ts';

export type ScanEvent =
  | { readonly type: 'code'; readonly bytes: Uint8Array }
  | { readonly type: 'reply'; readonly reply: EngineReply }
  /** More bytes than any code has; they are thrown away up to the next end of a code. */
  | { readonly type: 'too-long' }
  /** The line fell silent before the suffix, or in the middle of a reply. */
  | { readonly type: 'torn'; readonly byteCount: number };

const CR = 0x0d;
const LF = 0x0a;
const SUFFIXES = { cr: [CR], crlf: [CR, LF] } as const;
const LONGEST_SUFFIX_BYTES = 2;
const MAX_CODE_BYTES = MAX_CONTENT_BYTES + AIM_ID.length;

/**
 * Cuts an engine's stream into codes and takes the acknowledgements out of it, wherever they stand. It knows
 * no time: whoever owns the clock calls `pause` when the line has been silent for `silenceMs`.
 */
export class ScanParser {
  readonly #profile: ScannerProfile;
  /** The code that is coming in, free of replies. */
  #code: number[] = [];
  /** What may become a reply, from its first byte on. */
  #reply: number[] = [];
  #isSkipping = false;

  constructor(profile: ScannerProfile) {
    this.#profile = profile;
  }

  get silenceMs(): number {
    const { framing } = this.#profile;
    return framing.kind === 'suffix' ? framing.holdMs : framing.gapMs;
  }

  /** Whether a pause would make an event. */
  get isHolding(): boolean {
    return this.#code.length > 0 || this.#reply.length > 0 || this.#isSkipping;
  }

  push(bytes: Uint8Array): ScanEvent[] {
    const events: ScanEvent[] = [];
    for (const byte of bytes) this.#take(byte, events);
    return events;
  }

  pause(): ScanEvent[] {
    const events: ScanEvent[] = [];
    const isReplyTorn = this.#reply.length > 0;
    for (const byte of this.#reply.splice(0)) this.#takeContent(byte, events);
    const wasSkipping = this.#isSkipping;
    const held = this.#takeHeld();
    if (wasSkipping || held.length === 0) return events;
    const isEnd = this.#profile.framing.kind === 'idle-gap' && !isReplyTorn;
    if (!isEnd) return [...events, { type: 'torn', byteCount: held.length }];
    const bytes = withoutLineEnd(held);
    return bytes.length === 0 ? events : [...events, { type: 'code', bytes }];
  }

  #take(byte: number, events: ScanEvent[]): void {
    if (this.#reply.length === 0 && byte !== REPLY_FIRST_BYTE) {
      this.#takeContent(byte, events);
      return;
    }
    this.#reply.push(byte);
    const reply = takeReply(this.#profile.engine, Uint8Array.from(this.#reply));
    if (reply === 'incomplete') return;
    if (reply !== 'no-reply') {
      this.#reply = [];
      events.push({ type: 'reply', reply });
      return;
    }
    // Its first byte starts no reply; another reply may begin among the bytes behind it.
    const [first, ...rest] = this.#reply.splice(0);
    if (first !== undefined) this.#takeContent(first, events);
    for (const next of rest) this.#take(next, events);
  }

  #takeContent(byte: number, events: ScanEvent[]): void {
    // An engine that is set to CR LF where the profile says CR: the LF is no part of the next code.
    if (this.#code.length === 0 && byte === LF) return;
    this.#code.push(byte);
    const suffixBytes = this.#suffixAtEnd();
    if (suffixBytes > 0) {
      const wasSkipping = this.#isSkipping;
      const held = this.#takeHeld();
      const bytes = held.subarray(0, held.length - suffixBytes);
      if (!wasSkipping && bytes.length > 0) events.push({ type: 'code', bytes });
      return;
    }
    if (this.#isSkipping) {
      // A suffix may come in two pieces; nothing before it matters any more.
      this.#code = this.#code.slice(-1);
      return;
    }
    if (this.#code.length < MAX_CODE_BYTES + LONGEST_SUFFIX_BYTES) return;
    this.#code = this.#code.slice(-1);
    this.#isSkipping = true;
    events.push({ type: 'too-long' });
  }

  /** How many bytes at the end are the suffix; 0 when it is not there, or when silence ends a code. */
  #suffixAtEnd(): number {
    const { framing } = this.#profile;
    if (framing.kind === 'idle-gap') return 0;
    const suffix: readonly number[] = SUFFIXES[framing.suffix];
    const start = this.#code.length - suffix.length;
    return suffix.every((byte, index) => this.#code[start + index] === byte) ? suffix.length : 0;
  }

  #takeHeld(): Uint8Array {
    const held = Uint8Array.from(this.#code);
    this.#code = [];
    this.#isSkipping = false;
    return held;
  }
}

function withoutLineEnd(bytes: Uint8Array): Uint8Array {
  let end = bytes.length;
  while (end > 0 && (byteAt(bytes, end - 1) === CR || byteAt(bytes, end - 1) === LF)) end -= 1;
  return bytes.slice(0, end);
}
