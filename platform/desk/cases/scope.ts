import type { Catalogue } from '../../catalogue/load-catalogue.ts';

/**
 * Whose cases an official sees: what lies with a department, by its items or because it was handed over to it (转办), or what was
 * received at the stations of a street.
 */
export type Scope =
  | { readonly kind: 'department'; readonly slugs: readonly string[]; readonly names: readonly string[] }
  | { readonly kind: 'street'; readonly stations: string };

/** By the code of a unit (officials/accounts.ts): eighteen characters, or the first digits of stations' numbers. */
export function scopeOf(catalogue: Catalogue, unitCode: string): Scope {
  if (unitCode.length < 18) return { kind: 'street', stations: unitCode };
  const items = [...catalogue.items.values()].filter(({ item }) => item.department.uscc === unitCode);
  return {
    kind: 'department',
    slugs: items.map(({ item }) => item.slug),
    names: [...new Set(items.map(({ item }) => item.department.zh))],
  };
}

export function isInScope(
  scope: Scope,
  found: {
    readonly itemSlug: string;
    readonly stationId: string;
    /** The Chinese name of the unit that it was handed over to last. */
    readonly handedTo: string | null;
  },
): boolean {
  switch (scope.kind) {
    case 'department':
      return found.handedTo === null
        ? scope.slugs.includes(found.itemSlug)
        : scope.names.includes(found.handedTo);
    case 'street':
      return found.stationId.startsWith(scope.stations);
    default: {
      const never: never = scope;
      return never;
    }
  }
}

/** As the first parameters of a query that has the case as `c` and its application as `a`. */
export function scopeParameters(
  scope: Scope,
): [slugs: readonly string[] | null, names: readonly string[], stations: string] {
  return scope.kind === 'department' ? [scope.slugs, scope.names, ''] : [null, [], scope.stations];
}

export const IN_SCOPE = `($1::text[] IS NULL OR
  CASE WHEN c.handed_to IS NULL THEN a.item_slug = ANY($1) ELSE c.handed_to = ANY($2::text[]) END)
  AND starts_with(a.station_id, $3)`;
