import type { Font, PathCommand } from 'fontkit';

/**
 * Outlines as 24 × 24 dots. A Mincho's hairlines are half a dot thick and would vanish, and the thickest
 * characters would fill up, so that no one threshold is right: see `dotsOf`. The choices were made by looking.
 */
const DOTS = 24;
/** Samples on each side of a dot. */
const FINE = 8;
const SIDE = DOTS * FINE;
/** The body of a Han character leaves a rim in its square; a printer's own characters use all of it. */
const ENLARGED = 1.03;
/** The square's lower edge in the em: HanaMin and most Han fonts put it there. */
const DESCENT = 0.125;
const CURVE_STEPS = 6;
/** Horizontal hairlines grow by these samples, to about one dot. */
const GROW_UP = 2;
const GROW_DOWN = 1;
/** How far a character may be moved so that its strokes fall on rows and columns of dots. */
const MAX_SHIFT = 3;
/** A dot is black above this share of ink, and more where it is dark all around, so that gaps stay open. */
const LEAST_INK = 0.3;
const INK_AROUND = 0.45;
const MOST_INK = 0.75;

/** 24 columns of 3 bytes, the highest bit on top; null for a glyph without ink. */
export function rasterise(font: Font, codePoint: number): Uint8Array | null {
  const { path } = font.glyphForCodePoint(codePoint);
  const spans = spansOf(edgesOf(path.commands, font.unitsPerEm));
  if (spans.every((row) => row.length === 0)) return null;
  return columnsOf(dotsOf(snapped(spans)));
}

type Edge = readonly [x0: number, y0: number, x1: number, y1: number];

/** Edges in samples, y downwards, curves in straight pieces. */
function edgesOf(commands: readonly PathCommand[], unitsPerEm: number): Edge[] {
  const scale = (SIDE / unitsPerEm) * ENLARGED;
  const middle = unitsPerEm / 2;
  const edges: Edge[] = [];
  let [x, y, startX, startY] = [0, 0, 0, 0];
  const lineTo = (toX: number, toY: number) => {
    if (toY !== y) edges.push([x, y, toX, toY]);
    [x, y] = [toX, toY];
  };
  for (const { command, args } of commands) {
    const points = args.map((value, index) =>
      index % 2 === 0
        ? SIDE / 2 + (value - middle) * scale
        : SIDE / 2 - (value - middle + unitsPerEm * DESCENT) * scale,
    );
    const [ax = 0, ay = 0, bx = 0, by = 0, cx = 0, cy = 0] = points;
    const [fromX, fromY] = [x, y];
    switch (command) {
      case 'moveTo':
        [x, y, startX, startY] = [ax, ay, ax, ay];
        break;
      case 'lineTo':
        lineTo(ax, ay);
        break;
      case 'quadraticCurveTo':
        for (let step = 1; step <= CURVE_STEPS; step += 1) {
          const t = step / CURVE_STEPS;
          const u = 1 - t;
          lineTo(u * u * fromX + 2 * u * t * ax + t * t * bx, u * u * fromY + 2 * u * t * ay + t * t * by);
        }
        break;
      case 'bezierCurveTo':
        for (let step = 1; step <= CURVE_STEPS; step += 1) {
          const t = step / CURVE_STEPS;
          const u = 1 - t;
          const [k0, k1, k2, k3] = [u * u * u, 3 * u * u * t, 3 * u * t * t, t * t * t];
          lineTo(k0 * fromX + k1 * ax + k2 * bx + k3 * cx, k0 * fromY + k1 * ay + k2 * by + k3 * cy);
        }
        break;
      case 'closePath':
        lineTo(startX, startY);
        break;
      default: {
        const never: never = command;
        return never;
      }
    }
  }
  return edges;
}

/** Where the ink of one row of samples begins and ends, in turn. */
type Spans = readonly number[];

/** By the non-zero winding rule, as fonts are filled. */
function spansOf(edges: readonly Edge[]): Spans[] {
  const crossings: number[][] = Array.from({ length: SIDE }, () => []);
  const turns: number[][] = Array.from({ length: SIDE }, () => []);
  for (const [x0, y0, x1, y1] of edges) {
    const turn = y1 > y0 ? 1 : -1;
    const first = Math.max(0, Math.ceil(Math.min(y0, y1) - 0.5));
    const last = Math.min(SIDE - 1, Math.ceil(Math.max(y0, y1) - 0.5) - 1);
    const slope = (x1 - x0) / (y1 - y0);
    for (let row = first; row <= last; row += 1) {
      insert(crossings[row] ?? [], turns[row] ?? [], x0 + (row + 0.5 - y0) * slope, turn);
    }
  }
  return crossings.map((xs, row) => {
    const spans: number[] = [];
    let winding = 0;
    xs.forEach((x, index) => {
      const before = winding;
      winding += turns[row]?.[index] ?? 0;
      if ((before === 0) !== (winding === 0)) spans.push(x);
    });
    return spans;
  });
}

/** Keeps a row's crossings in order; they are few. */
function insert(xs: number[], turns: number[], x: number, turn: number): void {
  let at = xs.length;
  xs.push(x);
  turns.push(turn);
  for (; at > 0 && (xs[at - 1] ?? 0) > x; at -= 1) {
    xs[at] = xs[at - 1] ?? 0;
    turns[at] = turns[at - 1] ?? 0;
  }
  xs[at] = x;
  turns[at] = turn;
}

/** The share of ink in each dot, moved so that as many dots as can be are either black or white. */
function snapped(spans: readonly Spans[]): Float32Array {
  const straight = across(spans, 0);
  const shiftY = sharpestShift((shift) => down(straight, shift));
  const shiftX = sharpestShift((shift) => down(across(spans, shift), shiftY));
  return down(grown(across(spans, shiftX)), shiftY);
}

/** Ink in each row of samples and column of dots, 0 to 1. */
function across(spans: readonly Spans[], shift: number): Float32Array {
  const ink = new Float32Array(SIDE * DOTS);
  for (let row = 0; row < SIDE; row += 1) {
    const ends = spans[row] ?? [];
    for (let index = 0; index + 1 < ends.length; index += 2) {
      const from = Math.max(0, ((ends[index] ?? 0) - shift) / FINE);
      const to = Math.min(DOTS, ((ends[index + 1] ?? 0) - shift) / FINE);
      for (let column = Math.floor(from); column < to; column += 1) {
        const part = Math.min(to, column + 1) - Math.max(from, column);
        const at = row * DOTS + column;
        ink[at] = (ink[at] ?? 0) + part;
      }
    }
  }
  return ink;
}

function grown(ink: Float32Array): Float32Array {
  const result = ink.slice();
  for (let by = -GROW_UP; by <= GROW_DOWN; by += 1) {
    const offset = by * DOTS;
    for (let at = Math.max(0, -offset); at < Math.min(ink.length, ink.length - offset); at += 1) {
      const here = ink[at] ?? 0;
      if (here > (result[at + offset] ?? 0)) result[at + offset] = here;
    }
  }
  return result;
}

/** Ink in each dot, 0 to 1. */
function down(ink: Float32Array, shift: number): Float32Array {
  const dots = new Float32Array(DOTS * DOTS);
  for (let row = Math.max(0, shift); row < Math.min(SIDE, SIDE + shift); row += 1) {
    const dotRow = Math.floor((row - shift) / FINE) * DOTS;
    for (let column = 0; column < DOTS; column += 1) {
      dots[dotRow + column] = (dots[dotRow + column] ?? 0) + (ink[row * DOTS + column] ?? 0) / FINE;
    }
  }
  return dots;
}

function sharpestShift(at: (shift: number) => Float32Array): number {
  let best = { shift: 0, sharpness: -1 };
  for (const shift of shiftsFromTheMiddle) {
    let sharpness = 0;
    for (const ink of at(shift)) sharpness += (ink - 0.5) * (ink - 0.5);
    // A hair's breadth better is no reason to move a character out of its middle.
    if (sharpness > best.sharpness * 1.01) best = { shift, sharpness };
  }
  return best.shift;
}

const shiftsFromTheMiddle = Array.from({ length: MAX_SHIFT }, (_, index) => [index + 1, -index - 1]).reduce(
  (shifts, pair) => [...shifts, ...pair],
  [0],
);

/** Black and white dots, darker or lighter by what is around them: two dots on each side. */
function dotsOf(ink: Float32Array): boolean[] {
  const rows = new Float32Array(DOTS * DOTS);
  for (let at = 0; at < ink.length; at += 1) {
    const column = at % DOTS;
    for (let by = -2; by <= 2; by += 1) {
      if (column + by >= 0 && column + by < DOTS) rows[at] = (rows[at] ?? 0) + (ink[at + by] ?? 0);
    }
  }
  return Array.from(ink, (share, at) => {
    let around = 0;
    for (let by = -2; by <= 2; by += 1) around += rows[at + by * DOTS] ?? 0;
    return share >= Math.min(MOST_INK, LEAST_INK + (INK_AROUND * around) / 25);
  });
}

function columnsOf(dots: readonly boolean[]): Uint8Array {
  const columns = new Uint8Array((DOTS * DOTS) / 8);
  dots.forEach((isBlack, index) => {
    if (!isBlack) return;
    const at = (index % DOTS) * 3 + (Math.floor(index / DOTS) >> 3);
    columns[at] = (columns[at] ?? 0) | (0x80 >> (Math.floor(index / DOTS) & 7));
  });
  return columns;
}
