/** A picture as a canvas has it: four bytes a pixel (red, green, blue, alpha), row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray<ArrayBuffer>;
}

/** Brightness alone, a byte a pixel (0 black, 255 white). */
export interface GrayPicture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array<ArrayBuffer>;
}

/** In pixels of its picture, from the upper left corner of the upper left pixel. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Corners in the order in which a hand goes round: upper left, upper right, lower right, lower left. */
export type Quad = readonly [Point, Point, Point, Point];

export function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** Rec. 601 weights in 1/256. */
export function luma(red: number, green: number, blue: number): number {
  return (red * 77 + green * 150 + blue * 29) >> 8;
}

/** As small as it must be so that its longer side has at most so many pixels; each is the mean of what it covers. */
export function shrunk(picture: Picture, longSidePx: number): Picture {
  const factor = Math.max(1, Math.max(picture.width, picture.height) / longSidePx);
  if (factor === 1) return picture;
  const width = Math.max(1, Math.round(picture.width / factor));
  const height = Math.max(1, Math.round(picture.height / factor));
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    const top = Math.floor((y * picture.height) / height);
    const bottom = Math.max(top + 1, Math.floor(((y + 1) * picture.height) / height));
    for (let x = 0; x < width; x += 1) {
      const left = Math.floor((x * picture.width) / width);
      const right = Math.max(left + 1, Math.floor(((x + 1) * picture.width) / width));
      let red = 0;
      let green = 0;
      let blue = 0;
      for (let row = top; row < bottom; row += 1) {
        for (let at = (row * picture.width + left) * 4; at < (row * picture.width + right) * 4; at += 4) {
          red += picture.data[at] ?? 0;
          green += picture.data[at + 1] ?? 0;
          blue += picture.data[at + 2] ?? 0;
        }
      }
      const count = (bottom - top) * (right - left);
      const to = (y * width + x) * 4;
      data[to] = red / count;
      data[to + 1] = green / count;
      data[to + 2] = blue / count;
      data[to + 3] = 255;
    }
  }
  return { width, height, data };
}

export function grayOf({ width, height, data }: Picture): GrayPicture {
  const gray = new Uint8Array(width * height);
  for (let pixel = 0; pixel < gray.length; pixel += 1) {
    const at = pixel * 4;
    gray[pixel] = luma(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0);
  }
  return { width, height, data: gray };
}

/** The brightness below which the given share of all pixels lies. */
export function percentile(gray: GrayPicture, share: number): number {
  const counts = new Uint32Array(256);
  for (const value of gray.data) counts[value] = (counts[value] ?? 0) + 1;
  let seen = 0;
  for (let value = 0; value < 256; value += 1) {
    seen += counts[value] ?? 0;
    if (seen >= share * gray.data.length) return value;
  }
  return 255;
}
