/** That this terminal is out of service, until somebody puts it in again: a restart is no reason to serve. No row: it serves. */
export const sql = `
CREATE TABLE service_mode (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  since_at_ms INTEGER NOT NULL
) STRICT;
`;
