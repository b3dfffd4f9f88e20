import type { Address } from '#contract/answers.ts';
import { codesAbove, levelOf } from '#contract/region-code.ts';
import type { Region } from '#contract/region.ts';

/** A table of regions as the tree that it is. */
export interface RegionTree {
  get(code: string): Region | undefined;
  /** In the order of their codes; null: the provinces. */
  children(code: string | null): readonly Region[];
  /** From the province to the place itself; empty for a code that is not here. */
  path(code: string): Region[];
}

const TOP = '';

export function regionTree(regions: readonly Region[]): RegionTree {
  const byCode = new Map(regions.map((region) => [region.code, region]));
  const childrenOf = new Map<string, Region[]>();
  const above = (code: string): string => codesAbove(code).find((other) => byCode.has(other)) ?? TOP;
  for (const region of regions) {
    const parent = above(region.code);
    const siblings = childrenOf.get(parent);
    if (siblings) siblings.push(region);
    else childrenOf.set(parent, [region]);
  }
  return {
    get: (code) => byCode.get(code),
    children: (code) => childrenOf.get(code ?? TOP) ?? [],
    path: (code) => [code, ...codesAbove(code)].flatMap((each) => byCode.get(each) ?? []).reverse(),
  };
}

/**
 * The levels with which a written address begins, as far as they are unambiguous; the rest of it is `detail`. Nothing of
 * the text is lost or put in another order. What reaches no county of a table that has any there stays text: a province
 * alone would be asked for again.
 */
export function addressOf(tree: RegionTree, text: string): Address {
  const written: Address = { region: '', street: '', community: '', detail: text };
  const address = { ...written };
  let place: Region | null = null;
  for (;;) {
    const next = nextIn(tree, place, address.detail);
    if (next === null) break;
    const name = next.name;
    const level = levelOf(next.code);
    const part = level === 'street' || level === 'community' ? level : 'region';
    address[part] += name;
    address.detail = address.detail.slice(name.length);
    place = next;
  }
  if (place === null) return written;
  const isNear =
    place.code.length > 6 || levelOf(place.code) === 'county' || tree.children(place.code).length === 0;
  return isNear ? { ...address, code: place.code } : written;
}

/**
 * The place below another whose name the text begins with. People and cards leave out provinces and cities (义乌市): where
 * no child is named, all cities and counties below are looked at, and only a name that one of them alone has counts.
 */
function nextIn(tree: RegionTree, place: Region | null, text: string): Region | null {
  const children = tree.children(place?.code ?? null);
  const isNamed = ({ name }: Region): boolean => text.startsWith(name);
  const named = children.some(isNamed) ? children.filter(isNamed) : wideBelow(tree, children).filter(isNamed);
  return named.length === 1 ? (named[0] ?? null) : null;
}

/** The cities and counties in these places. */
function wideBelow(tree: RegionTree, places: readonly Region[]): Region[] {
  return places.flatMap(({ code }) => {
    const inside = tree.children(code).filter((each) => each.code.length === 6);
    return [...inside, ...wideBelow(tree, inside)];
  });
}
