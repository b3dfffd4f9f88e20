/**
 * What staff did with a parked row, what was said about it, and whether a row is in doubt.
 *
 * SQLite changes no CHECK in place, and a copy of the table would need as much room again as everything that
 * waits, on a disk that may be nearly full. The rules are therefore changed in the schema's own text, as
 * sqlite.org/lang_altertable.html §7 allows for a CHECK: no row is touched.
 */
export const sql = `
ALTER TABLE outbox ADD COLUMN doubtful INTEGER NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN parked_at_ms INTEGER;
ALTER TABLE outbox ADD COLUMN superseded_by INTEGER;
ALTER TABLE outbox ADD COLUMN handed_over_to TEXT;
ALTER TABLE application ADD COLUMN imported_from TEXT;
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(replace(sql,
  '(state IN (''pending'', ''sending'', ''waiting'', ''acknowledged'', ''rejected'', ''conflict''))',
  '(state IN (''pending'', ''sending'', ''waiting'', ''acknowledged'', ''rejected'', ''conflict'', ''superseded'', ''handed-over''))'),
  'sealed_submission IS NOT NULL OR state = ''acknowledged''',
  'sealed_submission IS NOT NULL OR state IN (''acknowledged'', ''superseded'', ''handed-over'')')
  WHERE type = 'table' AND name = 'outbox';
PRAGMA writable_schema = RESET;

UPDATE outbox SET parked_at_ms = not_before_ms WHERE state IN ('rejected', 'conflict');
DROP INDEX outbox_parked;
CREATE INDEX outbox_parked ON outbox (parked_at_ms, application_id, revision)
  WHERE state IN ('rejected', 'conflict', 'handed-over');
INSERT OR IGNORE INTO outbox_count (state, n) VALUES ('superseded', 0), ('handed-over', 0);

-- What the platform said when it refused, and what staff noted when they handed over: free text, so sealed.
CREATE TABLE outbox_note (
  application_id TEXT NOT NULL,
  revision INTEGER NOT NULL,
  said_by TEXT NOT NULL CHECK (said_by IN ('platform', 'staff')),
  at_ms INTEGER NOT NULL,
  sealed_note BLOB NOT NULL,
  key_id TEXT NOT NULL,
  PRIMARY KEY (application_id, revision, said_by),
  FOREIGN KEY (application_id, revision) REFERENCES outbox (application_id, revision)
) STRICT;
CREATE INDEX outbox_note_key ON outbox_note (key_id);
`;
