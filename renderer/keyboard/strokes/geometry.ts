/** A point of a stroke; x to the right, y downwards, in whatever unit its owner counts. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export type Stroke = readonly Point[];

/** Without Math.hypot, which guards against overflows that no screen has and takes ten times as long. */
export function distance(a: Point, b: Point): number {
  const dx = a.x - b.x;
  const dy = a.y - b.y;
  return Math.sqrt(dx * dx + dy * dy);
}

/**
 * Writes `count` points at equal distances along the stroke, its ends among them, as x, y, x, y … from `at` on.
 * A dot is so many times itself.
 */
export function resampleInto(into: Float64Array, at: number, stroke: Stroke, count: number): void {
  const first = stroke[0] ?? { x: 0, y: 0 };
  let total = 0;
  let before = first;
  for (const point of stroke) {
    total += distance(before, point);
    before = point;
  }
  let from = first;
  let index = 0;
  let to = first;
  let length = 0;
  let passed = 0;
  for (let step = 0; step < count; step += 1) {
    const wanted = (total * step) / (count - 1);
    while (index < stroke.length - 1 && passed + length < wanted) {
      passed += length;
      from = to;
      index += 1;
      to = stroke[index] ?? to;
      length = distance(from, to);
    }
    const share = length === 0 ? 0 : Math.min(1, (wanted - passed) / length);
    into[at + step * 2] = from.x + (to.x - from.x) * share;
    into[at + step * 2 + 1] = from.y + (to.y - from.y) * share;
  }
}

/**
 * A narrow character is not stretched to the full square: 一 stays a line. Down to this share of the longer
 * side both sides are brought to the same length, as no two hands write with the same proportions.
 */
const NARROWEST_SHARE = 0.4;

/**
 * The strokes with so many points each, as x, y, x, y …, moved and scaled into the square from 0 to `side`.
 * One flat array: a hundred thousand strokes are laid out when the first keyboard opens.
 */
export function intoSquare(strokes: readonly Stroke[], pointsEach: number, side: number): Float64Array {
  const flat = new Float64Array(strokes.length * pointsEach * 2);
  strokes.forEach((stroke, index) => {
    resampleInto(flat, index * pointsEach * 2, stroke, pointsEach);
  });
  let left = Infinity;
  let top = Infinity;
  let right = -Infinity;
  let bottom = -Infinity;
  for (let at = 0; at < flat.length; at += 2) {
    const x = flat[at] ?? 0;
    const y = flat[at + 1] ?? 0;
    if (x < left) left = x;
    if (x > right) right = x;
    if (y < top) top = y;
    if (y > bottom) bottom = y;
  }
  const longer = Math.max(right - left, bottom - top) || 1;
  const scaleX = side / Math.max(right - left, longer * NARROWEST_SHARE);
  const scaleY = side / Math.max(bottom - top, longer * NARROWEST_SHARE);
  const middleX = (left + right) / 2;
  const middleY = (top + bottom) / 2;
  for (let at = 0; at < flat.length; at += 2) {
    flat[at] = side / 2 + ((flat[at] ?? 0) - middleX) * scaleX;
    flat[at + 1] = side / 2 + ((flat[at + 1] ?? 0) - middleY) * scaleY;
  }
  return flat;
}

/** The fewest points from which no point of the stroke is further than `tolerance` (Ramer, Douglas, Peucker). */
export function simplify(stroke: Stroke, tolerance: number): Stroke {
  const first = stroke[0];
  const last = stroke.at(-1);
  if (first === undefined || last === undefined || stroke.length < 3) return stroke;
  let furthest = 0;
  let at = 0;
  stroke.forEach((point, index) => {
    const away = distanceToSegment(point, first, last);
    if (away > furthest) [furthest, at] = [away, index];
  });
  if (furthest <= tolerance) return [first, last];
  return [...simplify(stroke.slice(0, at + 1), tolerance), ...simplify(stroke.slice(at), tolerance).slice(1)];
}

function distanceToSegment(point: Point, from: Point, to: Point): number {
  const length = distance(from, to);
  if (length === 0) return distance(point, from);
  const along =
    ((point.x - from.x) * (to.x - from.x) + (point.y - from.y) * (to.y - from.y)) / (length * length);
  const share = Math.min(1, Math.max(0, along));
  return distance(point, { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share });
}
