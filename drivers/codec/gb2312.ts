import iconv from 'iconv-lite';
import { byteAt, concat } from './bytes.ts';

/** U+3013, the typographer's mark for a character that is not at hand: visible, and never a lie. */
const SUBSTITUTE = Uint8Array.of(0xa1, 0xfe);

/**
 * Text for display cards, whose fonts hold ASCII and GB2312 and nothing more. Control characters become
 * spaces: a text must not be able to command the display. Any other character that is missing becomes 〓.
 */
export function encodeGb2312(text: string): Uint8Array {
  return concat(Array.from(text, encodeCharacter));
}

export function decodeGb2312(bytes: Uint8Array): string {
  return new TextDecoder('gb18030').decode(bytes);
}

function encodeCharacter(character: string): Uint8Array {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x20 || (code >= 0x7f && code <= 0xa0)) return Uint8Array.of(0x20);
  if (code < 0x7f) return Uint8Array.of(code);
  const bytes = new Uint8Array(iconv.encode(character, 'gbk'));
  const isInSet = bytes.length === 2 && hasGb2312(byteAt(bytes, 0) - 0xa0, byteAt(bytes, 1) - 0xa0);
  return isInSet ? bytes : SUBSTITUTE;
}

/**
 * The cells that GB 2312-80 fills, by row, first and last cell: GBK put signs of its own and private
 * characters into those that it left empty, and there a card's font has nothing to draw.
 */
const FILLED_SIGNS: readonly (readonly [row: number, first: number, last: number])[] = [
  [1, 1, 94],
  [2, 17, 66],
  [2, 69, 78],
  [2, 81, 92],
  [3, 1, 94],
  [4, 1, 83],
  [5, 1, 86],
  [6, 1, 24],
  [6, 33, 56],
  [7, 1, 33],
  [7, 49, 81],
  [8, 1, 26],
  [8, 37, 73],
  [9, 4, 79],
];
/** The last row of the common characters ends five cells early. */
const LAST_COMMON = { row: 55, cell: 89 } as const;

function hasGb2312(row: number, cell: number): boolean {
  if (cell < 1 || cell > 94) return false;
  if (row >= 16 && row <= 87) return row !== LAST_COMMON.row || cell <= LAST_COMMON.cell;
  return FILLED_SIGNS.some(([of, first, last]) => row === of && cell >= first && cell <= last);
}
