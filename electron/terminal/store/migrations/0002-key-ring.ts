/** Data keys, wrapped by the master key, so that one can be exchanged while rows of an older one still open. */
export const sql = `
CREATE TABLE data_key (
  key_number INTEGER PRIMARY KEY,
  key_id TEXT NOT NULL UNIQUE,
  suite TEXT NOT NULL,
  sealed_key BLOB NOT NULL,
  created_at_ms INTEGER NOT NULL
) STRICT;
-- What still has an older key is looked for during a rotation, also among a million rows.
CREATE INDEX outbox_key ON outbox (key_id) WHERE sealed_submission IS NOT NULL;
CREATE INDEX print_job_key ON print_job (key_id) WHERE sealed_document IS NOT NULL;
`;
