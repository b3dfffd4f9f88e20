import { PNG } from 'pngjs';

/**
 * A picture of a page at an eighth of its size, in which each dot is the mean of its cell. What differs between machines
 * (the edges of letters, a fraction of a dot in where a letter stands) is nearly gone in it; what a person would see
 * is not (docs/decisions/0029).
 */
export const CELL_PX = 8;

/** What of it is another page; from trials, docs/decisions/0029. */
export const tolerance = {
  /** In a cell of one colour, which no letter touches: of 255, in any channel. */
  flatLevels: 6,
  /** In a cell with letters or an edge. */
  mixedLevels: 48,
  /** How many cells of a page may be over. */
  cells: 20,
} as const;

export interface CoarsePicture {
  readonly width: number;
  readonly height: number;
  /** Three bytes a cell, row by row. */
  readonly colours: Uint8Array;
  /** One a cell: every dot of it has the same colour. */
  readonly isFlat: readonly boolean[];
}

export function coarsened(png: Buffer): CoarsePicture {
  const { width: widthPx, height: heightPx, data } = PNG.sync.read(png);
  const [width, height] = [Math.floor(widthPx / CELL_PX), Math.floor(heightPx / CELL_PX)];
  const colours = new Uint8Array(width * height * 3);
  const isFlat: boolean[] = [];
  for (let cell = 0; cell < width * height; cell += 1) {
    const origin = (Math.floor(cell / width) * widthPx + (cell % width)) * CELL_PX * 4;
    let flat = true;
    for (let channel = 0; channel < 3; channel += 1) {
      const first = data[origin + channel] ?? 0;
      let sum = 0;
      for (let dot = 0; dot < CELL_PX * CELL_PX; dot += 1) {
        const at = origin + (Math.floor(dot / CELL_PX) * widthPx + (dot % CELL_PX)) * 4 + channel;
        const level = data[at] ?? 0;
        sum += level;
        flat &&= level === first;
      }
      colours[cell * 3 + channel] = Math.round(sum / CELL_PX ** 2);
    }
    isFlat.push(flat);
  }
  return { width, height, colours, isFlat };
}

/** As it is kept: a PNG, which says in its alpha whether a cell is flat. */
const ALPHA = { flat: 255, mixed: 254 } as const;

export function encodePicture({ width, height, colours, isFlat }: CoarsePicture): Buffer {
  const png = new PNG({ width, height });
  isFlat.forEach((flat, cell) => {
    png.data.set(colours.subarray(cell * 3, cell * 3 + 3), cell * 4);
    png.data[cell * 4 + 3] = flat ? ALPHA.flat : ALPHA.mixed;
  });
  return PNG.sync.write(png);
}

export function decodePicture(file: Buffer): CoarsePicture {
  const { width, height, data } = PNG.sync.read(file);
  const colours = new Uint8Array(width * height * 3);
  const isFlat: boolean[] = [];
  for (let cell = 0; cell < width * height; cell += 1) {
    colours.set(data.subarray(cell * 4, cell * 4 + 3), cell * 3);
    isFlat.push(data[cell * 4 + 3] === ALPHA.flat);
  }
  return { width, height, colours, isFlat };
}

/** The cells in which one is not the other: their places. Of two sizes, all. */
export function differingCells(kept: CoarsePicture, seen: CoarsePicture): number[] {
  if (kept.width !== seen.width || kept.height !== seen.height) return seen.isFlat.map((_, cell) => cell);
  return kept.isFlat.flatMap((flat, cell) => {
    const limit = flat && seen.isFlat[cell] === true ? tolerance.flatLevels : tolerance.mixedLevels;
    return distance(kept, seen, cell) > limit ? [cell] : [];
  });
}

/** Those cells in red, for whoever looks where it differs. */
export function withMarks(picture: CoarsePicture, cells: readonly number[]): CoarsePicture {
  const colours = Uint8Array.from(picture.colours);
  for (const cell of cells) colours.set([255, 0, 0], cell * 3);
  return { ...picture, colours };
}

/** The largest difference of a channel. */
function distance(kept: CoarsePicture, seen: CoarsePicture, cell: number): number {
  let largest = 0;
  for (let at = cell * 3; at < cell * 3 + 3; at += 1) {
    largest = Math.max(largest, Math.abs((kept.colours[at] ?? 0) - (seen.colours[at] ?? 0)));
  }
  return largest;
}
