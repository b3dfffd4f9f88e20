/**
 * Of which station the days of the queue are that this terminal has: a terminal may be taken to another one with its store, and
 * what happened before is not that one's.
 */
export const sql = `
CREATE TABLE queue_station (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  -- Region and number: 999901001.
  station_id TEXT NOT NULL
) STRICT;
-- 1: events of the day are of the station where this terminal was before; it is told to nobody.
ALTER TABLE station_day ADD COLUMN is_elsewhere INTEGER NOT NULL DEFAULT 0;
`;
