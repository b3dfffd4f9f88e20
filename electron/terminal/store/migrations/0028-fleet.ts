/**
 * What the platform ordered and what came of it, so that an order is followed once over restarts. Nothing in it is of a person.
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
`;
