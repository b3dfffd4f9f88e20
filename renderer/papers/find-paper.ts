import { differenceFromTable, otsu } from './background.ts';
import { largestPart } from './largest-part.ts';
import { distance, shrunk, type Picture, type Point, type Quad } from './picture.ts';
import { areaOf, convexHull, cross, fromUpperLeft, largestQuad, refined } from './quad.ts';

/** All limits of the search. Their rates on synthetic pages are measured in README.md. */
export const findLimits = {
  /** Where it is looked for, in pixels: an A4 page that fills the frame has some 250 along its long side. */
  longSidePx: 320,
  /** What differs less from the table than this (of 255) may be its grain, or the camera's noise. */
  leastDifference: 18,
  /** A paper takes at least so much of the frame. */
  leastArea: 0.03,
  /** So much of what is found is paper: printed pictures and a hand make holes. */
  leastFill: 0.6,
  /** So much of its outline lies inside the four corners: a hand or a cable does not. */
  leastRectangular: 0.9,
  /** Angles of a page that is looked at from where a camera stands, in degrees. */
  angles: { least: 50, most: 130 },
  /** The shorter of two opposite edges against the longer one. */
  leastEdgeRatio: 0.5,
  /** Nearer to the frame than this, in pixels of the small picture, and the paper goes on beyond it. */
  edgePx: 1.5,
} as const;

export interface FoundPaper {
  /** In pixels of the picture that was given. */
  readonly quad: Quad;
  /** It reaches over the frame. */
  readonly isCutOff: boolean;
}

/** The four corners of the paper that lies on the table; null where there is none, or nothing that looks like one. */
export function findPaper(picture: Picture): FoundPaper | null {
  const small = shrunk(picture, findLimits.longSidePx);
  const { width, height } = small;
  const difference = differenceFromTable(small);
  const threshold = Math.max(findLimits.leastDifference, otsu(difference));
  const part = largestPart(
    difference.map((value) => (value > threshold ? 1 : 0)),
    width,
    height,
  );
  if (part === null || part.area < findLimits.leastArea * width * height) return null;

  const outline = outlineOf(part.pixels, width, height);
  const hull = convexHull(outline);
  const corners = largestQuad(hull);
  if (corners === null) return null;
  const hullArea = areaOf(hull);
  if (part.area < findLimits.leastFill * hullArea) return null;
  if (areaOf(corners) < findLimits.leastRectangular * hullArea) return null;
  const quad = fromUpperLeft(refined(corners, outline));
  if (!isPlausible(quad)) return null;

  const scale = picture.width / width;
  const toPicture = ({ x, y }: Point): Point => ({ x: x * scale, y: y * (picture.height / height) });
  const [a, b, c, d] = quad;
  return {
    quad: [toPicture(a), toPicture(b), toPicture(c), toPicture(d)],
    isCutOff: quad.some((corner) => isAtEdge(corner, width, height)),
  };
}

/** The first and the last pixel of each row and column, by their outer sides. */
function outlineOf(pixels: Uint32Array, width: number, height: number): Point[] {
  const rows = Array.from({ length: height }, () => ({ first: Infinity, last: -1 }));
  const columns = Array.from({ length: width }, () => ({ first: Infinity, last: -1 }));
  for (const pixel of pixels) {
    const x = pixel % width;
    const y = (pixel - x) / width;
    widen(rows[y], x);
    widen(columns[x], y);
  }
  return [
    ...rows.flatMap(({ first, last }, y) => (last < 0 ? [] : [at(first, y + 0.5), at(last + 1, y + 0.5)])),
    ...columns.flatMap(({ first, last }, x) => (last < 0 ? [] : [at(x + 0.5, first), at(x + 0.5, last + 1)])),
  ];
}

const at = (x: number, y: number): Point => ({ x, y });

function widen(range: { first: number; last: number } | undefined, value: number): void {
  if (!range) return;
  range.first = Math.min(range.first, value);
  range.last = Math.max(range.last, value);
}

function isPlausible(quad: Quad): boolean {
  const corners = [...quad];
  const at = (index: number): Point => corners[index % 4] ?? quad[0];
  const { least, most } = findLimits.angles;
  const anglesHold = corners.every((corner, index) => {
    const [before, after] = [at(index + 3), at(index + 1)];
    const cosine =
      ((before.x - corner.x) * (after.x - corner.x) + (before.y - corner.y) * (after.y - corner.y)) /
      (distance(before, corner) * distance(after, corner));
    const degrees = (Math.acos(Math.min(1, Math.max(-1, cosine))) * 180) / Math.PI;
    return degrees >= least && degrees <= most && cross(before, corner, after) > 0;
  });
  const edges = corners.map((corner, index) => distance(corner, at(index + 1)));
  const ratio = (a = 0, b = 0): number => Math.min(a, b) / Math.max(a, b, 1);
  return (
    anglesHold &&
    ratio(edges[0], edges[2]) >= findLimits.leastEdgeRatio &&
    ratio(edges[1], edges[3]) >= findLimits.leastEdgeRatio
  );
}

function isAtEdge({ x, y }: Point, width: number, height: number): boolean {
  const { edgePx } = findLimits;
  return x < edgePx || y < edgePx || x > width - edgePx || y > height - edgePx;
}
