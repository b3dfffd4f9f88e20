import type { PhotoDoubt } from '#contract/paper.ts';
import { findPaper } from './find-paper.ts';
import { judgePage } from './judge-page.ts';
import type { PaperView } from './paper-messages.ts';
import { grayOf, percentile, shrunk, type Picture, type Quad } from './picture.ts';
import { sizeOf, straightened, STRAIGHT_LONG_SIDE_PX } from './straighten.ts';

/** A sensor under a lid sends a little noise: nothing of it is as bright as this. */
const BRIGHTEST_OF_BLACK = 24;

export function look(frame: Picture): PaperView {
  const found = findPaper(frame);
  const inShares = (quad: Quad): Quad => {
    const [a, b, c, d] = quad.map(({ x, y }) => ({ x: x / frame.width, y: y / frame.height }));
    return a && b && c && d ? [a, b, c, d] : quad;
  };
  return {
    quad: found === null ? null : inShares(found.quad),
    isCutOff: found?.isCutOff === true,
    isBlack: percentile(grayOf(shrunk(frame, 160)), 0.98) < BRIGHTEST_OF_BLACK,
  };
}

/** The page that a frame shows, and what is wrong with it, the most helpful to put right first. */
export function takePage(frame: Picture): { readonly page: Picture; readonly doubts: readonly PhotoDoubt[] } {
  const found = findPaper(frame);
  if (found === null || found.isCutOff) {
    // Nothing is cut away where nobody knows what the paper is.
    const page = shrunk(frame, STRAIGHT_LONG_SIDE_PX);
    const edges: PhotoDoubt = found === null ? 'no-edges' : 'cut-off';
    const others = judgePage(page, Math.max(frame.width, frame.height));
    return { page, doubts: [edges, ...others.filter((doubt) => doubt !== 'far')] };
  }
  const page = straightened(frame, found.quad);
  const { width, height } = sizeOf(found.quad);
  return { page, doubts: judgePage(page, Math.max(width, height)) };
}
