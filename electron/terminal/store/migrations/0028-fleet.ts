/**
 * What the platform ordered and what came of it, so that an order is followed once over restarts, and the program's starts. Nothing
 * in them is of a person.
 */
export const sql = `
CREATE TABLE fleet_order (
  command_id TEXT PRIMARY KEY,
  kind TEXT NOT NULL,
  taken_at_ms INTEGER NOT NULL,
  -- JSON (contract/fleet.ts, outcomeSchema); null: it is being followed.
  outcome TEXT,
  is_told INTEGER NOT NULL DEFAULT 0 CHECK (is_told IN (0, 1))
) STRICT;

-- Of the last days. Without an end: it crashed, or runs.
CREATE TABLE program_run (
  began_at_ms INTEGER NOT NULL,
  is_ended INTEGER NOT NULL DEFAULT 0 CHECK (is_ended IN (0, 1))
) STRICT;
`;
