import type pg from 'pg';
import type { Catalogue } from '../catalogue/load-catalogue.ts';

/**
 * Whose cases somebody sees: what lies with a department, by its items or because it was handed over to it (转办); what the platform has
 * given to a department that plugs in; or what was received at the stations of a street. And of each, the matters that were
 * dispatched to it by its name, and those of its own items that it has dispatched: who was asked first follows them to their end (首问负责).
 */
export type Scope =
  | { readonly kind: 'department'; readonly slugs: readonly string[]; readonly names: readonly string[] }
  | {
      readonly kind: 'linked';
      readonly departmentId: string;
      readonly slugs: readonly string[];
      readonly names: readonly string[];
    }
  | { readonly kind: 'street'; readonly stations: string; readonly names: readonly string[] };

/** What a scope is worked out from; of an official, as of his account (officials/accounts.ts). */
export interface Unit {
  /** Eighteen characters, a credit code; or the first digits of stations' numbers. */
  readonly unitCode: string;
  readonly unitName: string;
  /** That it is linked to; null: to none, or to one that was revoked. */
  readonly department: { readonly departmentId: string; readonly name: string } | null;
}

export function scopeOf(catalogue: Catalogue, { unitCode, unitName, department }: Unit): Scope {
  const items = [...catalogue.items.values()].filter(({ item }) => item.department.uscc === unitCode);
  const slugs = items.map(({ item }) => item.slug);
  if (department !== null) {
    const { departmentId, name } = department;
    return { kind: 'linked', departmentId, slugs, names: [name] };
  }
  if (unitCode.length < 18) return { kind: 'street', stations: unitCode, names: [unitName] };
  return {
    kind: 'department',
    slugs,
    names: [...new Set([unitName, ...items.map(({ item }) => item.department.zh)])],
  };
}

export interface Within {
  readonly condition: string;
  readonly values: readonly unknown[];
}

/**
 * As a condition on the case `c` and its application `a`, with its parameters from `$first` on; null: everything. In the query
 * itself, before any LIMIT: what is left out afterwards hides what lies behind it.
 */
export function within(scope: Scope | null, first: number): Within {
  if (scope === null) return { condition: 'true', values: [] };
  const [own, names] = [`$${String(first)}`, `$${String(first + 1)}::text[]`];
  // By itself, and looked up once: the last unit that a matter was sent to answers it.
  const dispatched = `c.case_no IN (SELECT d.case_no FROM interaction_dispatch d WHERE d.unit = ANY(${names})
    AND NOT EXISTS (SELECT 1 FROM interaction_dispatch n WHERE n.case_no = d.case_no AND n.ordinal > d.ordinal))`;
  const wentOn = 'EXISTS (SELECT 1 FROM interaction_dispatch f WHERE f.case_no = c.case_no)';
  switch (scope.kind) {
    case 'department':
      return {
        condition: `(CASE WHEN c.handed_to IS NULL THEN a.item_slug = ANY(${own}::text[])
          ELSE c.handed_to = ANY(${names}) END OR ${dispatched} OR (a.item_slug = ANY(${own}::text[]) AND ${wentOn}))`,
        values: [scope.slugs, scope.names],
      };
    case 'linked':
      return {
        // Where a case lies is said by that row alone: it may be registered by another name than the catalogue's.
        condition: `(EXISTS (SELECT 1 FROM case_dispatch t WHERE t.cursor = c.cursor AND t.department_id = ${own})
          OR ${dispatched} OR (${wentOn} AND EXISTS (SELECT 1 FROM department_item i
            WHERE i.department_id = ${own} AND i.item_slug = a.item_slug)))`,
        values: [scope.departmentId, scope.names],
      };
    case 'street':
      return {
        condition: `(starts_with(a.station_id, ${own}) OR ${dispatched})`,
        values: [scope.stations, scope.names],
      };
    default: {
      const never: never = scope;
      return never;
    }
  }
}

/** The condition's tables. */
export const CASES_FROM = 'case_record c JOIN application a USING (application_id, revision)';

export async function isInScope(pool: pg.Pool, scope: Scope, caseNo: string): Promise<boolean> {
  const { condition, values } = within(scope, 2);
  const { rows } = await pool.query(
    `SELECT 1 FROM ${CASES_FROM} WHERE c.application_id = (SELECT application_id FROM case_number WHERE case_no = $1)
       AND c.case_no = $1 AND c.joins IS NULL AND ${condition}`,
    [caseNo, ...values],
  );
  return rows.length > 0;
}
