import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { concat, toHex } from '../codec/bytes.ts';
import { everyWrongBit, inPieces } from '../codec/damage.ts';
import { lineDisplayDialectSchema, type LineDisplayDialect } from '#contract/queue-display.ts';
import { encodeLines, encodeReset } from './protocol.ts';
import { LineDisplaySimulator } from './simulator.ts';

const CALL = ['A012', '3'] as const;
const ticketFor = (dialect: LineDisplayDialect) => (dialect === 'led-8' ? '012' : 'A012');

function shownBy(dialect: LineDisplayDialect, pieces: Iterable<Uint8Array>): string[] {
  const simulator = new LineDisplaySimulator(dialect);
  const plug = simulator.attach({ send: () => undefined });
  for (const piece of pieces) plug.receive(piece);
  return simulator.lines.map((line) => line.trimEnd());
}

describe('what is sent', () => {
  it('to a CD5220 is home, the upper line, ESC l to the lower one', () => {
    expect(toHex(encodeLines('cd5220', CALL))).toBe(
      `0B 0B 0B 41 30 31 32${' 20'.repeat(16)} 1B 6C 01 02 33${' 20'.repeat(19)}`,
    );
  });

  it('to an Epson selects the display first and goes to the lower line by US $', () => {
    expect(toHex(encodeLines('epson-dm-d', CALL))).toBe(
      `0B 0B 0B 1B 3D 02 0B 41 30 31 32${' 20'.repeat(16)} 1F 24 01 02 33${' 20'.repeat(19)}`,
    );
  });

  it('to an LED display is ESC Q A, digits, carriage return', () => {
    expect(toHex(encodeLines('led-8', ['012', '']))).toBe('0D 1B 51 41 30 31 32 0D');
  });

  it('first clears a CD5220 that obeys nothing else', () => {
    expect(toHex(encodeReset('cd5220'))).toBe('0B 0B 0B 0C 1B 40 0C');
    expect(toHex(encodeReset('epson-dm-d'))).toBe('0B 0B 0B 1B 3D 02 1B 40 0C 1F 01');
    expect(toHex(encodeReset('led-8'))).toBe('0D 0C');
  });
});

describe.each(lineDisplayDialectSchema.options)('a %s', (dialect) => {
  const frame = encodeLines(dialect, [ticketFor(dialect), '3']);
  const good = dialect === 'led-8' ? ['012'] : ['A012', '3'];

  it('shows any ASCII text, in whatever pieces it comes', () => {
    const text = fc.string({
      unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    });
    const sizes = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 });
    fc.assert(
      fc.property(text, text, sizes, (upper, lower, pieces) => {
        const shown = shownBy(dialect, inPieces(encodeLines(dialect, [upper, lower]), pieces));
        const expected = dialect === 'led-8' ? [upper.slice(0, 8)] : [upper.slice(0, 20), lower.slice(0, 20)];
        expect(shown).toEqual(expected.map((line) => line.trimEnd()));
      }),
    );
  });

  it('cannot be commanded by a text', () => {
    expect(
      encodeLines(dialect, ['\u001b@号', '\u000c']).filter((byte) => byte === 0x0c || byte > 0x7e),
    ).toHaveLength(0);
  });

  it('shows the next text after any truncated one', () => {
    for (let length = 0; length < frame.length; length += 1)
      expect(shownBy(dialect, [frame.subarray(0, length), frame]), `after ${length} bytes`).toEqual(good);
  });

  it('is healed by the next text of any one wrong bit', () => {
    for (const damaged of everyWrongBit(frame)) {
      expect(shownBy(dialect, [damaged, frame]), toHex(damaged)).toEqual(good);
    }
  });

  it('shows the next text after garbage without long commands', () => {
    const noText = fc.uint8Array({ maxLength: 60 }).map((bytes) => bytes.filter((byte) => byte !== 0x51));
    fc.assert(
      fc.property(noText, (junk) => {
        expect(shownBy(dialect, [concat([junk, frame, frame])])).toEqual(good);
      }),
    );
  });
});
