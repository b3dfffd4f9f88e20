import type { Attention } from '#contract/devices.ts';
import type { FaultCode } from '#contract/fault.ts';
import { byteAt } from '../codec/bytes.ts';
import type { PrinterProfile } from './profiles.ts';

/** Status requests and answers of ESC/POS printers (Epson layout; see the README for the makers). */

export const realTimeTopics = { printer: 1, offlineCause: 2, error: 3, paper: 4 } as const;
export type RealTimeTopic = keyof typeof realTimeTopics;

/** DLE EOT n: answered at once, even while the printer is offline or its buffer is full. */
export function realTimeRequest(topic: RealTimeTopic): Uint8Array {
  return Uint8Array.of(0x10, 0x04, realTimeTopics[topic]);
}

/** GS r 1: answered in buffer order, so that the answer proves that everything before it was processed. */
export const IN_ORDER_REQUEST = Uint8Array.of(0x1d, 0x72, 0x01);

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

  /** Forgets an answer that was never finished. */
  reset(): void {
    this.#open = [];
  }

  #take(byte: number): PrinterToken[] {
    const first = this.#open[0];
    if (first === undefined) return this.#begin(byte);
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

/** The answers to DLE EOT 1 to 4. */
export type RealTimeStatus = Readonly<Record<RealTimeTopic, number>>;

/** What the printer needs, the most urgent first. */
export function needsOf(status: RealTimeStatus, profile: PrinterProfile): Attention[] {
  const needs: Attention[] = [];
  if ((status.offlineCause & 0x04) !== 0) needs.push('cover-open');
  if ((status.offlineCause & 0x20) !== 0 || (status.paper & 0x60) !== 0) needs.push('paper-out');
  if (profile.hasCutter && (status.error & 0x08) !== 0) needs.push('cutter');
  if ((status.error & 0x60) !== 0) needs.push('hardware');
  if (needs.length === 0 && (status.printer & 0x08) !== 0) needs.push('offline');
  if (isNearEnd(status.paper, profile) && !needs.includes('paper-out')) needs.push('paper-near-end');
  return needs;
}

function isNearEnd(paper: number, profile: PrinterProfile): boolean {
  switch (profile.nearEnd) {
    case 'set-means-near':
      return (paper & 0x0c) !== 0;
    case 'clear-means-near':
      return (paper & 0x0c) === 0;
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
