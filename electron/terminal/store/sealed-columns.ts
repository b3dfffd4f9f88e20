/**
 * Every column that holds something sealed, with the row that it is bound to. What is missing here would
 * stay behind when a key is rotated, and its key would never be destroyed.
 */
export interface SealedColumn {
  readonly name: string;
  bindingOf(row: Record<string, unknown>): string;
  /** Rows that another key than this one has sealed. Parameters: the key, rowids to begin behind and to end at, a limit. */
  readonly selectOfOthers: string;
  /** Gives the highest rowid. */
  readonly end: string;
  /** Parameters: the value, its key, the rowid. */
  readonly update: string;
  /** Gives a row if there is one that is sealed. */
  readonly exists: string;
}

export const bindings = {
  outbox: (applicationId: string, revision: number) => `outbox|${applicationId}|${revision}`,
  printJob: (jobId: string) => `print_job|${jobId}`,
  /** Of a file: the application, and the hash of the bytes as they were taken. */
  attachment: (applicationId: string, sha256: string) => `attachment|${applicationId}|${sha256}`,
  note: (applicationId: string, revision: number, saidBy: string) =>
    `outbox_note|${applicationId}|${revision}|${saidBy}`,
  savedDraft: (draftId: string) => `saved_draft|${draftId}`,
  residentWord: (wordId: string) => `resident_word|${wordId}`,
  handedDraft: (ticketId: string) => `handed_draft|${ticketId}`,
} as const;

export const sealedColumns: readonly SealedColumn[] = [
  column('outbox', 'sealed_submission', ['application_id', 'revision'], (row) =>
    bindings.outbox(String(row['application_id']), Number(row['revision'])),
  ),
  column('outbox_note', 'sealed_note', ['application_id', 'revision', 'said_by'], (row) =>
    bindings.note(String(row['application_id']), Number(row['revision']), String(row['said_by'])),
  ),
  column('print_job', 'sealed_document', ['job_id'], (row) => bindings.printJob(String(row['job_id']))),
  column('saved_draft', 'sealed_body', ['draft_id'], (row) => bindings.savedDraft(String(row['draft_id']))),
  column('resident_word', 'sealed_body', ['word_id'], (row) => bindings.residentWord(String(row['word_id']))),
  column('handed_draft', 'sealed_body', ['ticket_id'], (row) =>
    bindings.handedDraft(String(row['ticket_id'])),
  ),
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
    selectOfOthers: `SELECT rowid AS id, key_id, ${value} AS sealed, ${keys.join(', ')} FROM ${table}
      WHERE ${value} IS NOT NULL AND key_id <> ? AND rowid > ? AND rowid <= ? ORDER BY rowid LIMIT ?`,
    end: `SELECT max(rowid) AS id FROM ${table}`,
    update: `UPDATE ${table} SET ${value} = ?, key_id = ? WHERE rowid = ?`,
    exists: `SELECT 1 FROM ${table} WHERE ${value} IS NOT NULL LIMIT 1`,
  };
}
