import type { Store } from '../../store/store.ts';

/** What a member keeps of one hub, named by its address: another hub lets nobody in by the admission of this one. */
export interface LinkRows {
  read(hub: string): LinkRow;
  /** Inside a transaction. */
  write(hub: string, row: LinkRow): void;
}

export interface LinkRow {
  /** The token by which the hub lets this terminal in; null: it has not yet. */
  readonly admission: string | null;
  /** The station's time less the machine's, in milliseconds, as it was last; null: the hub was never heard. */
  readonly offsetMs: number | null;
  /** The station's time when the hub was last heard before it was lost; null: it is there. */
  readonly heardMs: number | null;
}

export function createLinkRows(store: Store): LinkRows {
  const orNull = (value: unknown): number | null => (value === null ? null : Number(value));
  return {
    read: (hub) => {
      const row = store.sql('SELECT admission, offset_ms, heard_ms FROM queue_link WHERE hub = ?').get(hub);
      if (row === undefined) return { admission: null, offsetMs: null, heardMs: null };
      return {
        admission: row['admission'] === null ? null : String(row['admission']),
        offsetMs: orNull(row['offset_ms']),
        heardMs: orNull(row['heard_ms']),
      };
    },
    write: (hub, { admission, offsetMs, heardMs }) => {
      store
        .sql('INSERT OR REPLACE INTO queue_link (hub, admission, offset_ms, heard_ms) VALUES (?, ?, ?, ?)')
        .run(hub, admission, offsetMs, heardMs);
    },
  };
}
