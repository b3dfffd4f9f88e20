import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { concat, fromHex, toHex } from '../codec/bytes.ts';
import { everyWrongBit, inPieces } from '../codec/damage.ts';
import { areaCommand, clearCommand, parseAnswer, switchCommand } from './commands.ts';
import {
  BROADCAST_SCREEN,
  encodeFrame,
  FrameParser,
  HOST_ADDRESS,
  MAX_DATA_BYTES,
  type ParserEvent,
} from './protocol.ts';

// Thousands of runs are slow on a loaded machine, and that is no failure.
vi.setConfig({ testTimeout: 60_000 });

const START = 'A5 A5 A5 A5 A5 A5 A5 A5';
const toAll = (data: Uint8Array) =>
  toHex(encodeFrame({ destination: BROADCAST_SCREEN, source: HOST_ADDRESS, data }));
const framesIn = (events: readonly ParserEvent[]) => events.filter((event) => event.type === 'frame');

const ACK = encodeFrame({ destination: HOST_ADDRESS, source: 3, data: fromHex('A0 00 00 00 00') });
const anyFrame = fc.record({
  destination: fc.integer({ min: 0, max: 0xffff }),
  source: fc.integer({ min: 0, max: 0xffff }),
  // Many bytes that must be escaped.
  data: fc
    .array(fc.oneof(fc.constantFrom(0xa5, 0xa6, 0x5a, 0x5b, 1, 2), fc.integer({ min: 0, max: 255 })), {
      maxLength: 200,
    })
    .map((bytes) => Uint8Array.from(bytes)),
});

describe('frames, against those that the maker’s own sender writes', () => {
  it('switch a screen on', () => {
    expect(toAll(switchCommand(true, 'acknowledge'))).toBe(
      `${START} FE FF 00 80 00 00 00 00 00 00 FE 02 06 00 A3 00 01 00 00 01 5D F1 5A`,
    );
  });

  it('clear it', () => {
    expect(toAll(clearCommand('acknowledge'))).toBe(
      `${START} FE FF 00 80 00 00 00 00 00 00 FE 02 05 00 A3 10 01 00 00 75 DC 5A`,
    );
  });

  it('show “请A012号” on screen 3 of 64 by 16 pixels', () => {
    const data = areaCommand(
      { width: 8, heightPx: 16, lines: ['请A012号'], colour: null, speech: null },
      'acknowledge',
    );
    expect(toHex(encodeFrame({ destination: 3, source: HOST_ADDRESS, data }))).toBe(
      `${START} 03 00 00 80 00 00 00 00 00 00 FE 02 2C 00 A3 06 01 00 00 00 01 23 00 00 00 00 00 00 08 00 10 00 ` +
        '00 00 00 05 00 00 00 00 02 01 02 00 00 08 08 00 00 00 C7 EB 41 30 31 32 BA C5 C4 61 5A',
    );
  });

  it('ask for no answer in a broadcast', () => {
    expect(switchCommand(false, 'none')).toEqual(fromHex('A3 00 00 00 00 02'));
  });
});

describe('an area', () => {
  it('carries speech before its text, and the colour as an escape in it', () => {
    const data = areaCommand(
      {
        width: 8,
        heightPx: 16,
        lines: ['A1', 'B\\C1'],
        colour: 'red',
        speech: { text: '请', repeats: 2, volume: 7, speed: 5 },
      },
      'none',
    );
    expect(toHex(data.subarray(7 + 16))).toBe(
      '02 20 07 05 02 00 00 00 C7 EB 00 00 02 01 02 00 00 08 0C 00 00 00 5C 43 31 41 31 5C 6E 42 A3 DC 43 31',
    );
  });
});

describe('answers', () => {
  it.each([
    ['A0 00 00 00 00', { type: 'ack' }],
    ['A0 01 0C 00 00', { type: 'nack', code: 12, meaning: 'font missing' }],
    ['A0 01 63 00 00', { type: 'nack', code: 99, meaning: 'not listed' }],
    ['A0 02 00 00 00', null],
    ['A3 00 01 00 00 01', null],
    ['A0 00', null],
  ])('%s', (hex, expected) => {
    expect(parseAnswer(fromHex(hex))).toEqual(expected);
  });
});

describe('the parser', () => {
  it('gives back what was encoded, in whatever pieces it comes', () => {
    fc.assert(
      fc.property(anyFrame, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (frame, sizes) => {
        const parser = new FrameParser();
        const events = [...inPieces(encodeFrame(frame), sizes)].flatMap((piece) => parser.push(piece));
        expect(events).toEqual([{ type: 'frame', ...frame }]);
      }),
    );
  });

  it('gives nothing for any truncated frame, and finds the next', () => {
    for (let length = 0; length < ACK.length; length += 1) {
      const parser = new FrameParser();
      expect(parser.push(ACK.subarray(0, length))).toEqual([]);
      expect(framesIn(parser.push(ACK))).toHaveLength(1);
    }
  });

  it('finds every frame between any garbage', () => {
    const items = fc.array(fc.tuple(fc.uint8Array({ maxLength: 50 }), anyFrame), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(items, (parts) => {
        const stream = concat(parts.flatMap(([junk, frame]) => [junk, encodeFrame(frame)]));
        expect(framesIn(new FrameParser().push(stream))).toEqual(
          parts.map(([, frame]) => ({ type: 'frame', ...frame })),
        );
      }),
    );
  });

  it('never takes a frame with one wrong bit for another frame, and finds the next', () => {
    fc.assert(
      fc.property(anyFrame, (frame) => {
        const good = { type: 'frame', ...frame };
        for (const damaged of everyWrongBit(encodeFrame(frame))) {
          const parser = new FrameParser();
          // A wrong bit in the first seven start bytes harms nothing.
          for (const event of framesIn(parser.push(damaged))) expect(event).toEqual(good);
          expect(framesIn(parser.push(ACK))).toHaveLength(1);
        }
      }),
      { numRuns: 15 },
    );
  });

  it('says what is wrong with a damaged frame', () => {
    const why = (hex: string) => new FrameParser().push(fromHex(hex));
    expect(why('A5 A6 03 5A')).toEqual([{ type: 'damaged', why: 'escape' }]);
    expect(why('A5 01 02 5A')).toEqual([{ type: 'damaged', why: 'length' }]);
    expect(why(toHex(ACK).replace('A0 00', 'A0 04'))).toEqual([{ type: 'damaged', why: 'crc' }]);
  });

  it('holds a bounded part of a frame that never ends, and finds the next', () => {
    const parser = new FrameParser();
    parser.push(fromHex('A5'));
    for (let turn = 0; turn < 200; turn += 1) expect(parser.push(new Uint8Array(4096))).toEqual([]);
    const [tooLong, ...others] = parser.push(concat([fromHex('5A'), ACK]));
    expect(tooLong).toEqual({ type: 'damaged', why: 'length' });
    expect(framesIn(others)).toHaveLength(1);
  });

  it('survives a megabyte of noise, and finds the next frame', () => {
    const parser = new FrameParser();
    let state = 7;
    for (let turn = 0; turn < 256; turn += 1) {
      parser.push(
        Uint8Array.from({ length: 4096 }, () => {
          state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
          return state >>> 24;
        }),
      );
    }
    expect(framesIn(parser.push(ACK))).toHaveLength(1);
  });

  it('takes no more data than a card can hold', () => {
    const data = new Uint8Array(MAX_DATA_BYTES + 1);
    expect(() => encodeFrame({ destination: 1, source: HOST_ADDRESS, data })).toThrow();
  });
});
