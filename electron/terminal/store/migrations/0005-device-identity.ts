/** By what each device is found again when its port has another name (docs/decisions/0009-identity.md). */
export const sql = `
CREATE TABLE device_identity (
  device TEXT PRIMARY KEY,
  identity TEXT NOT NULL,
  seen_at_ms INTEGER NOT NULL
) STRICT;
`;
