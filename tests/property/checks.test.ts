import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, xorOf } from '#drivers/codec/bytes.ts';
import { crc16Arc, crc16Modbus } from '#drivers/codec/crc16.ts';
import { crcCcitt } from '#drivers/scanner/protocol.ts';
import { encodeContent } from '#drivers/template-display/protocol.ts';

/**
 * Every check against a reference that divides the message, bit by bit, as the polynomial that it is: it
 * shares neither the reflected form nor the shifting of our own code.
 */
interface CrcFacts {
  readonly polynomial: number;
  readonly first: number;
  /** Bits go over the line with the lowest of each byte first, and the remainder is read the same way. */
  readonly isReflected: boolean;
}

function crcByDivision(bytes: Uint8Array, { polynomial, first, isReflected }: CrcFacts): number {
  const bits = [...bytes].flatMap((byte) => {
    const high = Array.from({ length: 8 }, (_, index) => (byte >> (7 - index)) & 1);
    return isReflected ? high.reverse() : high;
  });
  const message = [...bits, ...new Array<number>(16).fill(0)];
  // The first value is added to the first 16 bits of the message.
  const start = Array.from({ length: 16 }, (_, index) => (first >> (15 - index)) & 1);
  start.forEach((bit, index) => (message[index] = (message[index] ?? 0) ^ bit));
  const divisor = [1, ...Array.from({ length: 16 }, (_, index) => (polynomial >> (15 - index)) & 1)];
  for (let at = 0; at < bits.length; at += 1) {
    if (message[at] !== 1) continue;
    divisor.forEach((bit, index) => (message[at + index] = (message[at + index] ?? 0) ^ bit));
  }
  const remainder = message.slice(-16);
  return (isReflected ? remainder.reverse() : remainder).reduce((value, bit) => value * 2 + bit, 0);
}

const ARC = { polynomial: 0x8005, first: 0x0000, isReflected: true };
const MODBUS = { polynomial: 0x8005, first: 0xffff, isReflected: true };
const CCITT = { polynomial: 0x1021, first: 0x0000, isReflected: false };
const CHECK_INPUT = new TextEncoder().encode('123456789');

const anyBytes = fc.uint8Array({ minLength: 2, maxLength: 120 });

describe('the reference itself', () => {
  it('gives the check values of the catalogue of CRCs', () => {
    expect(crcByDivision(CHECK_INPUT, ARC)).toBe(0xbb3d);
    expect(crcByDivision(CHECK_INPUT, MODBUS)).toBe(0x4b37);
    // CRC-16/XMODEM.
    expect(crcByDivision(CHECK_INPUT, CCITT)).toBe(0x31c3);
  });
});

describe('our checks', () => {
  it.each([
    ['CRC-16/ARC', crc16Arc, ARC],
    ['CRC-16/MODBUS', crc16Modbus, MODBUS],
    ['CRC-CCITT', crcCcitt, CCITT],
  ] as const)('%s is the remainder of the division, for any bytes', (_name, ours, facts) => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        expect(ours(bytes)).toBe(crcByDivision(bytes, facts));
      }),
      { numRuns: 500 },
    );
  });

  it('CRC-16/MODBUS is what the modbus-serial package computes', () => {
    // The package has no types for its parts.
    const peer: unknown = createRequire(import.meta.url)('modbus-serial/utils/crc16');
    if (typeof peer !== 'function') throw new Error('modbus-serial has no CRC where it was');
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expect(crc16Modbus(bytes)).toBe(peer(Buffer.from(bytes)));
      }),
    );
  });

  it('the exclusive or is the parity of each bit’s column', () => {
    fc.assert(
      fc.property(anyBytes, (bytes) => {
        let expected = 0;
        for (let bit = 0; bit < 8; bit += 1) {
          const ones = bytes.filter((byte) => Math.floor(byte / 2 ** bit) % 2 === 1).length;
          if (ones % 2 === 1) expected += 2 ** bit;
        }
        expect(xorOf(bytes)).toBe(expected);
      }),
    );
  });
});

describe('the check that a template asks for', () => {
  it.each(['xor', 'sum8', 'crc16-modbus', 'crc16-arc'] as const)(
    '%s covers exactly what stands before it from its first part on',
    (kind) => {
      const ticket = fc.stringMatching(/^[A-Z][0-9]{1,6}$/);
      fc.assert(
        fc.property(ticket, fc.constantFrom('low-first', 'high-first'), fc.integer({ min: 0, max: 2 }), run),
        { numRuns: 200 },
      );

      function run(text: string, order: 'low-first' | 'high-first', fromPart: number): void {
        const encoded = encodeContent(
          {
            address: 0x41,
            parts: [
              { part: 'bytes', hex: 'AA 55' },
              { part: 'address', as: 'byte' },
              { part: 'text', of: 'ticket', encoding: 'ascii', maxBytes: 8, pad: 'none' },
              { part: 'check', kind, order, fromPart },
              { part: 'bytes', hex: '0D' },
            ],
            answerHex: null,
          },
          { ticket: text, window: '3', text: null, flash: false, speech: null },
        );
        if (!encoded.ok) throw new Error('the ticket fits');
        const body = Uint8Array.of(...fromHex('AA 55 41'), ...new TextEncoder().encode(text));
        const covered = body.subarray([0, 2, 3][fromPart] ?? 0);
        const check = [...encoded.value.subarray(body.length, -1)];
        const value = order === 'high-first' || check.length === 1 ? check : check.reverse();
        expect(value.reduce((sum, byte) => sum * 256 + byte, 0)).toBe(reference(kind, covered));
      }
    },
  );

  function reference(kind: 'xor' | 'sum8' | 'crc16-modbus' | 'crc16-arc', covered: Uint8Array): number {
    switch (kind) {
      case 'xor':
        return covered.reduce((sum, byte) => sum ^ byte, 0);
      case 'sum8':
        return covered.reduce((sum, byte) => sum + byte, 0) % 256;
      case 'crc16-modbus':
        return crcByDivision(covered, MODBUS);
      case 'crc16-arc':
        return crcByDivision(covered, ARC);
      default: {
        const never: never = kind;
        return never;
      }
    }
  }
});
