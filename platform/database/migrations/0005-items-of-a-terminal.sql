-- Which items a terminal may offer; without a row, all that are published. By its name and not with its key: it can be
-- said before the terminal enrols, and still holds when it comes back with a new key.
CREATE TABLE terminal_items (
  terminal_id text PRIMARY KEY,
  slugs       text[] NOT NULL CHECK (cardinality(slugs) > 0),
  set_at      timestamptz NOT NULL
);
