import type { LineDisplayDialect } from '#contract/queue-display.ts';
import { concat } from '../codec/bytes.ts';

/**
 * Character displays on a counter: CD5220 and its clones (command set as batzlerg/cd5220 and the makers'
 * manuals have it), Epson DM-D (ESC/POS for customer displays), and the 8-digit LED displays sold as 客显.
 * They never answer, so this is an encoder only.
 */

export interface DisplayShape {
  readonly columns: number;
  readonly lines: 1 | 2;
}

export const shapes: Readonly<Record<LineDisplayDialect, DisplayShape>> = {
  cd5220: { columns: 20, lines: 2 },
  'epson-dm-d': { columns: 20, lines: 2 },
  'led-8': { columns: 8, lines: 1 },
};

const HOME = 0x0b;
const CLEAR = 0x0c;
const CARRIAGE_RETURN = 0x0d;
const ESC = 0x1b;
const US = 0x1f;

/**
 * A command that the last write left unfinished takes two bytes more at most, so the third HOME is obeyed.
 */
const END_OF_ANY_COMMAND = Uint8Array.of(HOME, HOME, HOME);
/** ESC = 2: the display and not the printer that passes its bytes on. */
const SELECT_DISPLAY = Uint8Array.of(ESC, 0x3d, 0x02);

/** Empties the display and its modes. CLEAR comes first: after ESC Q a CD5220 obeys nothing else. */
export function encodeReset(dialect: LineDisplayDialect): Uint8Array {
  switch (dialect) {
    case 'cd5220':
      return concat([END_OF_ANY_COMMAND, Uint8Array.of(CLEAR, ESC, 0x40, CLEAR)]);
    case 'epson-dm-d':
      // US 01: overwriting, and no scrolling.
      return concat([END_OF_ANY_COMMAND, SELECT_DISPLAY, Uint8Array.of(ESC, 0x40, CLEAR, US, 0x01)]);
    case 'led-8':
      return Uint8Array.of(CARRIAGE_RETURN, CLEAR);
    default: {
      const never: never = dialect;
      return never;
    }
  }
}

/**
 * Whole lines, padded: what stood there is overwritten without a flicker, and the same bytes again change
 * nothing. `lines` are cut at the display's width; characters that are not ASCII become spaces.
 */
export function encodeLines(dialect: LineDisplayDialect, lines: readonly [string, string]): Uint8Array {
  const { columns } = shapes[dialect];
  const upper = ascii(lines[0], columns);
  const lower = ascii(lines[1], columns);
  switch (dialect) {
    case 'cd5220':
      return concat([END_OF_ANY_COMMAND, upper, Uint8Array.of(ESC, 0x6c, 1, 2), lower]);
    case 'epson-dm-d':
      return concat([
        END_OF_ANY_COMMAND,
        SELECT_DISPLAY,
        Uint8Array.of(HOME),
        upper,
        Uint8Array.of(US, 0x24, 1, 2),
        lower,
      ]);
    case 'led-8':
      return concat([
        Uint8Array.of(CARRIAGE_RETURN, ESC, 0x51, 0x41),
        ascii(lines[0].slice(0, columns), 0),
        Uint8Array.of(CARRIAGE_RETURN),
      ]);
    default: {
      const never: never = dialect;
      return never;
    }
  }
}

/** `columns` 0: as long as it is. */
function ascii(line: string, columns: number): Uint8Array {
  const text = columns === 0 ? line : line.slice(0, columns).padEnd(columns, ' ');
  return Uint8Array.from(text, (character) => {
    const code = character.charCodeAt(0);
    return code >= 0x20 && code < 0x7f ? code : 0x20;
  });
}
