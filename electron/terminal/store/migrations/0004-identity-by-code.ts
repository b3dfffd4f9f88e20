/**
 * A code on a telephone identifies as well. SQLite changes no CHECK in place; a column is made anew, since
 * making the table anew would break the references to it.
 */
export const sql = `
ALTER TABLE application ADD COLUMN identified_by TEXT NOT NULL DEFAULT 'typed'
  CHECK (identified_by IN ('card', 'code', 'typed'));
UPDATE application SET identified_by = identity_source;
ALTER TABLE application DROP COLUMN identity_source;
ALTER TABLE application RENAME COLUMN identified_by TO identity_source;
`;
