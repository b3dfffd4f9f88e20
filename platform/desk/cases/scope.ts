import type { Catalogue } from '../../catalogue/load-catalogue.ts';

/** Whose cases an official sees: the items of a department, or what was received at the stations of a street. */
export type Scope =
  | { readonly kind: 'department'; readonly slugs: readonly string[] }
  | { readonly kind: 'street'; readonly stations: string };

/** By the code of a unit (officials/accounts.ts): eighteen characters, or the first digits of stations' numbers. */
export function scopeOf(catalogue: Catalogue, unitCode: string): Scope {
  if (unitCode.length < 18) return { kind: 'street', stations: unitCode };
  const items = [...catalogue.items.values()].filter(({ item }) => item.department.uscc === unitCode);
  return { kind: 'department', slugs: items.map(({ item }) => item.slug) };
}

export function isInScope(
  scope: Scope,
  found: { readonly itemSlug: string; readonly stationId: string },
): boolean {
  switch (scope.kind) {
    case 'department':
      return scope.slugs.includes(found.itemSlug);
    case 'street':
      return found.stationId.startsWith(scope.stations);
    default: {
      const never: never = scope;
      return never;
    }
  }
}

/** As two parameters of a query: `($n::text[] IS NULL OR item_slug = ANY($n)) AND starts_with(station_id, $m)`. */
export function scopeParameters(scope: Scope): [readonly string[] | null, string] {
  return scope.kind === 'department' ? [scope.slugs, ''] : [null, scope.stations];
}
