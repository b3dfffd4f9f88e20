import type { Address } from '#contract/answers.ts';
import { levelOf } from '#contract/region-code.ts';
import type { Region, RegionLevels } from '#contract/region.ts';

/** What lies in a place, and the way there; null: it cannot be asked for now. */
export type LookUp = (code: string | null) => Promise<RegionLevels | null>;

/** An address out of the places that were chosen and what was typed behind them. */
export function addressAt(path: readonly Region[], detail: string): Address {
  const last = path.at(-1);
  const named = (isPart: (code: string) => boolean) =>
    path
      .filter(({ code }) => isPart(code))
      .map(({ name }) => name)
      .join('');
  return {
    region: named((code) => code.length === 6),
    street: named((code) => levelOf(code) === 'street'),
    community: named((code) => levelOf(code) === 'community'),
    detail: detail.trim(),
    ...(last === undefined ? {} : { code: last.code }),
  };
}

/**
 * Another place at one level of a path. What was chosen below it stays as far as the new place has the same names: who
 * took the wrong street of two that both have a Heping community chooses the street alone.
 */
export async function withPlace(
  { path, at, code }: { readonly path: readonly Region[]; readonly at: number; readonly code: string },
  lookUp: LookUp,
): Promise<RegionLevels | null> {
  let place = await lookUp(code);
  for (const before of path.slice(at + 1)) {
    const same = place?.children.find(({ name }) => name === before.name);
    if (!same) break;
    place = await lookUp(same.code);
  }
  return place;
}
