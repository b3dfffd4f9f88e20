/** The card's font: Chinese characters of 16 lamps, others of half the width. */
export const LINE_DOTS = 16;

export interface LedCell {
  readonly character: string;
  readonly x: number;
  readonly dots: number;
}

/** Where each character of a line stands, in lamps from the left; what goes past the panel is not seen. */
export function ledCells(line: string): LedCell[] {
  let x = 0;
  return Array.from(line, (character) => {
    const dots = character.charCodeAt(0) < 0x80 ? LINE_DOTS / 2 : LINE_DOTS;
    const cell = { character, x, dots };
    x += dots;
    return cell;
  });
}
