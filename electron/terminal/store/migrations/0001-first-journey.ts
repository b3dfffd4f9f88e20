/** Applications, their outbox, print jobs, the audit log, receipt numbers and the cached catalogue. */
export const sql = `
CREATE TABLE application (
  application_id TEXT PRIMARY KEY,
  receipt_no TEXT NOT NULL UNIQUE,
  item_slug TEXT NOT NULL,
  item_version TEXT NOT NULL,
  identity_source TEXT NOT NULL CHECK (identity_source IN ('card', 'typed')),
  received_at_ms INTEGER NOT NULL
) STRICT;

CREATE TABLE outbox (
  application_id TEXT NOT NULL REFERENCES application (application_id),
  revision INTEGER NOT NULL,
  state TEXT NOT NULL
    CHECK (state IN ('pending', 'sending', 'waiting', 'acknowledged', 'rejected', 'conflict')),
  sealed_submission BLOB,
  key_id TEXT NOT NULL,
  payload_sha256 TEXT NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  not_before_ms INTEGER NOT NULL,
  lease_until_ms INTEGER,
  last_fault TEXT,
  case_no TEXT,
  acknowledged_at_ms INTEGER,
  erase_after_ms INTEGER,
  PRIMARY KEY (application_id, revision),
  -- Nothing unacknowledged is ever without its payload.
  CHECK (sealed_submission IS NOT NULL OR state = 'acknowledged')
) STRICT;
CREATE INDEX outbox_due ON outbox (not_before_ms) WHERE state IN ('pending', 'sending', 'waiting');
CREATE INDEX outbox_erase ON outbox (erase_after_ms) WHERE sealed_submission IS NOT NULL;
CREATE INDEX outbox_parked ON outbox (state) WHERE state IN ('rejected', 'conflict');

CREATE TABLE print_job (
  job_id TEXT PRIMARY KEY,
  application_id TEXT NOT NULL REFERENCES application (application_id),
  is_copy INTEGER NOT NULL CHECK (is_copy IN (0, 1)),
  state TEXT NOT NULL CHECK (state IN ('queued', 'printing', 'printed', 'failed', 'unknown')),
  sealed_document BLOB,
  key_id TEXT NOT NULL,
  fault_code TEXT,
  proof TEXT,
  created_at_ms INTEGER NOT NULL,
  ended_at_ms INTEGER
) STRICT;
CREATE INDEX print_job_of_application ON print_job (application_id, created_at_ms);
CREATE INDEX print_job_open ON print_job (created_at_ms) WHERE state IN ('queued', 'printing');

CREATE TABLE audit (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  at_ms INTEGER NOT NULL,
  event TEXT NOT NULL,
  actor TEXT NOT NULL,
  subject TEXT,
  disposition TEXT NOT NULL,
  detail TEXT
) STRICT;

CREATE TABLE receipt_sequence (
  local_date TEXT PRIMARY KEY,
  last INTEGER NOT NULL
) STRICT;

CREATE TABLE catalogue_item (
  slug TEXT PRIMARY KEY,
  version TEXT NOT NULL,
  body TEXT NOT NULL,
  position INTEGER NOT NULL,
  fetched_at_ms INTEGER NOT NULL
) STRICT;
`;
