/**
 * Forms that were handed to a window with a number, sealed and bound to that number's ticket, until it is over. Of whom
 * they are stands nowhere else.
 */
export const sql = `
CREATE TABLE handed_draft (
  ticket_id TEXT PRIMARY KEY,
  sealed_body BLOB NOT NULL,
  key_id TEXT NOT NULL,
  handed_at_ms INTEGER NOT NULL
) STRICT;
`;
