/**
 * Every column that holds something sealed, with the row that it is bound to. What is missing here would
 * stay behind when a key is rotated, and its key would never be destroyed.
 */
export interface SealedColumn {
  readonly name: string;
  bindingOf(row: Record<string, unknown>): string;
  /** The first key after another in the order of their names. Parameter: that other one, or an empty name. */
  readonly keyAfter: string;
  /** Parameters: a key, a rowid to begin behind, a limit. */
  readonly selectOfKey: string;
  /** Parameters: the value, its key, the rowid. */
  readonly update: string;
  /** Parameter: a key. */
  readonly existsWithKey: string;
}

export const bindings = {
  outbox: (applicationId: string, revision: number) => `outbox|${applicationId}|${revision}`,
  printJob: (jobId: string) => `print_job|${jobId}`,
  /** Of a file: the application, and the hash of the bytes as they were taken. */
  attachment: (applicationId: string, sha256: string) => `attachment|${applicationId}|${sha256}`,
  note: (applicationId: string, revision: number, saidBy: string) =>
    `outbox_note|${applicationId}|${revision}|${saidBy}`,
} as const;

export const sealedColumns: readonly SealedColumn[] = [
  column('outbox', 'sealed_submission', ['application_id', 'revision'], (row) =>
    bindings.outbox(String(row['application_id']), Number(row['revision'])),
  ),
  column('outbox_note', 'sealed_note', ['application_id', 'revision', 'said_by'], (row) =>
    bindings.note(String(row['application_id']), Number(row['revision']), String(row['said_by'])),
  ),
  column('print_job', 'sealed_document', ['job_id'], (row) => bindings.printJob(String(row['job_id']))),
];

function column(
  table: string,
  value: string,
  keys: readonly string[],
  bindingOf: SealedColumn['bindingOf'],
): SealedColumn {
  return {
    name: table,
    bindingOf,
    // Both go along the index on key_id: "another key than this" would look at every row there is.
    keyAfter: `SELECT key_id FROM ${table} WHERE ${value} IS NOT NULL AND key_id > ? ORDER BY key_id LIMIT 1`,
    selectOfKey: `SELECT rowid AS id, key_id, ${value} AS sealed, ${keys.join(', ')} FROM ${table}
      WHERE ${value} IS NOT NULL AND key_id = ? AND rowid > ? ORDER BY rowid LIMIT ?`,
    update: `UPDATE ${table} SET ${value} = ?, key_id = ? WHERE rowid = ?`,
    existsWithKey: `SELECT 1 FROM ${table} WHERE ${value} IS NOT NULL AND key_id = ? LIMIT 1`,
  };
}
