import type { Point } from '../../../renderer/keyboard/strokes/geometry.ts';

/** So many pieces a curve is cut into: a stroke has two or three curves, and the matcher looks at eight points. */
const PIECES = 8;

/** The points along an SVG path of the commands M, C, S, L and their small twins: all that stroke data use. */
export function pointsOfPath(path: string): Point[] {
  const points: Point[] = [];
  let at: Point = { x: 0, y: 0 };
  let lastControl: Point | null = null;
  for (const [, command = '', numbers = ''] of path.matchAll(/([a-z])([^a-z]*)/gi)) {
    const values = (numbers.match(/-?(?:\d+\.?\d*|\.\d+)(?:e-?\d+)?/gi) ?? []).map(Number);
    const base = () => (command === command.toLowerCase() ? at : { x: 0, y: 0 });
    const pair = (index: number): Point => ({
      x: base().x + (values[index] ?? 0),
      y: base().y + (values[index + 1] ?? 0),
    });
    switch (command.toUpperCase()) {
      case 'M':
      case 'L':
        for (let index = 0; index + 1 < values.length; index += 2) {
          at = pair(index);
          points.push(at);
        }
        lastControl = null;
        break;
      case 'C':
      case 'S': {
        const isShort = command.toUpperCase() === 'S';
        const step = isShort ? 4 : 6;
        for (let index = 0; index + step <= values.length; index += step) {
          const first: Point = isShort ? mirrored(lastControl ?? at, at) : pair(index);
          const second = pair(index + step - 4);
          const end = pair(index + step - 2);
          for (let piece = 1; piece <= PIECES; piece += 1) {
            points.push(onCurve(at, first, second, end, piece / PIECES));
          }
          lastControl = second;
          at = end;
        }
        break;
      }
      default:
        throw new Error(`a path with the command ${command}`);
    }
  }
  return points;
}

const mirrored = (point: Point, centre: Point): Point => ({
  x: 2 * centre.x - point.x,
  y: 2 * centre.y - point.y,
});

function onCurve(from: Point, first: Point, second: Point, to: Point, t: number): Point {
  const u = 1 - t;
  const mix = (a: number, b: number, c: number, d: number) =>
    u * u * u * a + 3 * u * u * t * b + 3 * u * t * t * c + t * t * t * d;
  return { x: mix(from.x, first.x, second.x, to.x), y: mix(from.y, first.y, second.y, to.y) };
}
