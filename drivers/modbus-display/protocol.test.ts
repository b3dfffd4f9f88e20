import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { concat, fromHex, toHex } from '../codec/bytes.ts';
import { everyWrongBit, inPieces } from '../codec/damage.ts';
import {
  AnswerParser,
  answerTo,
  encodeAnswer,
  encodeWriteOne,
  encodeWriteText,
  exceptionMeaning,
  isGood,
  type ModbusAnswer,
} from './protocol.ts';

// Thousands of runs are slow on a loaded machine, and that is no failure.
vi.setConfig({ testTimeout: 60_000 });

const u8 = fc.integer({ min: 0, max: 255 });
const u16 = fc.integer({ min: 0, max: 0xffff });
const functionCode = fc.constantFrom(0x06, 0x10);
const anyAnswer: fc.Arbitrary<ModbusAnswer> = fc.oneof(
  fc.record({
    type: fc.constant('written' as const),
    unit: u8,
    code: functionCode,
    register: u16,
    second: u16,
  }),
  fc.record({ type: fc.constant('exception' as const), unit: u8, code: functionCode, exception: u8 }),
);
const WRITTEN = answerTo(encodeWriteOne(3, 0, 12));

describe('requests, against frames that pymodbus writes', () => {
  it('write the number 12 to window 3', () => {
    expect(toHex(encodeWriteOne(3, 0x0000, 12))).toBe('03 06 00 00 00 0C 88 2D');
  });

  it('write A012 to window 1', () => {
    expect(toHex(encodeWriteText(1, 0x0070, 'A012'))).toBe('01 10 00 70 00 02 04 41 30 31 32 74 FD');
  });

  it('fill the last register with a space, and write nothing but ASCII', () => {
    expect(toHex(encodeWriteText(1, 0, '号\u001bA')).slice(0, -6)).toBe('01 10 00 00 00 02 04 20 20 41 20');
  });

  it('write a negative number as two’s complement', () => {
    expect(toHex(encodeWriteOne(1, 0, -2)).slice(0, -6)).toBe('01 06 00 00 FF FE');
  });

  it('refuse a text longer than a request', () => {
    expect(() => encodeWriteText(1, 0, 'A'.repeat(248))).toThrow();
    expect(() => encodeWriteText(1, 0, '')).toThrow();
  });
});

describe('the parser', () => {
  it('gives back what was encoded, in whatever pieces it comes', () => {
    fc.assert(
      fc.property(anyAnswer, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (answer, sizes) => {
        const parser = new AnswerParser();
        const answers = [...inPieces(encodeAnswer(answer), sizes)].flatMap((piece) => parser.push(piece));
        expect(answers).toEqual([answer]);
      }),
    );
  });

  it('gives nothing for any truncated answer, and finds the next', () => {
    const frame = encodeAnswer(WRITTEN);
    for (let length = 0; length < frame.length; length += 1) {
      const parser = new AnswerParser();
      expect(parser.push(frame.subarray(0, length))).toEqual([]);
      expect(parser.push(frame)).toEqual([WRITTEN]);
    }
  });

  it('finds every answer between garbage without a function code in it', () => {
    const noCode = [0x06, 0x10, 0x86, 0x90];
    const junk = fc
      .uint8Array({ maxLength: 50 })
      .map((bytes) => bytes.filter((byte) => !noCode.includes(byte)));
    fc.assert(
      fc.property(fc.array(fc.tuple(junk, anyAnswer), { minLength: 1, maxLength: 6 }), (parts) => {
        // A unit whose number is a function code would make a second meaning possible.
        const plain = parts.map(([bytes, answer]) => [bytes, { ...answer, unit: 3 }] as const);
        const stream = concat(plain.flatMap(([bytes, answer]) => [bytes, encodeAnswer(answer)]));
        expect(new AnswerParser().push(stream)).toEqual(plain.map(([, answer]) => answer));
      }),
    );
  });

  it('never takes an answer with one wrong bit for an answer, and finds the next', () => {
    for (const answer of [WRITTEN, answerTo(encodeWriteText(1, 0x70, 'A012')), refused(6), refused(2)]) {
      for (const damaged of everyWrongBit(encodeAnswer(answer))) {
        const parser = new AnswerParser();
        expect(parser.push(damaged)).toEqual([]);
        expect(parser.push(encodeAnswer(WRITTEN))).toEqual([WRITTEN]);
      }
    }
  });

  it('survives a hundred kilobytes of noise, and finds the next answer', () => {
    const parser = new AnswerParser();
    let state = 7;
    for (let turn = 0; turn < 100; turn += 1) {
      parser.push(
        Uint8Array.from({ length: 1024 }, () => {
          state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
          return state >>> 24;
        }),
      );
    }
    expect(parser.push(encodeAnswer(WRITTEN))).toContainEqual(WRITTEN);
  });
});

describe('a check and an exception', () => {
  it('are told from wrong ones', () => {
    expect(isGood(fromHex('03 06 00 00 00 0C 88 2D'))).toBe(true);
    expect(isGood(fromHex('03 06 00 00 00 0C 2D 88'))).toBe(false);
    expect(isGood(new Uint8Array(2))).toBe(false);
    expect(exceptionMeaning(2)).toBe('illegal data address');
    expect(exceptionMeaning(77)).toBe('not listed');
  });
});

function refused(exception: number): ModbusAnswer {
  return { type: 'exception', unit: 3, code: 0x06, exception };
}
