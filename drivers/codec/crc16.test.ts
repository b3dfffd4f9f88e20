import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc16Arc, crc16Modbus } from './crc16.ts';
import { fromHex } from './bytes.ts';
import { everyWrongBit } from './damage.ts';

const CHECK_INPUT = new TextEncoder().encode('123456789');

describe('the 16-bit checks', () => {
  it('give the check values of the catalogue', () => {
    expect(crc16Arc(CHECK_INPUT)).toBe(0xbb3d);
    expect(crc16Modbus(CHECK_INPUT)).toBe(0x4b37);
  });

  it('give the checks of worked Modbus frames, low byte first', () => {
    expect(crc16Modbus(fromHex('03 06 00 00 00 0C'))).toBe(0x2d88);
    expect(crc16Modbus(fromHex('01 10 00 70 00 02 04 41 30 31 32'))).toBe(0xfd74);
  });

  it('change with any one wrong bit', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (bytes) => {
        for (const damaged of everyWrongBit(bytes)) {
          expect(crc16Arc(damaged)).not.toBe(crc16Arc(bytes));
          expect(crc16Modbus(damaged)).not.toBe(crc16Modbus(bytes));
        }
      }),
      { numRuns: 20 },
    );
  });
});
