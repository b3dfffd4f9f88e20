import type { PhotoDoubt } from '#contract/paper.ts';
import { photoSidePx } from '#contract/photo-limits.ts';
import { largestPart } from './largest-part.ts';
import { grayOf, percentile, shrunk, type GrayPicture, type Picture } from './picture.ts';

/** All limits of the judgement. What they tell apart on synthetic pages is measured in README.md. */
export const judgeLimits = {
  /** A page is judged at this size, so that a limit means the same on every camera: 3.4 px/mm of an A4 page. */
  longSidePx: 1000,
  /**
   * The longer side in the camera's pixels. Body text (3.7 mm) has 12 px then, the smallest grid in which Chinese
   * characters are told apart (12-dot fonts); a card's small print (2.6 mm) has 17.
   */
  leastLongSidePx: { page: 1000, card: 560 },
  /** ISO/IEC 7810 ID-1 is 1.586 to 1, a sheet of the A series 1.414 to 1. */
  cardAspect: { least: 1.5, most: 1.72 },
  /** White paper reflects nine tenths: where its brightest parts are darker than this, the light is too low. */
  leastWhite: 90,
  /** A pixel that says nothing any more, in all three colours. */
  saturated: 251,
  /** The largest white spot against the page: a line of text is about 1 % of an A4 page. */
  mostGlare: 0.012,
  /** Where the whole paper is as white as a spot, a spot hides nothing that can be told from here. */
  overexposed: 244,
  /** Sharp edges against all edges, see `sharpness`. */
  leastSharpness: 0.28,
  /** A page whose gradients are less than this in the mean of their squares has nothing printed to be judged by. */
  leastGradient: 1.5,
} as const;

/** What is wrong with a page that was cut out; `ownLongSidePx`: its longer side in the camera's own pixels. */
export function judgePage(page: Picture, ownLongSidePx: number): PhotoDoubt[] {
  const small = shrunk(page, judgeLimits.longSidePx);
  const gray = grayOf(small);
  const doubts: PhotoDoubt[] = [];
  if (ownLongSidePx < leastLongSidePx(page)) doubts.push('far');
  if (percentile(gray, 0.9) < judgeLimits.leastWhite) doubts.push('dark');
  if (hasGlare(small, gray)) doubts.push('glare');
  const sharp = sharpness(gray);
  if (sharp !== null && sharp < judgeLimits.leastSharpness) doubts.push('blur');
  return doubts;
}

function leastLongSidePx({ width, height }: Picture): number {
  const aspect = Math.max(width, height) / Math.max(photoSidePx.min / 10, Math.min(width, height));
  const { least, most } = judgeLimits.cardAspect;
  const { page, card } = judgeLimits.leastLongSidePx;
  return aspect >= least && aspect <= most ? card : page;
}

function hasGlare({ width, height, data }: Picture, gray: GrayPicture): boolean {
  if (percentile(gray, 0.5) > judgeLimits.overexposed) return false;
  const mask = new Uint8Array(width * height);
  for (let pixel = 0; pixel < mask.length; pixel += 1) {
    const at = pixel * 4;
    const least = Math.min(data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0);
    mask[pixel] = least >= judgeLimits.saturated ? 1 : 0;
  }
  const spot = largestPart(mask, width, height);
  return spot !== null && spot.area > judgeLimits.mostGlare * mask.length;
}

/**
 * How sharp the text is: the variance of the Laplacian against that of the gradient. Their ratio, unlike the first one
 * alone, does not rise with the number of characters on the page, nor with the light. The camera's noise has a large
 * Laplacian as well, and would make a blurred page look sharp: the picture is smoothed first, and of both sums is
 * taken off what the flattest pixels, its margins, have of it. Null: nothing is printed on it.
 */
export function sharpness(gray: GrayPicture): number | null {
  const { width, height } = gray;
  const smooth = smoothed(gray);
  const count = (width - 2) * (height - 2);
  const laplacians = new Float32Array(Math.max(0, count));
  const gradients = new Float32Array(Math.max(0, count));
  let to = 0;
  for (let y = 1; y < height - 1; y += 1) {
    for (let x = 1; x < width - 1; x += 1) {
      const at = y * width + x;
      const left = smooth[at - 1] ?? 0;
      const right = smooth[at + 1] ?? 0;
      const above = smooth[at - width] ?? 0;
      const below = smooth[at + width] ?? 0;
      laplacians[to] = (left + right + above + below - 4 * (smooth[at] ?? 0)) ** 2;
      gradients[to] = ((right - left) / 2) ** 2 + ((below - above) / 2) ** 2;
      to += 1;
    }
  }
  const noise = {
    laplacian: flattest(laplacians) / FLAT.laplacian,
    gradient: flattest(gradients) / FLAT.gradient,
  };
  const laplacian = mean(laplacians) - noise.laplacian;
  const gradient = mean(gradients) - noise.gradient;
  return gradient < judgeLimits.leastGradient ? null : laplacian / gradient;
}

/** The share of all pixels that is margin on any page. */
const FLAT_SHARE = 0.2;
/**
 * The 20th percentile of the square of normal noise in shares of its mean: of one value (chi square, one degree of
 * freedom, 0.0642), and of the sum of two (two degrees, 0.4463 / 2).
 */
const FLAT = { laplacian: 0.0642, gradient: 0.2231 } as const;

function flattest(values: Float32Array): number {
  return values.toSorted()[Math.floor(values.length * FLAT_SHARE)] ?? 0;
}

function mean(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / Math.max(1, values.length);
}

/** By 1 2 1 in both directions. */
function smoothed({ width, data }: GrayPicture): Float32Array {
  const rows = new Float32Array(data.length);
  const both = new Float32Array(data.length);
  for (let at = 0; at < data.length; at += 1) {
    const x = at % width;
    const left = x > 0 ? at - 1 : at;
    const right = x < width - 1 ? at + 1 : at;
    rows[at] = ((data[left] ?? 0) + 2 * (data[at] ?? 0) + (data[right] ?? 0)) / 4;
  }
  for (let at = 0; at < data.length; at += 1) {
    const above = at >= width ? at - width : at;
    const below = at + width < data.length ? at + width : at;
    both[at] = ((rows[above] ?? 0) + 2 * (rows[at] ?? 0) + (rows[below] ?? 0)) / 4;
  }
  return both;
}
