import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BoundedBuffer } from './bounded-buffer.ts';
import { fromHex, indexOfBytes, toHex, xorOf } from './bytes.ts';

describe('byte helpers', () => {
  it('write hex that reads back', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(fromHex(toHex(bytes))).toEqual(bytes);
      }),
    );
    expect(() => fromHex('AA A')).toThrow();
  });

  it('find bytes where Buffer finds them', () => {
    const few = fc.integer({ min: 0, max: 2 });
    fc.assert(
      fc.property(fc.array(few), fc.array(few, { minLength: 1, maxLength: 3 }), (haystack, needle) => {
        const found = indexOfBytes(Uint8Array.from(haystack), Uint8Array.from(needle), 0);
        expect(found).toBe(Buffer.from(haystack).indexOf(Buffer.from(needle)));
      }),
    );
  });

  it('give an exclusive or that any one wrong bit changes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1 }), fc.nat(), (bytes, bit) => {
        const damaged = bytes.slice();
        const at = Math.floor(bit / 8) % bytes.length;
        damaged[at] = (damaged[at] ?? 0) ^ (1 << (bit % 8));
        expect(xorOf(damaged)).not.toBe(xorOf(bytes));
      }),
    );
  });
});

describe('a bounded buffer', () => {
  it('holds the newest bytes and never more than its bound', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 20 })), (pieces) => {
        const buffer = new BoundedBuffer(16);
        for (const piece of pieces) buffer.append(piece);
        const all = pieces.flatMap((piece) => [...piece]);
        expect([...buffer.bytes]).toEqual(all.slice(-16));
      }),
    );
  });
});
