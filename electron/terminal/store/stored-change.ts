import type { Fault } from '#contract/fault.ts';
import type { Result } from '#contract/result.ts';
import type { Store } from './store.ts';

/** A change of what the store has and of what its owner has read of it. */
export interface StoredChange {
  /** Inside a transaction. */
  readonly write: () => void;
  /** Behind it. */
  readonly swap: () => void;
}

/** All of them in one transaction, or none. Faults: those of the store; nothing changed then. */
export function carryOut(
  store: Pick<Store, 'transaction'>,
  changes: readonly StoredChange[],
): Result<null, Fault> {
  const written = store.transaction(() => {
    for (const { write } of changes) write();
    return null;
  });
  if (written.ok) for (const { swap } of changes) swap();
  return written;
}
