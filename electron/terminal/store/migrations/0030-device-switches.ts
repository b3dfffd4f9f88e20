/** Devices that a technician switched off, or on again, over what the configuration says. */
export const sql = `
CREATE TABLE device_switch (
  device TEXT PRIMARY KEY,
  is_on INTEGER NOT NULL CHECK (is_on IN (0, 1)),
  at_ms INTEGER NOT NULL
) STRICT;
`;
