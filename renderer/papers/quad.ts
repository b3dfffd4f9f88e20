import { distance, type Point, type Quad } from './picture.ts';

/** Geometry of corners: hull, the four that hold most of it, lines through an edge. */

export function cross(o: Point, a: Point, b: Point): number {
  return (a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x);
}

/** Clockwise as seen on a screen, whose y points down. */
export function convexHull(points: readonly Point[]): Point[] {
  const sorted = points.toSorted((a, b) => a.x - b.x || a.y - b.y);
  const half = (ordered: readonly Point[]): Point[] => {
    const chain: Point[] = [];
    for (const point of ordered) {
      for (;;) {
        const [before, last] = [chain.at(-2), chain.at(-1)];
        if (!before || !last || cross(before, last, point) > 0) break;
        chain.pop();
      }
      chain.push(point);
    }
    return chain.slice(0, -1);
  };
  return [...half(sorted), ...half(sorted.toReversed())];
}

export function areaOf(polygon: readonly Point[]): number {
  let twice = 0;
  for (const [index, point] of polygon.entries()) {
    const next = polygon[(index + 1) % polygon.length] ?? point;
    twice += point.x * next.y - next.x * point.y;
  }
  return Math.abs(twice) / 2;
}

/** So many combinations of four are looked at quickly (1,820), and no paper has more corners worth looking at. */
const CORNERS_LOOKED_AT = 16;

/** Four corners of a hull that hold the most area between them, in the hull's order; null with fewer. */
export function largestQuad(hull: readonly Point[]): Quad | null {
  const corners = simplified(hull, CORNERS_LOOKED_AT);
  let best: { readonly area: number; readonly quad: Quad } | null = null;
  for (const [a, first] of corners.entries()) {
    for (const [b, second] of corners.entries()) {
      if (b <= a) continue;
      for (const [c, third] of corners.entries()) {
        if (c <= b) continue;
        for (const fourth of corners.slice(c + 1)) {
          const quad: Quad = [first, second, third, fourth];
          const area = areaOf(quad);
          if (best === null || area > best.area) best = { area, quad };
        }
      }
    }
  }
  return best?.quad ?? null;
}

/** Without the corners that cut off least, until so many are left. */
function simplified(hull: readonly Point[], count: number): Point[] {
  const corners = [...hull];
  while (corners.length > count) {
    let least = { index: 0, area: Infinity };
    for (const [index, corner] of corners.entries()) {
      const before = corners.at(index - 1) ?? corner;
      const after = corners[(index + 1) % corners.length] ?? corner;
      const area = areaOf([before, corner, after]);
      if (area < least.area) least = { index, area };
    }
    corners.splice(least.index, 1);
  }
  return corners;
}

/** Round from the corner that is nearest to the upper left. */
export function fromUpperLeft(quad: Quad): Quad {
  const sums = quad.map(({ x, y }) => x + y);
  const first = sums.indexOf(Math.min(...sums));
  const at = (offset: number): Point => quad[(first + offset) % 4] ?? quad[0];
  return [at(0), at(1), at(2), at(3)];
}

interface Line {
  readonly through: Point;
  readonly direction: Point;
}

/** How far from the first guess of an edge its points are looked for, in pixels of the small picture. */
const NEAR_EDGE_PX = 2.5;
/** Ends of an edge are left out: a corner may be bent or torn. */
const END_SHARE = 0.08;
const FEWEST_POINTS = 6;

/** The same corners, found again as where the lines through all points of the edges meet. */
export function refined(quad: Quad, outline: readonly Point[]): Quad {
  const corners = [...quad];
  const lines = corners.map((from, index) => edgeLine(from, corners[(index + 1) % 4] ?? from, outline));
  const meeting = (index: number): Point => {
    const corner = quad[index] ?? quad[0];
    const [before, after] = [lines[(index + 3) % 4], lines[index]];
    const met = before && after ? intersection(before, after) : null;
    // Edges that meet far from their corner are no edges of it.
    return met && distance(met, corner) <= NEAR_EDGE_PX * 3 ? met : corner;
  };
  return [meeting(0), meeting(1), meeting(2), meeting(3)];
}

function edgeLine(from: Point, to: Point, outline: readonly Point[]): Line {
  const length = distance(from, to);
  const direction = { x: (to.x - from.x) / length, y: (to.y - from.y) / length };
  const near = outline.filter((point) => {
    const [dx, dy] = [point.x - from.x, point.y - from.y];
    const along = dx * direction.x + dy * direction.y;
    const across = Math.abs(dx * direction.y - dy * direction.x);
    return along > length * END_SHARE && along < length * (1 - END_SHARE) && across <= NEAR_EDGE_PX;
  });
  return near.length < FEWEST_POINTS ? { through: from, direction } : totalLeastSquares(near, direction);
}

function totalLeastSquares(points: readonly Point[], roughly: Point): Line {
  const through = {
    x: points.reduce((sum, { x }) => sum + x, 0) / points.length,
    y: points.reduce((sum, { y }) => sum + y, 0) / points.length,
  };
  let xx = 0;
  let xy = 0;
  let yy = 0;
  for (const point of points) {
    const [dx, dy] = [point.x - through.x, point.y - through.y];
    xx += dx * dx;
    xy += dx * dy;
    yy += dy * dy;
  }
  const angle = Math.atan2(2 * xy, xx - yy) / 2;
  const direction = { x: Math.cos(angle), y: Math.sin(angle) };
  const isAlong = Math.abs(direction.x * roughly.x + direction.y * roughly.y) > 0.7;
  return { through, direction: isAlong ? direction : roughly };
}

function intersection(a: Line, b: Line): Point | null {
  const denominator = a.direction.x * b.direction.y - a.direction.y * b.direction.x;
  if (Math.abs(denominator) < 0.05) return null;
  const [dx, dy] = [b.through.x - a.through.x, b.through.y - a.through.y];
  const along = (dx * b.direction.y - dy * b.direction.x) / denominator;
  return { x: a.through.x + a.direction.x * along, y: a.through.y + a.direction.y * along };
}
