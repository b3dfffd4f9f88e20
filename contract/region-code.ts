/** What a code of region.ts says by itself; a screen needs it, and no schema. */

export type RegionLevel = 'province' | 'city' | 'county' | 'street' | 'community';

export function levelOf(code: string): RegionLevel {
  if (code.length === 12) return 'community';
  if (code.length === 9) return 'street';
  if (code.endsWith('0000')) return 'province';
  return code.endsWith('00') ? 'city' : 'county';
}

/**
 * The codes that a region may lie in, the nearest first. Which of them it does lie in, the table says: a county under
 * the province itself (429004) has no city, a street of a city without counties (441900003) has none either.
 */
export function codesAbove(code: string): string[] {
  const wider = [code.slice(0, 9), code.slice(0, 6), `${code.slice(0, 4)}00`, `${code.slice(0, 2)}0000`];
  // Of a shorter code the slices give the code itself; of a city, the county's slice does.
  return wider.filter((above, index) => above !== code && wider.indexOf(above) === index);
}
