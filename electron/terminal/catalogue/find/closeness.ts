/**
 * Whether `part` is somewhere in `whole` with at most `limit` letters wrong, missing, too many, or changed with their
 * neighbour: the least distance over all substrings (Sellers 1980, with the transpositions of Damerau). Infinity when it
 * is above the limit.
 */
export function distanceWithin(part: string, whole: string, limit: number): number {
  let twoAbove: number[] = [];
  let above = Array.from({ length: whole.length + 1 }, () => 0);
  for (let i = 1; i <= part.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= whole.length; j += 1) {
      const replaced = (above[j - 1] ?? 0) + (part[i - 1] === whole[j - 1] ? 0 : 1);
      const isSwapped = part[i - 1] === whole[j - 2] && part[i - 2] === whole[j - 1];
      const swapped = isSwapped ? (twoAbove[j - 2] ?? Infinity) + 1 : Infinity;
      row.push(Math.min(replaced, swapped, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1));
    }
    if (Math.min(...row) > limit && Math.min(...above) >= limit) return Infinity;
    twoAbove = above;
    above = row;
  }
  const best = Math.min(...above);
  return best > limit ? Infinity : best;
}

/** The characters of `part` stand in `whole` in the same order, with others between them: 高补 in 高龄补贴. */
export function isInOrder(part: string, whole: string): boolean {
  const left = [...part];
  for (const character of whole) if (character === left[0]) left.shift();
  return left.length === 0;
}
