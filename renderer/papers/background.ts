import type { Picture } from './picture.ts';

/** How far from the frame's edge the table is looked at, in pixels. */
const RING_PX = 3;
/** Enough for a table that is lit from one side: then what lies on it is no part of the plane any more. */
const ROUNDS = 4;
/** What is further from the plane than so many times the usual distance is something on the table. */
const OUTLIER = 2.5;
const LEAST_SPREAD = 3;

interface Sample {
  readonly x: number;
  readonly y: number;
  readonly value: number;
}

/**
 * How much each pixel differs from the table (0 to 255). The table is what is seen along the frame's edge, as a plane
 * for each colour, since no lamp lights it evenly. A plane is fitted, what lies far from it is left out, and again:
 * so that a paper that reaches over the edge does not count as table.
 */
export function differenceFromTable(picture: Picture): Uint8Array<ArrayBuffer> {
  const { width, height, data } = picture;
  const planes = [0, 1, 2].map((channel) => fitPlane(ringSamples(picture, channel)));
  const difference = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const pixel = y * width + x;
      let sum = 0;
      for (const [channel, [base, alongX, alongY]] of planes.entries()) {
        const off = (data[pixel * 4 + channel] ?? 0) - (base + alongX * x + alongY * y);
        sum += off * off;
      }
      difference[pixel] = Math.min(255, Math.sqrt(sum / 3));
    }
  }
  return difference;
}

function ringSamples({ width, height, data }: Picture, channel: number): Sample[] {
  const samples: Sample[] = [];
  for (let y = 0; y < height; y += 1) {
    const isEdgeRow = y < RING_PX || y >= height - RING_PX;
    for (let x = 0; x < width; x += 1) {
      if (!isEdgeRow && x >= RING_PX && x < width - RING_PX) continue;
      samples.push({ x, y, value: data[(y * width + x) * 4 + channel] ?? 0 });
    }
  }
  return samples;
}

type Plane = readonly [base: number, alongX: number, alongY: number];

function fitPlane(samples: readonly Sample[]): Plane {
  // From the middle of all values outwards: one bright paper over a quarter of the edge does not tilt the beginning.
  const middle = medianOf(samples.map(({ value }) => value));
  let plane: Plane = [middle, 0, 0];
  for (let round = 0; round < ROUNDS; round += 1) {
    const distances = samples.map((sample) => Math.abs(sample.value - valueOn(plane, sample)));
    const limit = Math.max(LEAST_SPREAD, medianOf(distances)) * OUTLIER;
    plane = leastSquares(samples.filter((_sample, index) => (distances[index] ?? 0) <= limit)) ?? plane;
  }
  return plane;
}

function valueOn([base, alongX, alongY]: Plane, { x, y }: Sample): number {
  return base + alongX * x + alongY * y;
}

function medianOf(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1] ?? 0;
}

/** Null when the samples lie on one line. */
function leastSquares(samples: readonly Sample[]): Plane | null {
  const n = samples.length;
  if (n < 3) return null;
  const mean = { x: 0, y: 0, value: 0 };
  for (const { x, y, value } of samples) {
    mean.x += x / n;
    mean.y += y / n;
    mean.value += value / n;
  }
  let xx = 0;
  let xy = 0;
  let yy = 0;
  let xv = 0;
  let yv = 0;
  for (const sample of samples) {
    const x = sample.x - mean.x;
    const y = sample.y - mean.y;
    const value = sample.value - mean.value;
    xx += x * x;
    xy += x * y;
    yy += y * y;
    xv += x * value;
    yv += y * value;
  }
  const determinant = xx * yy - xy * xy;
  if (Math.abs(determinant) < 1e-6) return null;
  const alongX = (xv * yy - yv * xy) / determinant;
  const alongY = (yv * xx - xv * xy) / determinant;
  return [mean.value - alongX * mean.x - alongY * mean.y, alongX, alongY];
}

/** Otsu's threshold: the value that parts a histogram into two groups as tight as can be. */
export function otsu(values: Uint8Array): number {
  const counts = new Float64Array(256);
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  let total = 0;
  for (let value = 0; value < 256; value += 1) total += value * (counts[value] ?? 0);
  let below = 0;
  let sumBelow = 0;
  let best = { between: -1, threshold: 0 };
  for (let value = 0; value < 255; value += 1) {
    below += counts[value] ?? 0;
    sumBelow += value * (counts[value] ?? 0);
    const above = values.length - below;
    if (below === 0 || above === 0) continue;
    const apart = sumBelow / below - (total - sumBelow) / above;
    const between = below * above * apart * apart;
    if (between > best.between) best = { between, threshold: value };
  }
  return best.threshold;
}
