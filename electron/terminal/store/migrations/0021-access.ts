/**
 * Accounts of staff, the browsers in the station that a technician let in, and who is signed in where. Of a secret (a PIN,
 * a cookie) there is a hash only. A wrong PIN is counted by what was typed, whether there is such an account or not.
 */
export const sql = `
CREATE TABLE staff_account (
  staff_id TEXT PRIMARY KEY,
  role TEXT NOT NULL CHECK (role IN ('staff', 'technician', 'auditor')),
  pin_salt BLOB NOT NULL,
  pin_hash BLOB NOT NULL,
  added_at_ms INTEGER NOT NULL,
  closed_at_ms INTEGER
) STRICT;
CREATE TABLE lan_browser (
  token_hash BLOB PRIMARY KEY,
  name TEXT NOT NULL,
  admitted_at_ms INTEGER NOT NULL,
  revoked_at_ms INTEGER
) STRICT;
CREATE UNIQUE INDEX lan_browser_of_name ON lan_browser (name) WHERE revoked_at_ms IS NULL;
CREATE TABLE staff_session (
  token_hash BLOB PRIMARY KEY,
  browser_hash BLOB NOT NULL UNIQUE REFERENCES lan_browser (token_hash),
  staff_id TEXT NOT NULL REFERENCES staff_account (staff_id),
  began_at_ms INTEGER NOT NULL,
  seen_at_ms INTEGER NOT NULL
) STRICT;
CREATE TABLE wrong_pin (
  -- 'staff s01' or 'browser window-3'.
  counted TEXT PRIMARY KEY,
  times INTEGER NOT NULL,
  last_at_ms INTEGER NOT NULL,
  locked_until_ms INTEGER NOT NULL
) STRICT;
`;
