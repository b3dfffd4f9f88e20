import type { Signature } from '#contract/answers.ts';

interface Point {
  readonly x: number;
  readonly y: number;
}

/** Limits of contract/answers.ts; more than a name needs, less than a message may hold. */
const MAX_STROKES = 200;
const MAX_POINTS = 2000;
const EDGE_MIN = -50;
const EDGE_MAX = 4050;

/** What was drawn, in whole pixels and within the contract's limits; null when nothing was. */
export function signatureOf(
  strokes: readonly (readonly Point[])[],
  size: { readonly width: number; readonly height: number },
): Signature | null {
  const drawn = strokes
    .filter((stroke) => stroke.length > 0)
    .slice(0, MAX_STROKES)
    .map((stroke) => stroke.slice(0, MAX_POINTS).map(({ x, y }): [number, number] => [within(x), within(y)]));
  if (drawn.length === 0) return null;
  return { width: Math.round(size.width), height: Math.round(size.height), strokes: drawn };
}

function within(value: number): number {
  return Math.round(Math.min(EDGE_MAX, Math.max(EDGE_MIN, value)));
}
