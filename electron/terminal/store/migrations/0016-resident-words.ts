/**
 * What residents say about their cases, until the platform has it: sealed, since it is in their own words.
 *
 * And an item may ask nobody who it is. The rule stands in the schema's own text and is changed there, for the reason
 * that 0010 gives: no row is touched.
 */
export const sql = `
CREATE TABLE resident_word (
  word_id TEXT PRIMARY KEY,
  kind TEXT NOT NULL CHECK (kind IN ('rating', 'reply-refusal')),
  case_no TEXT NOT NULL,
  sealed_body BLOB NOT NULL,
  key_id TEXT NOT NULL,
  said_at_ms INTEGER NOT NULL,
  -- Said twice, before the first is away, it is said once.
  UNIQUE (case_no, kind)
) STRICT;

PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql,
  '(identity_source IN (''card'', ''code'', ''typed''))',
  '(identity_source IN (''card'', ''code'', ''typed'', ''none''))')
  WHERE type = 'table' AND name = 'application';
PRAGMA writable_schema = RESET;
`;
