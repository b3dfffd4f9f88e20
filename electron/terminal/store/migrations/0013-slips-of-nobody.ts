/**
 * A slip about how a case goes belongs to no application of this terminal: the case may have come from anywhere. The
 * rule is changed in the schema's own text, for the reason that 0010 gives; no row is touched.
 */
export const sql = `
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql,
  'application_id TEXT NOT NULL REFERENCES application (application_id)',
  'application_id TEXT REFERENCES application (application_id)')
  WHERE type = 'table' AND name = 'print_job';
PRAGMA writable_schema = RESET;
`;
