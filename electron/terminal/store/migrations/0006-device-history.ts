/** What became of each device, so that a technician sees last night. */
export const sql = `
CREATE TABLE device_history (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  device TEXT NOT NULL,
  state TEXT NOT NULL,
  reason TEXT,
  detail TEXT,
  first_at_ms INTEGER NOT NULL,
  last_at_ms INTEGER NOT NULL,
  count INTEGER NOT NULL
) STRICT;
CREATE INDEX device_history_of_device ON device_history (device, sequence);
`;
