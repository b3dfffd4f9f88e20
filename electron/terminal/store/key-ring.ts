import { sealingSuiteSchema, type SealingSuiteId } from '#config/schema.ts';
import { fault, type Fault } from '#contract/fault.ts';
import type { Clock, RandomBytes } from '#contract/ports.ts';
import type { Result } from '#contract/result.ts';
import { err, ok } from '#contract/result.ts';
import { isAttachmentKey, resealAttachments } from './attachment-reseal.ts';
import type { Sealer } from './sealing.ts';
import { sealedColumns, type SealedColumn } from './sealed-columns.ts';
import type { Store } from './store.ts';
import { suites, type SealingSuite } from './suites.ts';

/**
 * The data keys of a store. Each is wrapped by the master key, which comes from outside (a file, systemd, a
 * keyring), and lies in the database beside the rows that it seals: a rotation is then one transaction, and
 * rows move to the new key in their own time while everything goes on.
 */
export interface KeyRing {
  readonly sealer: Sealer;
  /** When the active key was made, in ms since 1970. */
  activeSinceMs(): number;
  /** From here on, new rows are sealed by a new key; older rows still open. */
  rotate(): Result<string, Fault>;
  /**
   * One step of moving rows to the active key, up to `limit` rows in one transaction. Call it until `done`: from
   * the first row to the last, wherever another ring stopped. With one key there is nothing to be walked along.
   * A row that does not open is `stuck`: it keeps its key, which then is never destroyed.
   */
  reseal(limit: number): Result<{ moved: number; stuck: number; done: boolean }, Fault>;
  /**
   * Destroys the wrapped keys that seal nothing any more; with them goes whatever a backup still holds. Only a
   * whole walk of `reseal` knows which these are: in the middle of one, none is.
   */
  retire(): Result<readonly string[], Fault>;
}

export interface KeyRingPorts {
  readonly store: Store;
  readonly masterKey: Uint8Array;
  /** Of new keys; older rows keep opening with the suite of theirs. */
  readonly suite: SealingSuiteId;
  readonly randomBytes: RandomBytes;
  readonly clock: Clock;
}

/** Where a rotation is: a column, and the row that it has come to. */
interface Place {
  readonly column: number;
  readonly behindRow: number;
}

const FIRST_PLACE: Place = { column: 0, behindRow: 0 };

/** Rows that a step looks at, whether they are to be moved or not: half a megabyte of the disk. */
const ROWS_LOOKED_AT = 200;

interface Step {
  readonly moved: number;
  readonly heldBy: readonly string[];
  readonly next: Place;
}

interface DataKey {
  readonly keyId: string;
  readonly suite: SealingSuite;
  readonly bytes: Uint8Array;
  readonly createdAtMs: number;
}

/**
 * Opens the keys of a store, and makes the first one of a new store.
 * Faults: `store.key-missing` when the master key does not open them; `store.suite-missing` when this machine
 * lacks a suite; those of the store.
 */
export function openKeyRing(ports: KeyRingPorts): Result<KeyRing, Fault> {
  const { store, clock, randomBytes } = ports;
  const keys = new Map<string, DataKey>();

  const loaded = loadKeys(ports);
  if (!loaded.ok) return loaded;
  for (const key of loaded.value) keys.set(key.keyId, key);
  let active = loaded.value.at(-1);

  function addKey(bytes: Uint8Array, suite: SealingSuite): Result<DataKey, Fault> {
    const createdAtMs = clock.now();
    return store.transaction(() => {
      const last = store.sql('SELECT max(key_number) AS last FROM data_key').get();
      const number = Number(last?.['last'] ?? 0) + 1;
      const keyId = `k${number}`;
      store
        .sql(
          'INSERT INTO data_key (key_number, key_id, suite, sealed_key, created_at_ms) VALUES (?, ?, ?, ?, ?)',
        )
        .run(
          number,
          keyId,
          suite.id,
          wrapDataKey(ports.masterKey, { keyId, suite }, bytes, randomBytes),
          createdAtMs,
        );
      return { keyId, suite, bytes, createdAtMs };
    });
  }

  function makeKey(): Result<DataKey, Fault> {
    const suite = suites[ports.suite];
    if (!suite.isAvailable()) return err(fault('store.suite-missing', suite.id));
    return addKey(randomBytes(suite.keyBytes), suite);
  }

  if (active === undefined) {
    // A store of the first release sealed its rows with the master key itself, under the name k1.
    const made = hasSealedRows(store) ? addKey(ports.masterKey, suites['aes-256-gcm']) : makeKey();
    if (!made.ok) return made;
    active = made.value;
    keys.set(active.keyId, active);
  }
  let current: DataKey = active;
  let place: Place = FIRST_PLACE;
  /** The keys of the rows that did not open, of the walk that is under way. */
  let heldBy = new Set<string>();
  /** As above, of the last walk that came to its end; null as long as none has since the active key is active. */
  let stillNeeded: ReadonlySet<string> | null = null;

  const sealer: Sealer = {
    get keyId() {
      return current.keyId;
    },
    seal: (plain, boundTo) =>
      current.suite.seal(current.bytes, plain, `${current.keyId}|${boundTo}`, randomBytes),
    unseal: (sealed, keyId, boundTo) => {
      const key = keys.get(keyId);
      if (key === undefined) return err(fault('store.failed', `there is no key ${keyId}`));
      const plain = key.suite.open(key.bytes, sealed, `${keyId}|${boundTo}`);
      return plain === null
        ? err(fault('store.failed', 'a sealed value does not open with its key and row'))
        : ok(plain);
    },
  };

  return ok({
    sealer,
    activeSinceMs: () => current.createdAtMs,
    rotate: () => {
      const made = makeKey();
      if (!made.ok) return made;
      keys.set(made.value.keyId, made.value);
      current = made.value;
      beginWalk();
      return ok(made.value.keyId);
    },
    reseal: (limit) => {
      if (keys.size === 1) return ok({ moved: 0, stuck: 0, done: true });
      const column = sealedColumns[place.column];
      if (column === undefined) return resealFiles();
      const step = store.transaction(() => resealSome(column, limit));
      if (!step.ok) return step;
      place = step.value.next;
      for (const keyId of step.value.heldBy) heldBy.add(keyId);
      return ok({ moved: step.value.moved, stuck: step.value.heldBy.length, done: false });
    },
    retire: () => {
      const unused = [...keys.keys()].filter((keyId) => keyId !== current.keyId && isUnused(keyId));
      if (unused.length === 0) return ok([]);
      const gone = store.transaction(() => {
        for (const keyId of unused) store.sql('DELETE FROM data_key WHERE key_id = ?').run(keyId);
        return unused;
      });
      if (gone.ok) for (const keyId of unused) keys.delete(keyId);
      return gone;
    },
  });

  function beginWalk(): void {
    place = FIRST_PLACE;
    heldBy = new Set();
    stillNeeded = null;
  }

  /** Whatever was sealed since the walk began has the active key, also behind the place that the walk had come to. */
  function isUnused(keyId: string): boolean {
    return stillNeeded !== null && !stillNeeded.has(keyId) && !isAttachmentKey(store, keyId);
  }

  /** Behind the last column: the files. */
  function resealFiles(): ReturnType<KeyRing['reseal']> {
    const { moved, stuck, lastRow } = resealAttachments(store, sealer, place.behindRow);
    const done = lastRow === null;
    if (done) {
      const needed = heldBy;
      beginWalk();
      stillNeeded = needed;
    } else place = { ...place, behindRow: lastRow };
    return ok({ moved, stuck, done });
  }

  function resealSome(column: SealedColumn, limit: number): Step {
    const upTo = place.behindRow + ROWS_LOOKED_AT;
    const rows = store.sql(column.selectOfOthers).all(current.keyId, place.behindRow, upTo, limit);
    const held: string[] = [];
    for (const row of rows) {
      const plain = openRow(column, row);
      if (plain === null) held.push(String(row['key_id']));
      else
        store
          .sql(column.update)
          .run(sealer.seal(plain, column.bindingOf(row)), current.keyId, Number(row['id']));
    }
    // As many as were asked for: there may be more of them up to the end of what was looked at.
    const behindRow = rows.length < limit ? upTo : Number(rows.at(-1)?.['id']);
    const isEnd = behindRow >= Number(store.sql(column.end).get()?.['id'] ?? 0);
    const next = isEnd ? { ...FIRST_PLACE, column: place.column + 1 } : { ...place, behindRow };
    return { moved: rows.length - held.length, heldBy: held, next };
  }

  function openRow(column: SealedColumn, row: Record<string, unknown>): Uint8Array | null {
    const sealed = row['sealed'];
    if (!(sealed instanceof Uint8Array)) return null;
    const plain = sealer.unseal(sealed, String(row['key_id']), column.bindingOf(row));
    return plain.ok ? plain.value : null;
  }
}

function hasSealedRows(store: Store): boolean {
  return sealedColumns.some((column) => store.sql(column.exists).get() !== undefined);
}

/** The oldest first. Faults: `store.key-missing`, `store.suite-missing`. */
function loadKeys(ports: KeyRingPorts): Result<DataKey[], Fault> {
  const keys: DataKey[] = [];
  const rows = ports.store
    .sql('SELECT key_id, suite, sealed_key, created_at_ms FROM data_key ORDER BY key_number')
    .all();
  for (const row of rows) {
    const suiteId = sealingSuiteSchema.safeParse(row['suite']);
    const suite = suiteId.success ? suites[suiteId.data] : null;
    if (suite === null || !suite.isAvailable())
      return err(fault('store.suite-missing', String(row['suite'])));
    const keyId = String(row['key_id']);
    const sealed = row['sealed_key'];
    const bytes =
      sealed instanceof Uint8Array ? unwrapDataKey(ports.masterKey, { keyId, suite, sealed }) : null;
    if (bytes === null)
      return err(fault('store.key-missing', `the master key does not open data key ${keyId}`));
    keys.push({ keyId, suite, bytes, createdAtMs: Number(row['created_at_ms']) });
  }
  return ok(keys);
}

const WRAP_PURPOSE = 'yizhan data key';

/** Which data key it is, and how it is wrapped. */
export interface WrappedBy {
  readonly keyId: string;
  readonly suite: SealingSuite;
}

export function wrapDataKey(
  masterKey: Uint8Array,
  { keyId, suite }: WrappedBy,
  bytes: Uint8Array,
  randomBytes: RandomBytes,
): Uint8Array {
  return suite.seal(suite.derive(masterKey, WRAP_PURPOSE), bytes, `data_key|${keyId}`, randomBytes);
}

/** null when it is another master key, or the row has been changed. */
export function unwrapDataKey(
  masterKey: Uint8Array,
  { keyId, suite, sealed }: WrappedBy & { readonly sealed: Uint8Array },
): Uint8Array | null {
  return suite.open(suite.derive(masterKey, WRAP_PURPOSE), sealed, `data_key|${keyId}`);
}
