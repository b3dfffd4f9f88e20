/**
 * Each row of the audit carries the hash of the one before and its own (decision 0048). Rows that are there already are
 * chained as they are found, in the same transaction (`chainWhatIsThere` in audit-chain.ts: SQLite has no SHA-256).
 *
 * A piece is a run of rows that were written one behind the other. The first begins with the terminal; another begins where
 * a recovery could not read what was between, or where the platform was told something else. What the platform has of it
 * stands in audit_told.
 */
export const sql = `
ALTER TABLE audit ADD COLUMN previous_hash BLOB;
ALTER TABLE audit ADD COLUMN hash BLOB;
CREATE TABLE audit_piece (
  first_sequence INTEGER PRIMARY KEY,
  -- 32 hex digits, made at random: no two stores that were one ever tell under the same name again.
  chain TEXT NOT NULL UNIQUE,
  why TEXT NOT NULL CHECK (why IN ('begun', 'recovered', 'told-otherwise'))
) STRICT;
INSERT INTO audit_piece (first_sequence, chain, why) VALUES (1, lower(hex(randomblob(16))), 'begun');
CREATE TABLE audit_told (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  sequence INTEGER NOT NULL,
  told_at_ms INTEGER NOT NULL
) STRICT;
`;
