import type { Within } from '../cases/scope.ts';
import type { Official } from './accounts.ts';
import { roles, type Role } from './roles.ts';

/**
 * Whose accounts an administrator looks after: those of his unit and of what stands below it, or of the whole district. Nobody gives a right that
 * he could not have: the reach over the district, and the audit of all units, are given by those who have the district.
 */

/** Who looks after accounts: an administrator, or the operator's command, which is bounded by nothing. */
export type Doer = Pick<Official, 'officialId' | 'unitCode' | 'administersAll'> | 'operator';

export function hasAllUnits(by: Doer): boolean {
  return by === 'operator' || by.administersAll;
}

/** What `by` may make of others. An auditor reads what all units did. */
export function givableRoles(by: Doer): readonly Role[] {
  return hasAllUnits(by) ? roles : roles.filter((role) => role !== 'auditor');
}

/**
 * As a condition on the account `o`, with its parameters from `$first` on. Below a street are those whose code begins with its own; a credit code is
 * eighteen characters and has nothing below it, whatever digits it begins with.
 */
export function withinReach(by: Doer, first: number): Within {
  if (by === 'operator' || by.administersAll) return { condition: 'true', values: [] };
  const own = `$${String(first)}::text`;
  return {
    condition: `((o.unit_code = ${own} OR (length(${own}) < 18 AND length(o.unit_code) < 18 AND starts_with(o.unit_code, ${own})))
      AND NOT o.administers_all AND NOT 'auditor' = ANY (o.roles))`,
    values: [by.unitCode],
  };
}
