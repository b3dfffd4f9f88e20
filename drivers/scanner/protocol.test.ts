import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHex, toHex } from '../codec/bytes.ts';
import { crcCcitt, encodeNewlandReply, encodeRegisterReply, encodeTrigger, takeReply } from './protocol.ts';

describe('commands, against the manuals’ own bytes', () => {
  it.each([
    ['newland', true, '7E 01 30 30 30 30 23 53 43 4E 54 52 47 31 3B 03'],
    ['newland', false, '7E 01 30 30 30 30 23 53 43 4E 54 52 47 30 3B 03'],
    ['register', true, '7E 00 08 01 00 02 01 AB CD'],
    ['register', false, '7E 00 08 01 00 02 00 AB CD'],
    ['honeywell', true, '16 54 0D'],
    ['honeywell', false, '16 55 0D'],
  ] as const)('%s, trigger %s', (engine, on, hex) => {
    expect(toHex(encodeTrigger(engine, on) ?? new Uint8Array(0))).toBe(hex);
  });

  it('an engine without commands is sent nothing', () => {
    expect(encodeTrigger('none', true)).toBeNull();
  });

  it('the checksum is the manual’s', () => {
    expect(crcCcitt(fromHex('08 01 00 02 01'))).toBe(0x02da);
  });
});

describe('acknowledgements, against the manuals’ own bytes', () => {
  it.each([
    ['02 00 00 01 00 33 31', true],
    ['02 00 01 01 00 04 01', false],
    ['02 00 03 01 00 6A 61', false],
  ])('register engine: %s', (hex, isDone) => {
    expect(takeReply('register', fromHex(hex))).toEqual({ isDone, echo: null, byteCount: 7 });
  });

  it.each([
    ['06', true],
    ['15', false],
    ['05', false],
  ])('Newland: result %s', (result, isDone) => {
    const hex = `02 01 30 30 30 30 23 53 43 4E 54 52 47 31 ${result} 3B 03`;
    expect(takeReply('newland', fromHex(hex))).toEqual({ isDone, echo: 'SCNTRG1', byteCount: 17 });
  });

  it('Newland: is understood when it leaves the command’s first sign out', () => {
    const hex = '02 01 30 30 30 30 53 43 4E 54 52 47 31 06 3B 03';
    expect(takeReply('newland', fromHex(hex))).toMatchObject({ isDone: true, echo: 'SCNTRG1' });
  });

  it('the simulators’ replies are those bytes', () => {
    expect(toHex(encodeRegisterReply(0))).toBe('02 00 00 01 00 33 31');
    expect(toHex(encodeRegisterReply(3))).toBe('02 00 03 01 00 6A 61');
    expect(toHex(encodeNewlandReply('#SCNTRG1', 'refused'))).toBe(
      '02 01 30 30 30 30 23 53 43 4E 54 52 47 31 15 3B 03',
    );
  });

  const replies = [
    ['newland', encodeNewlandReply('#SCNTRG1', 'done')],
    ['register', encodeRegisterReply(0)],
  ] as const;

  it.each(replies)('%s: a truncated one is incomplete, and never a reply', (engine, reply) => {
    for (let length = 0; length < reply.length; length += 1) {
      expect(takeReply(engine, reply.subarray(0, length)), `${length} bytes`).toBe('incomplete');
    }
  });

  it.each(replies)('%s: one with a wrong bit is never "done" for this command', (engine, reply) => {
    for (let bit = 0; bit < reply.length * 8; bit += 1) {
      const damaged = reply.slice();
      const at = Math.floor(bit / 8);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (bit % 8));
      // The framing only asks about what starts with STX.
      if (damaged[0] !== 0x02) continue;
      const taken = takeReply(engine, damaged);
      const isSign = engine === 'newland' && at === 6;
      if (typeof taken === 'string' || isSign) continue;
      expect(taken.isDone && (taken.echo === null || taken.echo === 'SCNTRG1'), `bit ${bit}`).toBe(false);
    }
  });

  it('no bytes make it throw', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('newland', 'register', 'honeywell', 'none'),
        fc.uint8Array(),
        (engine, bytes) => {
          expect(() => takeReply(engine, Uint8Array.of(0x02, ...bytes))).not.toThrow();
        },
      ),
    );
  });
});
