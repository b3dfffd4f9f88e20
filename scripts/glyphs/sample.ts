import type { Font } from 'fontkit';
import { PNG } from 'pngjs';
import { rasterise } from './rasterise.ts';

const PER_ROW = 20;
const CELL_DOTS = 28;
const ZOOM = 3;

/** A picture of characters, magnified, to be judged by eye. */
export function drawSample(text: string, fonts: ReadonlyMap<number, Font>): Uint8Array {
  const characters = Array.from(text);
  const rows = Math.ceil(characters.length / PER_ROW);
  const picture = new PNG({ width: PER_ROW * CELL_DOTS * ZOOM, height: rows * CELL_DOTS * ZOOM });
  picture.data.fill(255);
  characters.forEach((character, index) => {
    const codePoint = character.codePointAt(0) ?? 0;
    const font = fonts.get(codePoint);
    const dots = font === undefined ? null : rasterise(font, codePoint);
    if (dots === null) return;
    const left = (index % PER_ROW) * CELL_DOTS;
    const top = Math.floor(index / PER_ROW) * CELL_DOTS;
    for (let x = 0; x < 24 * ZOOM; x += 1) {
      for (let y = 0; y < 24 * ZOOM; y += 1) {
        const [column, row] = [Math.floor(x / ZOOM), Math.floor(y / ZOOM)];
        if (((dots[column * 3 + (row >> 3)] ?? 0) & (0x80 >> (row & 7))) === 0) continue;
        picture.data.fill(
          0,
          ((top * ZOOM + y) * picture.width + left * ZOOM + x) * 4,
          ((top * ZOOM + y) * picture.width + left * ZOOM + x) * 4 + 3,
        );
      }
    }
  });
  return PNG.sync.write(picture);
}
