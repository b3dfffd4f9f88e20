-- Signatures and photographed papers. They arrive in chunks before the submission that names them, under the
-- terminal that sends them: nobody can put bytes under another terminal's application.
CREATE TABLE attachment (
  application_id uuid NOT NULL,
  terminal_id    text NOT NULL,
  -- Of the whole attachment, as the payload will name it.
  sha256         text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
  byte_count     integer NOT NULL CHECK (byte_count > 0),
  received_bytes integer NOT NULL DEFAULT 0 CHECK (received_bytes BETWEEN 0 AND byte_count),
  -- All bytes are there, and their hash was worked out here.
  is_complete    boolean NOT NULL DEFAULT false,
  -- A stored application names it: it stays as long as that one does.
  is_claimed     boolean NOT NULL DEFAULT false,
  touched_at     timestamptz NOT NULL,
  PRIMARY KEY (application_id, terminal_id, sha256),
  CHECK (is_complete OR NOT is_claimed)
);

-- What was begun and never claimed is looked for by its age.
CREATE INDEX attachment_unclaimed ON attachment (touched_at) WHERE NOT is_claimed;

CREATE TABLE attachment_chunk (
  application_id uuid NOT NULL,
  terminal_id    text NOT NULL,
  sha256         text NOT NULL,
  start_byte     integer NOT NULL,
  bytes          bytea NOT NULL,
  PRIMARY KEY (application_id, terminal_id, sha256, start_byte),
  FOREIGN KEY (application_id, terminal_id, sha256) REFERENCES attachment ON DELETE CASCADE
);
-- Pictures do not shrink: no time is lost trying.
ALTER TABLE attachment_chunk ALTER COLUMN bytes SET STORAGE EXTERNAL;

-- Which attachments belong to which case, in the order of its payload.
CREATE TABLE case_attachment (
  application_id uuid NOT NULL,
  revision       integer NOT NULL,
  ordinal        integer NOT NULL,
  terminal_id    text NOT NULL,
  sha256         text NOT NULL,
  PRIMARY KEY (application_id, revision, ordinal),
  FOREIGN KEY (application_id, revision) REFERENCES application,
  FOREIGN KEY (application_id, terminal_id, sha256) REFERENCES attachment
);
