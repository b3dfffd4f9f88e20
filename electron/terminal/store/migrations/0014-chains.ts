/** The platform's one-thing chains, kept like its items. */
export const sql = `
CREATE TABLE catalogue_chain (
  id TEXT PRIMARY KEY,
  body TEXT NOT NULL,
  position INTEGER NOT NULL,
  fetched_at_ms INTEGER NOT NULL
) STRICT;
`;
