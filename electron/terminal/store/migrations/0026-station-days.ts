/**
 * Which days of the queue the platform has the figures of. What is still to be told is not queued here: it is what the log of
 * the queue has and this table does not. Counts only; nothing in them is of a person.
 */
export const sql = `
CREATE TABLE station_day (
  business_day TEXT PRIMARY KEY,
  -- The last event of the day (ticket_event) that the platform's answer was about; null: it has not answered.
  told_sequence INTEGER,
  -- Of what it was told, in canonical JSON, without the term.
  told_sha256 TEXT,
  told_at_ms INTEGER,
  -- The fault of a report that it did not take, until it takes one.
  refused TEXT,
  -- The report itself, of a day whose events were erased before the platform had it.
  kept TEXT
) STRICT;
`;
