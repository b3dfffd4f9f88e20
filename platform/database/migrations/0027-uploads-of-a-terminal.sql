-- works-with: 0019
-- How much a terminal has begun to upload on its present day, in China, and when it was refused last (attachments/quota.ts). A row for each terminal;
-- who begins an upload locks it.
CREATE TABLE terminal_uploads (
  terminal_id text PRIMARY KEY REFERENCES terminal,
  day         date NOT NULL,
  begun_bytes bigint NOT NULL CHECK (begun_bytes >= 0),
  refused_at  timestamptz
) WITH (fillfactor = 50);

-- What waits for its submission is added up by terminal.
CREATE INDEX attachment_waiting ON attachment (terminal_id) WHERE NOT is_claimed;
