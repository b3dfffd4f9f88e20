import { sealingSuiteSchema } from '#config/schema.ts';
import type { RandomBytes } from '#contract/ports.ts';
import { identityFilePath, rewrapIdentity } from '../identity/identity-file.ts';
import { unwrapDataKey, wrapDataKey } from './key-ring.ts';
import type { Store } from './store.ts';
import { suites } from './suites.ts';

/**
 * Everything in the database that the master key wraps (files: below). What is missing here cannot be opened any more after the key has been
 * exchanged.
 */
export interface UnderMasterKey {
  readonly name: string;
  /** Whether the key opens all of it; true when there is none. */
  isOpenedBy(store: Store, key: Uint8Array): boolean;
  /** Inside the transaction of an exchange. Gives how many values there were. Throws when one does not open. */
  rewrap(store: Store, current: Uint8Array, next: Uint8Array, randomBytes: RandomBytes): number;
}

const dataKeys: UnderMasterKey = {
  name: 'data keys',
  isOpenedBy: (store, key) => rowsOf(store).every((row) => unwrapDataKey(key, row) !== null),
  rewrap: (store, current, next, randomBytes) => {
    const rows = rowsOf(store);
    for (const row of rows) {
      const bytes = unwrapDataKey(current, row);
      if (bytes === null) throw new Error(`the master key does not open data key ${row.keyId}`);
      store
        .sql('UPDATE data_key SET sealed_key = ? WHERE key_id = ?')
        .run(wrapDataKey(next, row, bytes, randomBytes), row.keyId);
    }
    return rows.length;
  },
};

/** A file beside the database that the master key seals. */
export interface FileUnderMasterKey {
  readonly name: string;
  pathIn(dataDir: string): string;
  /** The same under the next key; null when the current one does not open it. */
  rewrap(
    file: Uint8Array,
    current: Uint8Array,
    next: Uint8Array,
    randomBytes: RandomBytes,
  ): Uint8Array | null;
}

export const filesUnderMasterKey: readonly FileUnderMasterKey[] = [
  { name: 'device identity', pathIn: identityFilePath, rewrap: rewrapIdentity },
];

export const underMasterKey: readonly UnderMasterKey[] = [dataKeys];

function rowsOf(store: Store) {
  return store
    .sql('SELECT key_id, suite, sealed_key FROM data_key ORDER BY key_number')
    .all()
    .map((row) => {
      const sealed = row['sealed_key'];
      return {
        keyId: String(row['key_id']),
        suite: suites[sealingSuiteSchema.parse(row['suite'])],
        sealed: sealed instanceof Uint8Array ? sealed : new Uint8Array(0),
      };
    });
}
