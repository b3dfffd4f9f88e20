import type { GrayPicture } from '../picture.ts';
import { between, seeded } from './seeded.ts';

/** A page of printed characters that nobody has written: strokes of the size and density of Chinese body text. */

export interface PaperKind {
  readonly widthMm: number;
  readonly heightMm: number;
  /** Height of a character: 3.7 mm is the usual body text (五号, 10.5 points). */
  readonly characterMm: number;
}

export const a4: PaperKind = { widthMm: 210, heightMm: 297, characterMm: 3.7 };
/** ISO/IEC 7810 ID-1: identity, bank and social security cards. */
export const card: PaperKind = { widthMm: 85.6, heightMm: 54, characterMm: 2.6 };

const PX_PER_MM = 8;
const MARGIN_SHARE = 0.09;
/** Of a character's height. */
const LINE_SPACING = 1.6;
const STROKE_MM = { least: 0.25, most: 0.42 } as const;
const PAPER_WHITE = 235;
const INK = 35;

export function printedPage(kind: PaperKind, seed: number): GrayPicture {
  const random = seeded(seed);
  const width = Math.round(kind.widthMm * PX_PER_MM);
  const height = Math.round(kind.heightMm * PX_PER_MM);
  const data = new Uint8Array(width * height).fill(PAPER_WHITE);
  const fill = (left: number, top: number, right: number, bottom: number): void => {
    for (let y = Math.round(top); y < Math.min(height, bottom); y += 1) {
      data.fill(INK, y * width + Math.round(left), y * width + Math.min(width, Math.round(right)));
    }
  };
  const size = kind.characterMm * PX_PER_MM;
  const marginX = width * MARGIN_SHARE;
  const marginY = height * MARGIN_SHARE;
  for (let top = marginY; top + size < height - marginY; top += size * LINE_SPACING) {
    // A last line of a paragraph ends early; some lines are empty.
    const end = random() < 0.15 ? 0 : width - marginX - (random() < 0.25 ? random() * width * 0.6 : 0);
    for (let left = marginX; left + size < end; left += size * 1.04) character(random, left, top, size, fill);
  }
  return { width, height, data };
}

function character(
  random: () => number,
  left: number,
  top: number,
  size: number,
  fill: (left: number, top: number, right: number, bottom: number) => void,
): void {
  const strokes = 3 + Math.floor(random() * 7);
  for (let stroke = 0; stroke < strokes; stroke += 1) {
    const thickness = between(random, STROKE_MM.least, STROKE_MM.most) * PX_PER_MM;
    const from = random() * 0.4;
    const to = 0.6 + random() * 0.35;
    const across = 0.05 + random() * 0.85;
    if (random() < 0.6) {
      const y = top + across * size;
      fill(left + from * size, y, left + to * size, y + thickness);
    } else {
      const x = left + across * size;
      fill(x, top + from * size, x + thickness, top + to * size);
    }
  }
}
