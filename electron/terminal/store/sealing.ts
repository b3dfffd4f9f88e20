import type { Fault } from '#contract/fault.ts';
import type { Result } from '#contract/result.ts';

/**
 * Personal data at rest. `boundTo` names table and row (store/sealed-columns.ts), so that a value that was
 * moved to another application does not open.
 */
export interface Sealer {
  /** The key of whatever is sealed now; it stands in the row beside the value. */
  readonly keyId: string;
  seal(plain: Uint8Array, boundTo: string): Uint8Array;
  /** Fault: `store.failed` when key, binding or bytes do not fit. */
  unseal(sealed: Uint8Array, keyId: string, boundTo: string): Result<Uint8Array, Fault>;
}
