/** The call for staff that is open at this terminal: it outlives a restart, and is no row any more when it is over. */
export const sql = `
CREATE TABLE help_call (
  -- There is one kiosk, and one person stands there.
  place INTEGER PRIMARY KEY CHECK (place = 1),
  call_id TEXT NOT NULL,
  page TEXT NOT NULL,
  called_at_ms INTEGER NOT NULL,
  helper TEXT,
  helper_window TEXT,
  answered_at_ms INTEGER
) STRICT;
`;
