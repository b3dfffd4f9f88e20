/**
 * A page goes into the log whole, however little of it was changed, so that each tree that a submission does not
 * touch is a thirtieth of its commit.
 *
 * A rotation of keys walks along the rows instead of along an index of keys. What is to be erased one day gets its
 * place in the index when that day is known. The audit's numbers need no counter beside them, since no row of it
 * is ever deleted: AUTOINCREMENT changes nothing in the rows, and is taken out of the schema's own text, for the
 * reason that 0010 gives.
 */
export const sql = `
DROP INDEX outbox_key;
DROP INDEX print_job_key;
DROP INDEX outbox_erase;
CREATE INDEX outbox_erase ON outbox (erase_after_ms)
  WHERE erase_after_ms IS NOT NULL AND sealed_submission IS NOT NULL;
PRAGMA writable_schema = ON;
UPDATE sqlite_schema SET sql = replace(sql, 'INTEGER PRIMARY KEY AUTOINCREMENT', 'INTEGER PRIMARY KEY')
  WHERE type = 'table' AND name = 'audit';
PRAGMA writable_schema = RESET;
DELETE FROM sqlite_sequence WHERE name = 'audit';
`;
