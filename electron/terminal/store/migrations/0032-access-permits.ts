/** Codes of the platform that were typed here, or are good no more: which, and never the code (decision 0048). */
export const sql = `
CREATE TABLE access_permit (
  -- Hours since 1970 at which it begins; with the serial it names one code.
  start_hour INTEGER NOT NULL,
  serial INTEGER NOT NULL,
  used_at_ms INTEGER,
  revoked_at_ms INTEGER,
  PRIMARY KEY (start_hour, serial)
) STRICT;
`;
