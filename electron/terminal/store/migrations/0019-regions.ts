/** The platform's table of provinces to communities, one row at most. */
export const sql = `
CREATE TABLE region_table (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  body TEXT NOT NULL,
  fetched_at_ms INTEGER NOT NULL
) STRICT;
`;
