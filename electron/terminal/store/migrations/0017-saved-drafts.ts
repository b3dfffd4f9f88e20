/**
 * Forms of items that cannot be received without the line, kept for a day until their residents come back. Of whom a
 * draft is stands nowhere: the tag is made of the number with a key of the terminal, and finds it when the same card is
 * read again.
 */
export const sql = `
CREATE TABLE saved_draft (
  draft_id TEXT PRIMARY KEY,
  owner_tag BLOB NOT NULL,
  item_slug TEXT NOT NULL,
  sealed_body BLOB NOT NULL,
  key_id TEXT NOT NULL,
  saved_at_ms INTEGER NOT NULL,
  erase_at_ms INTEGER NOT NULL,
  -- Of one person and item, the newest.
  UNIQUE (owner_tag, item_slug)
) STRICT;
`;
