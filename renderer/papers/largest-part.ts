export interface Part {
  readonly area: number;
  /** Its pixels as offsets into the mask. */
  readonly pixels: Uint32Array<ArrayBuffer>;
}

/** The largest connected part (four neighbours) of a mask of ones and zeros; null when nothing is in it. */
export function largestPart(mask: Uint8Array, width: number, height: number): Part | null {
  const seen = new Uint8Array(mask.length);
  const queue = new Uint32Array(mask.length);
  let best: Part | null = null;
  for (let start = 0; start < mask.length; start += 1) {
    if (mask[start] !== 1 || seen[start] === 1) continue;
    let end = 1;
    queue[0] = start;
    seen[start] = 1;
    for (let at = 0; at < end; at += 1) {
      const pixel = queue[at] ?? 0;
      const x = pixel % width;
      const neighbours = [
        x > 0 ? pixel - 1 : -1,
        x < width - 1 ? pixel + 1 : -1,
        pixel - width,
        pixel + width < width * height ? pixel + width : -1,
      ];
      for (const next of neighbours) {
        if (next < 0 || mask[next] !== 1 || seen[next] === 1) continue;
        seen[next] = 1;
        queue[end] = next;
        end += 1;
      }
    }
    if (best === null || end > best.area) best = { area: end, pixels: queue.slice(0, end) };
  }
  return best;
}
