import { intoSquare, type Stroke } from './geometry.ts';
import type { StrokeCharacter } from './stroke-format.ts';

/**
 * Finds the characters that look like what was written. First by how much ink goes in which direction in which
 * part of the square, which does not ask how the ink is cut into strokes; then, for the likeliest, stroke by
 * stroke, in any order: elderly hands join strokes, and the order of many characters is not what school says.
 */

/** Points along a stroke: enough for 乙, and 16 bytes for each of 110,000 strokes. */
const POINTS = 8;
/** x and y of each. */
const NUMBERS = POINTS * 2;
/** The square's side in the templates' bytes. */
const SIDE = 255;
const CELLS = 5;
const DIRECTIONS = 8;
const FEATURES = CELLS * CELLS * DIRECTIONS;

/** How many strokes more or fewer a character may have than was written; hands join more than they part. */
const MAX_STROKES_MORE = 2;
const MAX_STROKES_FEWER = 2;

/** So many are compared stroke by stroke. Tuned, as the weights below, by `npm run prove -- handwriting`. */
const COMPARED_FINELY = 120;

const weights = {
  /** What a stroke of the character costs that was not written, in sides of the square: hands join strokes. */
  missing: 0.22,
  /** What a written stroke costs that the character has not: nobody writes what is not there. */
  surplus: 0.4,
  /** No pair costs more: one stroke that went astray shall not decide. */
  furthest: 0.44,
  /** What a stroke written from its end to its beginning costs. */
  reversed: 0.08,
  /** What the ink's directions count beside the strokes. */
  ink: 0.35,
  /** How much a stroke's direction counts beside its place. */
  direction: 0.25,
  /** Commoner characters first among alike ones: 己 before 巳. */
  rank: 0.004,
} as const;

export interface HandwritingTemplates {
  readonly texts: readonly string[];
  /** Position in the file: 0 is the likeliest. */
  readonly ranks: Int32Array;
  /** Where each one's strokes begin, in strokes; one more than there are characters. */
  readonly starts: Int32Array;
  /** x, y of POINTS points for each stroke, in 255ths of the square. */
  readonly points: Uint8Array;
  /** FEATURES numbers for each character. */
  readonly ink: Float32Array;
}

export function buildTemplates(characters: readonly StrokeCharacter[]): HandwritingTemplates {
  const drawn = characters
    .map((character, rank) => ({ ...character, rank }))
    .filter(({ strokes }) => strokes.every(({ points }) => points.length > 0));
  const strokeCount = drawn.reduce((sum, { strokes }) => sum + strokes.length, 0);
  const starts = new Int32Array(drawn.length + 1);
  const points = new Uint8Array(strokeCount * NUMBERS);
  const ink = new Float32Array(drawn.length * FEATURES);
  drawn.forEach(({ strokes }, index) => {
    const start = starts[index] ?? 0;
    starts[index + 1] = start + strokes.length;
    const square = normalised(strokes.map((stroke) => stroke.points));
    points.set(square, start * NUMBERS);
    ink.set(inkOf(square), index * FEATURES);
  });
  return {
    texts: drawn.map(({ text }) => text),
    ranks: Int32Array.from(drawn, ({ rank }) => rank),
    starts,
    points,
    ink,
  };
}

const normalised = (strokes: readonly Stroke[]): Float64Array => intoSquare(strokes, POINTS, SIDE);

/** How much ink goes in each direction in each cell of the square, softly cut; of length 1. */
function inkOf(square: Float64Array): Float32Array {
  const ink = new Float32Array(FEATURES);
  for (let at = 0; at < square.length; at += 2) {
    const isEnd = at % NUMBERS === NUMBERS - 2;
    if (!isEnd) addInk(ink, square[at] ?? 0, square[at + 1] ?? 0, square[at + 2] ?? 0, square[at + 3] ?? 0);
  }
  let sum = 0;
  for (let index = 0; index < FEATURES; index += 1) {
    sum += ink[index] ?? 0;
    // The root keeps one long stroke from hiding the short ones.
    ink[index] = Math.sqrt(ink[index] ?? 0);
  }
  const length = Math.sqrt(sum) || 1;
  for (let index = 0; index < FEATURES; index += 1) ink[index] = (ink[index] ?? 0) / length;
  return ink;
}

/** A segment's ink is parted between the two nearest rows, columns and directions, by how near they are. */
function addInk(ink: Float32Array, x: number, y: number, toX: number, toY: number): void {
  const length = Math.sqrt((toX - x) * (toX - x) + (toY - y) * (toY - y));
  if (length === 0) return;
  const turn = (Math.atan2(toY - y, toX - x) / (2 * Math.PI) + 1) * DIRECTIONS;
  const cellX = ((x + toX) / 2 / SIDE) * CELLS - 0.5;
  const cellY = ((y + toY) / 2 / SIDE) * CELLS - 0.5;
  const left = Math.floor(cellX);
  const top = Math.floor(cellY);
  const before = Math.floor(turn);
  for (let corner = 0; corner < 8; corner += 1) {
    const column = left + (corner & 1);
    const row = top + ((corner >> 1) & 1);
    const nextTurn = corner >> 2;
    if (column < 0 || column >= CELLS || row < 0 || row >= CELLS) continue;
    const share =
      (1 - Math.abs(cellX - column)) * (1 - Math.abs(cellY - row)) * (1 - Math.abs(turn - before - nextTurn));
    const at = (row * CELLS + column) * DIRECTIONS + ((before + nextTurn) % DIRECTIONS);
    ink[at] = (ink[at] ?? 0) + length * share;
  }
}

/** Characters that look like the strokes, likeliest first. Strokes may be in any unit. */
export function recognise(
  templates: HandwritingTemplates,
  strokes: readonly Stroke[],
  maxCandidates: number,
): string[] {
  const written = strokes.filter((stroke) => stroke.length > 0);
  if (written.length === 0) return [];
  const square = normalised(written);
  const likely = likeliestByInk(templates, inkOf(square), written.length);
  return likely
    .map(({ index, inkDistance }) => ({
      text: templates.texts[index] ?? '',
      cost:
        strokeCost(templates, index, square) +
        weights.ink * inkDistance +
        weights.rank * Math.log2(1 + (templates.ranks[index] ?? 0) / 100),
    }))
    .toSorted((a, b) => a.cost - b.cost)
    .slice(0, maxCandidates)
    .map(({ text }) => text);
}

function likeliestByInk(
  { texts, starts, ink }: HandwritingTemplates,
  written: Float32Array,
  strokeCount: number,
): { readonly index: number; readonly inkDistance: number }[] {
  const found: { index: number; inkDistance: number }[] = [];
  for (let index = 0; index < texts.length; index += 1) {
    const more = (starts[index + 1] ?? 0) - (starts[index] ?? 0) - strokeCount;
    if (more > MAX_STROKES_MORE || more < -MAX_STROKES_FEWER) continue;
    let alike = 0;
    const base = index * FEATURES;
    for (let feature = 0; feature < FEATURES; feature += 1) {
      alike += (ink[base + feature] ?? 0) * (written[feature] ?? 0);
    }
    found.push({ index, inkDistance: 1 - alike });
  }
  return found.toSorted((a, b) => a.inkDistance - b.inkDistance).slice(0, COMPARED_FINELY);
}

/**
 * How far the strokes are from the character's, for each stroke, in sides of the square. Each stroke of the
 * longer list takes its nearest partner that is still free, the nearest pairs first.
 */
function strokeCost({ starts, points }: HandwritingTemplates, index: number, written: Float64Array): number {
  const start = starts[index] ?? 0;
  const count = (starts[index + 1] ?? 0) - start;
  const mineCount = written.length / NUMBERS;
  const costs = new Float64Array(mineCount * count);
  for (let mine = 0; mine < mineCount; mine += 1) {
    for (let its = 0; its < count; its += 1) {
      costs[mine * count + its] = pairCost(written, mine * NUMBERS, points, (start + its) * NUMBERS);
    }
  }
  const all = Math.max(mineCount, count);
  const pairs = Math.min(mineCount, count);
  let sum = (count - pairs) * weights.missing + (mineCount - pairs) * weights.surplus;
  const itsTaken = new Uint8Array(count);
  const mineTaken = new Uint8Array(mineCount);
  for (let pair = 0; pair < pairs; pair += 1) {
    let nearest = Infinity;
    let at = 0;
    for (let mine = 0; mine < mineCount; mine += 1) {
      if (mineTaken[mine] === 1) continue;
      for (let its = 0; its < count; its += 1) {
        const cost = costs[mine * count + its] ?? Infinity;
        if (cost < nearest && itsTaken[its] === 0) [nearest, at] = [cost, mine * count + its];
      }
    }
    mineTaken[Math.floor(at / count)] = 1;
    itsTaken[at % count] = 1;
    sum += Math.min(nearest, weights.furthest);
  }
  return sum / all;
}

/** How far two strokes are apart, point by point, with how far their directions are. */
function pairCost(mine: Float64Array, mineBase: number, its: Uint8Array, itsBase: number): number {
  let forward = 0;
  let backward = 0;
  for (let step = 0; step < NUMBERS; step += 2) {
    const x = mine[mineBase + step] ?? 0;
    const y = mine[mineBase + step + 1] ?? 0;
    const dx = x - (its[itsBase + step] ?? 0);
    const dy = y - (its[itsBase + step + 1] ?? 0);
    forward += Math.sqrt(dx * dx + dy * dy);
    const opposite = itsBase + NUMBERS - 2 - step;
    const ex = x - (its[opposite] ?? 0);
    const ey = y - (its[opposite + 1] ?? 0);
    backward += Math.sqrt(ex * ex + ey * ey);
  }
  const last = NUMBERS - 2;
  const across =
    (mine[mineBase + last] ?? 0) - (mine[mineBase] ?? 0) - (its[itsBase + last] ?? 0) + (its[itsBase] ?? 0);
  const down =
    (mine[mineBase + last + 1] ?? 0) -
    (mine[mineBase + 1] ?? 0) -
    (its[itsBase + last + 1] ?? 0) +
    (its[itsBase + 1] ?? 0);
  const turned = weights.direction * Math.sqrt(across * across + down * down);
  return Math.min(forward / POINTS + turned, backward / POINTS + weights.reversed * SIDE) / SIDE;
}
