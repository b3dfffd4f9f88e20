/** Keeps whichever of two snapshots is newer: a late delta never overwrites a newer one. */
export function newest<T extends { readonly revision: number }>(present: T | null, arrived: T): T {
  return present !== null && present.revision > arrived.revision ? present : arrived;
}
