import { byteAt, xorOf } from '../codec/bytes.ts';
import { all, type TraceMask } from '../trace/trace.ts';
import { encodeRequest, MAX_ANSWER_LENGTH } from './protocol.ts';

const PREAMBLE = [0xaa, 0xaa, 0xaa, 0x96, 0x69] as const;
const LENGTH_BYTES = 2;
const STATUS_BYTES = 3;
/** Command, parameter and at most one more byte: no request holds anything of a card. */
const MAX_REQUEST_BODY_BYTES = 3;

/**
 * Requests whole; of answers the preamble, the length and the three status bytes. All data is hidden, SAM
 * ids too: by its bytes alone a photo cannot be told from another answer.
 */
export function cardReaderMask(): TraceMask {
  const answers = new AnswerMask();
  return {
    shows: (direction, bytes) =>
      direction === 'to-device' ? all(bytes, isRequest(bytes)) : answers.shows(bytes),
  };
}

function isRequest(bytes: Uint8Array): boolean {
  const bodyStart = PREAMBLE.length + LENGTH_BYTES;
  const bodyBytes = bytes.length - bodyStart - 1;
  if (bodyBytes < 1 || bodyBytes > MAX_REQUEST_BODY_BYTES) return false;
  const expected = encodeRequest(bytes.subarray(bodyStart, bodyStart + bodyBytes));
  return expected.every((byte, at) => byte === bytes[at]) && xorOf(bytes.subarray(PREAMBLE.length)) === 0;
}

class AnswerMask {
  #preambleSeen = 0;
  /** Length and status; then what is hidden. */
  #header: number[] = [];
  #hiddenLeft = 0;

  shows(bytes: Uint8Array): boolean[] {
    const shown = all(bytes, false);
    for (const [at, byte] of bytes.entries()) {
      if (this.#hiddenLeft > 0) this.#hiddenLeft -= 1;
      else if (this.#preambleSeen < PREAMBLE.length) this.#takePreamble(byte, at, shown);
      else this.#takeHeader(byte, at, shown);
    }
    return shown;
  }

  /** Shown when it is whole: the same bytes between frames may be anything. */
  #takePreamble(byte: number, at: number, shown: boolean[]): void {
    if (byte === PREAMBLE[this.#preambleSeen]) this.#preambleSeen += 1;
    else if (byte === PREAMBLE[0]) this.#preambleSeen = this.#preambleSeen === 3 ? 3 : 1;
    else this.#preambleSeen = 0;
    if (this.#preambleSeen < PREAMBLE.length) return;
    for (let back = 0; back < PREAMBLE.length && back <= at; back += 1) shown[at - back] = true;
  }

  #takeHeader(byte: number, at: number, shown: boolean[]): void {
    this.#header.push(byte);
    const length = 256 * byteAt(Uint8Array.from(this.#header), 0) + (this.#header[1] ?? 0);
    const isLengthKnown = this.#header.length >= LENGTH_BYTES;
    if (isLengthKnown && (length <= STATUS_BYTES || length > MAX_ANSWER_LENGTH)) {
      this.#next(0);
      return;
    }
    shown[at] = true;
    if (this.#header.length === LENGTH_BYTES + STATUS_BYTES) this.#next(length - STATUS_BYTES);
  }

  #next(hiddenLeft: number): void {
    this.#hiddenLeft = hiddenLeft;
    this.#header = [];
    this.#preambleSeen = 0;
  }
}
