/** Residents' word that a guide is wrong, until the platform has it. Of nobody, and about nobody. */
export const sql = `
CREATE TABLE guide_report (
  report_id TEXT PRIMARY KEY,
  slug TEXT NOT NULL,
  version TEXT NOT NULL,
  error TEXT NOT NULL,
  reported_at_ms INTEGER NOT NULL,
  -- The same word twice, before the first is away, is the same report.
  UNIQUE (slug, version, error)
) STRICT;
`;
