import type { Procedure } from './permissions.ts';

/** What one person alone does not do: nothing brings back what it takes away. */
export const dangerous: ReadonlySet<Procedure> = new Set(['technician.decommission.do']);
