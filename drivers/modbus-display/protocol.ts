import { BoundedBuffer } from '../codec/bounded-buffer.ts';
import { byteAt, concat, u16be } from '../codec/bytes.ts';
import { crc16Modbus } from '../codec/crc16.ts';

/**
 * Modbus RTU as numeric windows speak it: Modbus application protocol V1.1b3, clauses 6.6 and 6.12, on a
 * serial line by V1.02. Pure encode and decode.
 */

const WRITE_ONE = 0x06;
const WRITE_SEVERAL = 0x10;
const EXCEPTION = 0x80;

/** Clause 6.12. */
export const MAX_REGISTERS = 123;
const WRITTEN_BYTES = 8;
const EXCEPTION_BYTES = 5;

/** `value`: signed, as the window shows it, -32768 to 32767. */
export function encodeWriteOne(unit: number, register: number, value: number): Uint8Array {
  return withCrc(concat([Uint8Array.of(unit, WRITE_ONE), u16(register), u16(value)]));
}

/** `text`: ASCII, two characters to a register, the first one in the high byte; a last odd one gets a space. */
export function encodeWriteText(unit: number, register: number, text: string): Uint8Array {
  const padded = text.length % 2 === 0 ? text : `${text} `;
  const registers = padded.length / 2;
  if (registers < 1 || registers > MAX_REGISTERS) throw new Error('a text that no request takes');
  const bytes = Uint8Array.from(padded, (character) => {
    const code = character.charCodeAt(0);
    return code >= 0x20 && code < 0x7f ? code : 0x20;
  });
  const head = concat([Uint8Array.of(unit, WRITE_SEVERAL), u16(register), u16(registers)]);
  return withCrc(concat([head, Uint8Array.of(bytes.length), bytes]));
}

export type ModbusAnswer =
  /** `second`: the value that was written, or how many registers were. */
  | {
      readonly type: 'written';
      readonly unit: number;
      readonly code: number;
      readonly register: number;
      readonly second: number;
    }
  | { readonly type: 'exception'; readonly unit: number; readonly code: number; readonly exception: number };

/** The answer that says this request was done. */
export function answerTo(request: Uint8Array): ModbusAnswer {
  return {
    type: 'written',
    unit: byteAt(request, 0),
    code: byteAt(request, 1),
    register: u16be(request, 2),
    second: u16be(request, 4),
  };
}

/** The device's side, for simulators and tests. */
export function encodeAnswer(answer: ModbusAnswer): Uint8Array {
  if (answer.type === 'exception')
    return withCrc(Uint8Array.of(answer.unit, answer.code | EXCEPTION, answer.exception));
  return withCrc(concat([Uint8Array.of(answer.unit, answer.code), u16(answer.register), u16(answer.second)]));
}

/** Exceptions of clause 7. */
const exceptionMeanings: Readonly<Record<number, string>> = {
  1: 'illegal function',
  2: 'illegal data address',
  3: 'illegal data value',
  4: 'device failure',
  5: 'acknowledged, not done yet',
  6: 'device busy',
};
export const EXCEPTION_BUSY = 6;

export function exceptionMeaning(exception: number): string {
  return exceptionMeanings[exception] ?? 'not listed';
}

/**
 * Finds answers in a stream. RTU frames have no start mark, only pauses, which an operating system does not
 * hand on: so every place where a whole answer with a good check could stand is tried.
 */
export class AnswerParser {
  readonly #buffer = new BoundedBuffer(2 * WRITTEN_BYTES);
  #receivedBytes = 0;

  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** Called before each request, as answers come only to requests. */
  reset(): void {
    this.#buffer.clear();
    this.#receivedBytes = 0;
  }

  push(bytes: Uint8Array): ModbusAnswer[] {
    this.#receivedBytes += bytes.length;
    const answers: ModbusAnswer[] = [];
    for (const byte of bytes) {
      this.#buffer.append(Uint8Array.of(byte));
      const answer = this.#atEnd();
      if (answer === null) continue;
      this.#buffer.clear();
      answers.push(answer);
    }
    return answers;
  }

  #atEnd(): ModbusAnswer | null {
    const held = this.#buffer.bytes;
    const written = held.subarray(-WRITTEN_BYTES);
    const code = byteAt(written, 1);
    if (written.length === WRITTEN_BYTES && (code === WRITE_ONE || code === WRITE_SEVERAL) && isGood(written))
      return answerTo(written);
    const refused = held.subarray(-EXCEPTION_BYTES);
    const refusedCode = byteAt(refused, 1) ^ EXCEPTION;
    const isRefusal = refusedCode === WRITE_ONE || refusedCode === WRITE_SEVERAL;
    if (refused.length !== EXCEPTION_BYTES || !isRefusal || !isGood(refused)) return null;
    return {
      type: 'exception',
      unit: byteAt(refused, 0),
      code: refusedCode,
      exception: byteAt(refused, 2),
    };
  }
}

/** Whether the last two bytes are the check of those before, low byte first. */
export function isGood(frame: Uint8Array): boolean {
  const end = frame.length - 2;
  return end > 0 && crc16Modbus(frame.subarray(0, end)) === byteAt(frame, end) + byteAt(frame, end + 1) * 256;
}

function withCrc(bytes: Uint8Array): Uint8Array {
  const crc = crc16Modbus(bytes);
  return concat([bytes, Uint8Array.of(crc & 0xff, crc >> 8)]);
}

function u16(value: number): Uint8Array {
  return Uint8Array.of((value >> 8) & 0xff, value & 0xff);
}
