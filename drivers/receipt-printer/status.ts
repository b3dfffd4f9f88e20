import type { Attention } from '#contract/devices.ts';
import type { FaultCode } from '#contract/fault.ts';
import { byteAt, concat } from '../codec/bytes.ts';
import type { PrinterProfile } from './profiles.ts';

/** Status requests and answers of ESC/POS printers (Epson layout; see the README for the makers). */

export const realTimeTopics = { printer: 1, offlineCause: 2, error: 3, paper: 4 } as const;
export type RealTimeTopic = keyof typeof realTimeTopics;
export const realTimeTopicNames = [
  'printer',
  'offlineCause',
  'error',
  'paper',
] as const satisfies readonly RealTimeTopic[];

/** DLE EOT n: answered at once, even while the printer is offline or its buffer is full. */
export function realTimeRequest(topic: RealTimeTopic): Uint8Array {
  return Uint8Array.of(0x10, 0x04, realTimeTopics[topic]);
}

/** GS r 1: answered in buffer order, so that the answer proves that everything before it was processed. */
export const IN_ORDER_REQUEST = Uint8Array.of(0x1d, 0x72, 0x01);

/** GS a with all of drawer, online, error and paper (not the panel): four bytes now, and at each change. */
export const AUTOMATIC_STATUS_ON = Uint8Array.of(0x1d, 0x61, 0x0f);

/** DLE ENQ 2: after an error, what the buffers hold is thrown away. */
const CLEAR_AFTER_ERROR = Uint8Array.of(0x10, 0x05, 0x02);

/** DLE DC4 8: the same in any state (Epson, DLE DC4, function 8; the seven bytes guard against noise). */
const CLEAR_BUFFERS = Uint8Array.of(0x10, 0x14, 0x08, 0x01, 0x03, 0x14, 0x01, 0x06, 0x02, 0x08);

/** null for a model that has no such command. */
export function clearRequest(profile: PrinterProfile): Uint8Array | null {
  switch (profile.clearing) {
    case 'none':
      return null;
    case 'dle-enq':
      return CLEAR_AFTER_ERROR;
    case 'dle-enq-and-dc4':
      return concat([CLEAR_AFTER_ERROR, CLEAR_BUFFERS]);
    default: {
      const never: never = profile.clearing;
      return never;
    }
  }
}

/** GS I 67: the model's name. */
export const NAME_REQUEST = Uint8Array.of(0x1d, 0x49, 0x43);

/** GS ( H function 48 with four characters of `0-9`; Epson allows 20 to 7E. */
export function processIdRequest(id: string): Uint8Array {
  if (!/^\d{4}$/.test(id)) throw new Error('a process id is four digits');
  return Uint8Array.of(0x1d, 0x28, 0x48, 0x06, 0x00, 0x30, 0x30, ...new TextEncoder().encode(id));
}

export type PrinterToken =
  | { readonly type: 'real-time'; readonly byte: number }
  | { readonly type: 'in-order'; readonly byte: number }
  | { readonly type: 'automatic'; readonly bytes: Uint8Array }
  | { readonly type: 'process-id'; readonly id: string }
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'flow'; readonly may: 'send' | 'wait' }
  | { readonly type: 'junk'; readonly byte: number };

const MAX_BLOCK_BYTES = 80;

/** What the first byte of an answer announces; the patterns exclude each other (Epson, ESC/POS FAQ). */
function announced(
  byte: number,
): 'real-time' | 'automatic' | 'in-order' | 'block' | 'text' | 'flow' | 'junk' {
  if (byte === 0x11 || byte === 0x13) return 'flow';
  if (byte === 0x37) return 'block';
  if (byte === 0x5f) return 'text';
  if ((byte & 0x93) === 0x12) return 'real-time';
  if ((byte & 0x93) === 0x10) return 'automatic';
  if ((byte & 0x90) === 0x00) return 'in-order';
  return 'junk';
}

/** Tells the answers in one stream apart by their bit patterns. */
export class PrinterStatusParser {
  /** The answer that is under way, from its first byte on. */
  #open: number[] = [];

  push(bytes: Uint8Array): PrinterToken[] {
    const tokens: PrinterToken[] = [];
    for (const byte of bytes) tokens.push(...this.#take(byte));
    return tokens;
  }

  /** Forgets an answer that was never finished: it would swallow the next ones. */
  reset(): void {
    this.#open = [];
  }

  #take(byte: number): PrinterToken[] {
    const first = this.#open[0];
    // XON and XOFF come from the line's own hardware, also in the middle of an answer.
    if (first === undefined || byte === 0x11 || byte === 0x13) return this.#begin(byte);
    const fits = first === 0x37 || first === 0x5f ? byte === 0 || byte >= 0x20 : (byte & 0x90) === 0;
    if (!fits || this.#open.length >= MAX_BLOCK_BYTES) {
      // The answer was torn: its bytes are lost, and this one begins another.
      this.#open = [];
      return [{ type: 'junk', byte: first }, ...this.#begin(byte)];
    }
    this.#open.push(byte);
    return this.#finished(first);
  }

  #begin(byte: number): PrinterToken[] {
    const kind = announced(byte);
    switch (kind) {
      case 'flow':
        return [{ type: 'flow', may: byte === 0x11 ? 'send' : 'wait' }];
      case 'real-time':
      case 'in-order':
      case 'junk':
        return [{ type: kind, byte }];
      case 'automatic':
      case 'block':
      case 'text':
        this.#open = [byte];
        return [];
      default: {
        const never: never = kind;
        return never;
      }
    }
  }

  #finished(first: number): PrinterToken[] {
    const bytes = Uint8Array.from(this.#open);
    if (first === 0x37 || first === 0x5f) {
      if (bytes.at(-1) !== 0) return [];
      this.#open = [];
      return [first === 0x37 ? blockToken(bytes) : { type: 'text', text: ascii(bytes.subarray(1, -1)) }];
    }
    if (bytes.length < 4) return [];
    this.#open = [];
    return [{ type: 'automatic', bytes }];
  }
}

function blockToken(bytes: Uint8Array): PrinterToken {
  // 37 22 id 00: function 48 of GS ( H.
  if (byteAt(bytes, 1) === 0x22) return { type: 'process-id', id: ascii(bytes.subarray(2, -1)) };
  return { type: 'junk', byte: byteAt(bytes, 0) };
}

function ascii(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte < 0x7f ? String.fromCharCode(byte) : '.')).join('');
}

/** What a printer says about itself, by whichever way. */
export interface PrinterCondition {
  readonly offline: boolean;
  readonly coverOpen: boolean;
  readonly paperOut: boolean;
  /** The near-end bits as they stand; what they mean is a matter of the profile. */
  readonly nearEndBits: boolean;
  readonly cutterError: boolean;
  readonly brokenError: boolean;
  /** An error that passes by itself, or by DLE ENQ. */
  readonly passingError: boolean;
}

/** The answers to DLE EOT 1 to 4; null for what this model does not answer. */
export type RealTimeStatus = Readonly<Record<RealTimeTopic, number | null>>;

/** Bits of DLE EOT 1 to 4 (Epson TM-T88III specification, page 84). */
export function conditionOfRealTime(status: RealTimeStatus): PrinterCondition {
  const printer = status.printer ?? 0;
  const offlineCause = status.offlineCause ?? 0;
  const error = status.error ?? 0;
  const paper = status.paper ?? 0;
  return {
    offline: (printer & 0x08) !== 0,
    coverOpen: (offlineCause & 0x04) !== 0,
    paperOut: (offlineCause & 0x20) !== 0 || (paper & 0x60) !== 0,
    nearEndBits: (paper & 0x0c) !== 0,
    cutterError: (error & 0x08) !== 0,
    brokenError: (error & 0x20) !== 0,
    passingError: (error & 0x40) !== 0,
  };
}

/** Bits of the four bytes that GS a switches on. */
export function conditionOfAutomatic(bytes: Uint8Array): PrinterCondition {
  const [printer, error, paper] = [byteAt(bytes, 0), byteAt(bytes, 1), byteAt(bytes, 2)];
  return {
    offline: (printer & 0x08) !== 0,
    coverOpen: (printer & 0x20) !== 0,
    paperOut: (paper & 0x0c) !== 0,
    nearEndBits: (paper & 0x03) !== 0,
    cutterError: (error & 0x08) !== 0,
    brokenError: (error & 0x20) !== 0,
    passingError: (error & 0x40) !== 0,
  };
}

/** What the printer needs, the most urgent first. */
export function needsOf(condition: PrinterCondition, profile: PrinterProfile): Attention[] {
  const needs: Attention[] = [];
  if (condition.coverOpen) needs.push('cover-open');
  if (condition.paperOut) needs.push('paper-out');
  if (profile.hasCutter && condition.cutterError) needs.push('cutter');
  if (condition.brokenError) needs.push('hardware');
  // A head that is too hot goes on by itself: nobody needs to do more than wait.
  if (needs.length === 0 && (condition.offline || condition.passingError)) needs.push('offline');
  if (isNearEnd(condition.nearEndBits, profile) && !condition.paperOut) needs.push('paper-near-end');
  return needs;
}

function isNearEnd(nearEndBits: boolean, profile: PrinterProfile): boolean {
  switch (profile.nearEnd) {
    case 'set-means-near':
      return nearEndBits;
    case 'clear-means-near':
      return !nearEndBits;
    case 'no-sensor':
      return false;
    default: {
      const never: never = profile.nearEnd;
      return never;
    }
  }
}

/** The fault that a need is, when a job meets it. */
export const faultOfNeed: Readonly<Record<Attention, FaultCode>> = {
  'paper-out': 'printer.paper-out',
  'paper-near-end': 'printer.paper-near-end',
  'cover-open': 'printer.cover-open',
  cutter: 'printer.cutter',
  hardware: 'printer.hardware',
  offline: 'printer.offline',
  // A card reader's need, which no printer has.
  'card-left': 'device.refused',
};
