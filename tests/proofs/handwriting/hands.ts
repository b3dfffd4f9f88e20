import { intoSquare, type Point, type Stroke } from '../../../renderer/keyboard/strokes/geometry.ts';

type Random = () => number;

/** How a hand writes; every number is a share of the character's side, an angle, or a chance. */
export interface Hand {
  readonly name: string;
  /** Each point goes astray by as much, at random. */
  readonly jitter: number;
  /** Each stroke as a whole goes astray by as much. */
  readonly shift: number;
  /** Each stroke is longer or shorter by as much. */
  readonly stretch: number;
  /** The whole character leans, radians at most. */
  readonly tilt: number;
  /** The whole character is wider or narrower by as much. */
  readonly aspect: number;
  /** The chance that a stroke changes places with the next. */
  readonly swap: number;
  /** The chance that the finger does not lift before the next stroke. */
  readonly join: number;
}

export const hands = [
  { name: 'clean', jitter: 0, shift: 0, stretch: 0, tilt: 0, aspect: 0, swap: 0, join: 0 },
  {
    name: 'jitter and swaps',
    jitter: 0.02,
    shift: 0.03,
    stretch: 0.1,
    tilt: 0.05,
    aspect: 0.15,
    swap: 0.1,
    join: 0,
  },
  {
    name: 'trembling, leaning, joining',
    jitter: 0.03,
    shift: 0.04,
    stretch: 0.15,
    tilt: 0.12,
    aspect: 0.25,
    swap: 0.1,
    join: 0.08,
  },
] as const satisfies readonly Hand[];

const POINTS_OF_A_HAND = 16;
/** A hand that joins everything is another script; the matcher allows for two. */
const MAX_JOINS = 2;

/** The strokes as this hand writes them. The same random numbers give the same writing. */
export function writtenBy(hand: Hand, strokes: readonly Stroke[], random: Random): Stroke[] {
  const spread = (size: number) => (random() + random() + random() - 1.5) * (size / 0.75);
  const tilt = spread(hand.tilt);
  const [cos, sin] = [Math.cos(tilt), Math.sin(tilt)];
  const wide = 1 + spread(hand.aspect);
  const square = intoSquare(strokes, POINTS_OF_A_HAND, 1);
  const drawn = strokes.map((_stroke, index) => {
    const base = index * POINTS_OF_A_HAND * 2;
    const [dx, dy, longer] = [spread(hand.shift), spread(hand.shift), 1 + spread(hand.stretch)];
    const middleX = square[base + POINTS_OF_A_HAND] ?? 0;
    const middleY = square[base + POINTS_OF_A_HAND + 1] ?? 0;
    return Array.from({ length: POINTS_OF_A_HAND }, (_none, step): Point => {
      const x = square[base + step * 2] ?? 0;
      const y = square[base + step * 2 + 1] ?? 0;
      const px = (middleX + (x - middleX) * longer + dx + spread(hand.jitter) - 0.5) * wide;
      const py = middleY + (y - middleY) * longer + dy + spread(hand.jitter) - 0.5;
      return { x: px * cos - py * sin, y: px * sin + py * cos };
    });
  });
  return joined(swapped(drawn, hand.swap, random), hand.join, random);
}

function swapped(strokes: readonly Stroke[], chance: number, random: Random): Stroke[] {
  const result = [...strokes];
  for (let index = 0; index + 1 < result.length; index += 1) {
    const [mine, next] = [result[index], result[index + 1]];
    if (random() < chance && mine && next) [result[index], result[index + 1]] = [next, mine];
  }
  return result;
}

function joined(strokes: readonly Stroke[], chance: number, random: Random): Stroke[] {
  const result: Stroke[] = [];
  let joins = 0;
  for (const stroke of strokes) {
    const last = result.at(-1);
    if (last !== undefined && joins < MAX_JOINS && random() < chance) {
      result[result.length - 1] = [...last, ...stroke];
      joins += 1;
    } else result.push(stroke);
  }
  return result;
}
