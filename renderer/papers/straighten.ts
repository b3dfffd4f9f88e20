import { distance, type Picture, type Point, type Quad } from './picture.ts';

/** A page of 300 mm has 6.6 px/mm then (170 dpi): text of 10 points reads well, and a JPEG of it is below 1 MB. */
export const STRAIGHT_LONG_SIDE_PX = 2000;

/** The size that a paper has in the camera's own pixels, before anything is made larger or smaller. */
export function sizeOf([a, b, c, d]: Quad): { readonly width: number; readonly height: number } {
  return {
    width: Math.max(distance(a, b), distance(d, c)),
    height: Math.max(distance(b, c), distance(a, d)),
  };
}

/** The paper alone, seen from straight above, in as many pixels as it had. */
export function straightened(picture: Picture, quad: Quad): Picture {
  const own = sizeOf(quad);
  const factor = Math.min(1, STRAIGHT_LONG_SIDE_PX / Math.max(own.width, own.height));
  const width = Math.max(1, Math.round(own.width * factor));
  const height = Math.max(1, Math.round(own.height * factor));
  const [h0, h1, h2, h3, h4, h5, h6, h7] = fromUnitSquare(quad);
  const data = new Uint8ClampedArray(width * height * 4);
  for (let y = 0; y < height; y += 1) {
    const v = (y + 0.5) / height;
    for (let x = 0; x < width; x += 1) {
      const u = (x + 0.5) / width;
      const w = h6 * u + h7 * v + 1;
      // Pixel centres lie half a pixel inside.
      const sourceX = (h0 * u + h1 * v + h2) / w - 0.5;
      const sourceY = (h3 * u + h4 * v + h5) / w - 0.5;
      sample(picture, sourceX, sourceY, data, (y * width + x) * 4);
    }
  }
  return { width, height, data };
}

type Homography = readonly [number, number, number, number, number, number, number, number];

/**
 * The projective map of the unit square to four points (P. Heckbert, Fundamentals of Texture Mapping and Image
 * Warping, 1989, section 2.2.3).
 */
function fromUnitSquare([p0, p1, p2, p3]: Quad): Homography {
  const sum: Point = { x: p0.x - p1.x + p2.x - p3.x, y: p0.y - p1.y + p2.y - p3.y };
  const [dx1, dy1] = [p1.x - p2.x, p1.y - p2.y];
  const [dx2, dy2] = [p3.x - p2.x, p3.y - p2.y];
  const determinant = dx1 * dy2 - dx2 * dy1;
  // Four points on a line are no paper; find-paper.ts gives none.
  const g = determinant === 0 ? 0 : (sum.x * dy2 - dx2 * sum.y) / determinant;
  const h = determinant === 0 ? 0 : (dx1 * sum.y - sum.x * dy1) / determinant;
  return [
    p1.x - p0.x + g * p1.x,
    p3.x - p0.x + h * p3.x,
    p0.x,
    p1.y - p0.y + g * p1.y,
    p3.y - p0.y + h * p3.y,
    p0.y,
    g,
    h,
  ];
}

/** Between the four nearest pixels; outside, those at the edge. */
function sample(
  { width, height, data }: Picture,
  x: number,
  y: number,
  into: Uint8ClampedArray,
  at: number,
): void {
  const left = Math.min(width - 1, Math.max(0, Math.floor(x)));
  const top = Math.min(height - 1, Math.max(0, Math.floor(y)));
  const right = Math.min(width - 1, left + 1);
  const bottom = Math.min(height - 1, top + 1);
  const fx = Math.min(1, Math.max(0, x - left));
  const fy = Math.min(1, Math.max(0, y - top));
  const [a, b, c, d] = [
    top * width + left,
    top * width + right,
    bottom * width + left,
    bottom * width + right,
  ];
  for (let channel = 0; channel < 3; channel += 1) {
    const upper = (data[a * 4 + channel] ?? 0) * (1 - fx) + (data[b * 4 + channel] ?? 0) * fx;
    const lower = (data[c * 4 + channel] ?? 0) * (1 - fx) + (data[d * 4 + channel] ?? 0) * fx;
    into[at + channel] = upper * (1 - fy) + lower * fy;
  }
  into[at + 3] = 255;
}
