/**
 * Signatures and photographed papers. The bytes lie in sealed files beside the database (attachment-files.ts);
 * a row names its file, and what no row names is swept. By application and not by revision: a correction that
 * keeps its papers sends none of them twice.
 */
export const sql = `
CREATE TABLE attachment (
  application_id TEXT NOT NULL REFERENCES application (application_id),
  -- Of the bytes as they were taken, by which the payload names them.
  sha256 TEXT NOT NULL,
  byte_count INTEGER NOT NULL,
  -- SHA-256 of the sealed bytes.
  file_name TEXT NOT NULL,
  key_id TEXT NOT NULL,
  sent_bytes INTEGER NOT NULL DEFAULT 0,
  -- The platform said that it has all of it, whole.
  is_sent INTEGER NOT NULL DEFAULT 0 CHECK (is_sent IN (0, 1)),
  PRIMARY KEY (application_id, sha256)
) STRICT;
CREATE INDEX attachment_file ON attachment (file_name);
CREATE INDEX attachment_key ON attachment (key_id);
`;
