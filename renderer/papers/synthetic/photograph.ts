import type { GrayPicture, Picture, Point, Quad } from '../picture.ts';
import { between, seeded } from './seeded.ts';

/** What a camera sees of a page on a table: place, turn, tilt, light, lens and sensor. */
export interface Scene {
  readonly width: number;
  readonly height: number;
  /** Where the page's corners lie in the frame, from its upper left one. */
  readonly quad: Quad;
  /** Red, green and blue of the table. */
  readonly table: readonly [number, number, number];
  /** Grain of the table, as the deviation of its brightness. */
  readonly grain: number;
  /** How much brighter the frame's one side is than the other: 0.2 is a lamp at one side. */
  readonly gradient: number;
  /** All light, 1 being a well-lit desk. */
  readonly light: number;
  /** Deviation of the lens's blur, in pixels of the frame; 0: sharp. */
  readonly blurPx: number;
  /** Deviation of the sensor's noise. */
  readonly noise: number;
  /** A lamp that the paper mirrors: its middle and its radius, in pixels; null without. */
  readonly glare: { readonly at: Point; readonly radiusPx: number } | null;
  readonly seed: number;
}

export function photograph(page: GrayPicture, scene: Scene): Picture {
  const { width, height, table } = scene;
  const random = seeded(scene.seed);
  const toPage = inverse(scene.quad);
  const light = new Float32Array(width * height);
  const isPaper = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const pixel = y * width + x;
      const { x: u, y: v } = toPage(x + 0.5, y + 0.5);
      const falls = scene.light * (1 + scene.gradient * (x / width - 0.5));
      if (u >= 0 && u < 1 && v >= 0 && v < 1) {
        isPaper[pixel] = 1;
        light[pixel] = falls * areaSample(page, u * page.width, v * page.height, scene);
      } else light[pixel] = falls * (1 + gaussian(random) * (scene.grain / 128));
    }
  }
  addGlare(light, isPaper, scene);
  const data = new Uint8ClampedArray(width * height * 4);
  const noises = light.map(() => gaussian(random) * scene.noise);
  const seenIn = (colour: number): Float32Array =>
    blurred(
      light.map((value, pixel) => (isPaper[pixel] === 1 ? value : value * colour)),
      width,
      height,
      scene.blurPx,
    );
  let values: { colour: number; seen: Float32Array } = { colour: NaN, seen: light };
  for (let channel = 0; channel < 3; channel += 1) {
    const colour = table[channel] ?? 0;
    // Of a gray table it is worked out once.
    if (colour !== values.colour) values = { colour, seen: seenIn(colour) };
    for (let pixel = 0; pixel < light.length; pixel += 1) {
      data[pixel * 4 + channel] = (values.seen[pixel] ?? 0) + (noises[pixel] ?? 0);
    }
  }
  for (let at = 3; at < data.length; at += 4) data[at] = 255;
  return { width, height, data };
}

/** A quarter of the page's pixels under one of the frame is enough against moiré. */
function areaSample(page: GrayPicture, x: number, y: number, scene: Scene): number {
  const step = Math.max(
    0,
    page.width / Math.hypot(scene.quad[1].x - scene.quad[0].x, scene.quad[1].y - scene.quad[0].y) / 4,
  );
  let sum = 0;
  for (const dy of [-step, step]) {
    for (const dx of [-step, step]) {
      const column = Math.min(page.width - 1, Math.max(0, Math.floor(x + dx)));
      const row = Math.min(page.height - 1, Math.max(0, Math.floor(y + dy)));
      sum += page.data[row * page.width + column] ?? 0;
    }
  }
  return sum / 4;
}

function addGlare(light: Float32Array, isPaper: Uint8Array, { glare, width }: Scene): void {
  if (glare === null) return;
  for (let pixel = 0; pixel < light.length; pixel += 1) {
    if (isPaper[pixel] !== 1) continue;
    const far =
      Math.hypot((pixel % width) - glare.at.x, Math.floor(pixel / width) - glare.at.y) / glare.radiusPx;
    // White out in the middle, and a soft edge.
    light[pixel] = (light[pixel] ?? 0) + 400 * Math.exp(-(far ** 4));
  }
}

function blurred(values: Float32Array, width: number, height: number, sigma: number): Float32Array {
  if (sigma <= 0) return values;
  const radius = Math.ceil(sigma * 3);
  const kernel = Float32Array.from({ length: radius * 2 + 1 }, (_unused, at) =>
    Math.exp(-((at - radius) ** 2) / (2 * sigma * sigma)),
  );
  const total = kernel.reduce((sum, weight) => sum + weight, 0);
  const pass = (from: Float32Array, stepX: number, stepY: number): Float32Array => {
    const into = new Float32Array(from.length);
    for (let y = 0; y < height; y += 1) {
      for (let x = 0; x < width; x += 1) {
        let sum = 0;
        for (let offset = -radius; offset <= radius; offset += 1) {
          const column = Math.min(width - 1, Math.max(0, x + offset * stepX));
          const row = Math.min(height - 1, Math.max(0, y + offset * stepY));
          sum += (from[row * width + column] ?? 0) * (kernel[offset + radius] ?? 0);
        }
        into[y * width + x] = sum / total;
      }
    }
    return into;
  };
  return pass(pass(values, 1, 0), 0, 1);
}

function gaussian(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** From the frame into the unit square of the page: the adjoint of Heckbert's map. */
function inverse([p0, p1, p2, p3]: Quad): (x: number, y: number) => Point {
  const [sx, sy] = [p0.x - p1.x + p2.x - p3.x, p0.y - p1.y + p2.y - p3.y];
  const [dx1, dy1] = [p1.x - p2.x, p1.y - p2.y];
  const [dx2, dy2] = [p3.x - p2.x, p3.y - p2.y];
  const det = dx1 * dy2 - dx2 * dy1;
  const g = (sx * dy2 - dx2 * sy) / det;
  const h = (dx1 * sy - sx * dy1) / det;
  const [a, b, c] = [p1.x - p0.x + g * p1.x, p3.x - p0.x + h * p3.x, p0.x];
  const [d, e, f] = [p1.y - p0.y + g * p1.y, p3.y - p0.y + h * p3.y, p0.y];
  return (x, y) => {
    const w = (d * h - e * g) * x + (b * g - a * h) * y + (a * e - b * d);
    return {
      x: ((e - f * h) * x + (c * h - b) * y + (b * f - c * e)) / w,
      y: ((f * g - d) * x + (a - c * g) * y + (c * d - a * f)) / w,
    };
  };
}

export interface Pose {
  /** The longer side of the paper against the frame's shorter side. */
  readonly size: number;
  readonly turnDegrees: number;
  /** How much shorter the far edge is: 0.1 is a camera that looks 20 degrees aslant. */
  readonly tilt: number;
  /** Off the middle, in shares of what is free. */
  readonly off: Point;
}

/** Where the corners of a paper lie. */
export function posed(frame: { width: number; height: number }, aspect: number, pose: Pose): Quad {
  const long = pose.size * Math.min(frame.width, frame.height);
  const [w, h] = aspect >= 1 ? [long, long / aspect] : [long * aspect, long];
  const turn = (pose.turnDegrees * Math.PI) / 180;
  const middle = {
    x: frame.width / 2 + (pose.off.x * frame.width) / 20,
    y: frame.height / 2 + (pose.off.y * frame.height) / 20,
  };
  const corner = (x: number, y: number): Point => {
    const narrow = 1 - (y < 0 ? pose.tilt : 0);
    const [px, py] = [x * w * narrow, y * h];
    return {
      x: middle.x + px * Math.cos(turn) - py * Math.sin(turn),
      y: middle.y + px * Math.sin(turn) + py * Math.cos(turn),
    };
  };
  return [corner(-0.5, -0.5), corner(0.5, -0.5), corner(0.5, 0.5), corner(-0.5, 0.5)];
}

const tables: readonly Scene['table'][] = [
  [62, 58, 55],
  [96, 68, 42],
  [40, 62, 48],
  [120, 96, 70],
  [150, 150, 155],
  [28, 28, 32],
];

/** A desk as somebody lays a paper on it, all chosen by the seed. */
export function ordinaryScene(seed: number, frame: { width: number; height: number }, aspect: number): Scene {
  const random = seeded(seed);
  const pose: Pose = {
    size: between(random, 0.7, 0.84),
    turnDegrees: between(random, -12, 12),
    tilt: between(random, 0, 0.12),
    off: { x: between(random, -1, 1), y: between(random, -0.2, 0.2) },
  };
  return {
    ...frame,
    quad: posed(frame, aspect, pose),
    table: tables[Math.floor(random() * tables.length)] ?? [62, 58, 55],
    grain: between(random, 0, 9),
    gradient: between(random, -0.3, 0.3),
    light: between(random, 0.75, 1),
    blurPx: 0,
    noise: between(random, 0, 5),
    glare: null,
    seed: seed + 1,
  };
}
