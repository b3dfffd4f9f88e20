import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { concat, fromHex, toHex } from '../codec/bytes.ts';
import { printerProfiles } from './profiles.ts';
import {
  conditionOfRealTime,
  needsOf,
  PrinterStatusParser,
  processIdRequest,
  realTimeRequest,
  type PrinterToken,
} from './status.ts';

// Processes, ports and thousands of runs are slow on a loaded machine, and that is no failure.
vi.setConfig({ testTimeout: 60_000 });

const tokensOf = (hex: string) => new PrinterStatusParser().push(fromHex(hex));

describe('the stream of a printer’s answers', () => {
  it.each([
    ['12', { type: 'real-time', byte: 0x12 }],
    ['1E', { type: 'real-time', byte: 0x1e }],
    ['72', { type: 'real-time', byte: 0x72 }],
    ['7E', { type: 'real-time', byte: 0x7e }],
    ['1A', { type: 'real-time', byte: 0x1a }],
    ['00', { type: 'in-order', byte: 0x00 }],
    ['03', { type: 'in-order', byte: 0x03 }],
    ['0C', { type: 'in-order', byte: 0x0c }],
    ['11', { type: 'flow', may: 'send' }],
    ['13', { type: 'flow', may: 'wait' }],
    ['14 00 00 0F', { type: 'automatic', bytes: fromHex('14 00 00 0F') }],
    ['37 22 30 30 34 32 00', { type: 'process-id', id: '0042' }],
    ['5F 54 4D 2D 54 38 38 56 00', { type: 'text', text: 'TM-T88V' }],
    ['80', { type: 'junk', byte: 0x80 }],
  ] as const)('%s is told apart', (hex, token) => {
    expect(tokensOf(hex)).toEqual([token]);
  });

  it('is told apart in any order and any pieces', () => {
    const answers: readonly (readonly [string, PrinterToken['type']])[] = [
      ['12', 'real-time'],
      ['00', 'in-order'],
      ['10 00 00 00', 'automatic'],
      ['37 22 31 32 33 34 00', 'process-id'],
      ['5F 41 00', 'text'],
      ['13', 'flow'],
    ];
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom(...answers), { maxLength: 20 }),
        fc.integer({ min: 1, max: 7 }),
        (chosen, piece) => {
          const stream = concat(chosen.map(([hex]) => fromHex(hex)));
          const parser = new PrinterStatusParser();
          const tokens: PrinterToken[] = [];
          for (let at = 0; at < stream.length; at += piece) {
            tokens.push(...parser.push(stream.subarray(at, at + piece)));
          }
          expect(tokens.map((token) => token.type)).toEqual(chosen.map(([, type]) => type));
        },
      ),
    );
  });

  it('survives any bytes and finds the next real-time answer after at most one torn block', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 500 }), (noise) => {
        const parser = new PrinterStatusParser();
        parser.push(noise);
        expect(parser.push(fromHex('12 12')).at(-1)).toEqual({ type: 'real-time', byte: 0x12 });
      }),
    );
  });
});

describe('requests', () => {
  it('are those of the manuals', () => {
    expect(toHex(realTimeRequest('printer'))).toBe('10 04 01');
    expect(toHex(realTimeRequest('paper'))).toBe('10 04 04');
    expect(toHex(processIdRequest('0007'))).toBe('1D 28 48 06 00 30 30 30 30 30 37');
  });
});

describe('what a printer needs', () => {
  const well = { printer: 0x12, offlineCause: 0x12, error: 0x12, paper: 0x12 };
  const needs = (id: string, change: Partial<typeof well>) => {
    const profile = printerProfiles.find((each) => each.id === id);
    if (profile === undefined) throw new Error(id);
    return needsOf(conditionOfRealTime({ ...well, ...change }), profile);
  };

  it.each([
    ['generic-80', {}, []],
    ['generic-80', { paper: 0x1e }, ['paper-near-end']],
    ['generic-80', { printer: 0x1a, offlineCause: 0x32, paper: 0x7e }, ['paper-out']],
    ['generic-80', { printer: 0x1a, paper: 0x72 }, ['paper-out']],
    ['generic-80', { printer: 0x1a, offlineCause: 0x16 }, ['cover-open']],
    ['generic-80', { printer: 0x1a, error: 0x1a }, ['cutter']],
    ['generic-80', { printer: 0x1a, error: 0x32 }, ['hardware']],
    ['generic-80', { printer: 0x1a }, ['offline']],
    ['generic-80', { printer: 0x1a, offlineCause: 0x36, paper: 0x7e }, ['cover-open', 'paper-out']],
    ['snbc-80', { paper: 0x12 }, ['paper-near-end']],
    ['snbc-80', { paper: 0x1e }, []],
    ['generic-58', { paper: 0x1e }, []],
    ['generic-58', { error: 0x1a }, []],
  ] as const)('%s with %j', (id, change, expected) => {
    expect(needs(id, change)).toEqual(expected);
  });
});
