import { join } from 'node:path';
import { openSync } from 'fontkit';
import iconv from 'iconv-lite';
import { isBeyondGbk } from '#drivers/receipt-printer/text.ts';
import { rasterise } from './rasterise.ts';

export const fontFolder = join(import.meta.dirname, '../../node_modules/hanamin');

/** The font comes in slices of some hundred characters. */
export interface SliceGlyphs {
  readonly slice: string;
  readonly glyphs: readonly (readonly [codePoint: number, dots: Uint8Array])[];
}

export function rasteriseSlice(slice: string): SliceGlyphs {
  const font = openSync(join(fontFolder, slice));
  const glyphs = font.characterSet.filter(isRare).flatMap((codePoint) => {
    const dots = rasterise(font, codePoint);
    return dots === null ? [] : [[codePoint, dots] as const];
  });
  return { slice, glyphs };
}

/** GB 18030-2022 has characters of planes 0 and 2; private use is nobody's name. */
export function isRare(codePoint: number): boolean {
  const plane = codePoint >> 16;
  if ((plane !== 0 && plane !== 2) || (codePoint >= 0xd800 && codePoint <= 0xf8ff)) return false;
  return isBeyondGbk(iconv.encode(String.fromCodePoint(codePoint), 'gb18030'));
}
