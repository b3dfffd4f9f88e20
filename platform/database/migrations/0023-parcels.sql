-- works-with: 0022
-- Signed packages of program, catalogue and configuration (contract/parcel.ts), as the district's operator has added them. Nothing in them is of a
-- person. Each is what it was when it was signed: rows come and go whole, and are never changed.
CREATE TABLE parcel (
  -- Of the bytes of the manifest: by it orders name the parcel.
  manifest_sha256 text PRIMARY KEY CHECK (manifest_sha256 ~ '^[0-9a-f]{64}$'),
  kind            text NOT NULL CHECK (kind IN ('program', 'catalogue', 'configuration')),
  version         text NOT NULL,
  -- As they were signed, byte by byte.
  manifest        text NOT NULL,
  signature       text NOT NULL,
  file_bytes      bigint NOT NULL CHECK (file_bytes > 0),
  added_at        timestamptz NOT NULL,
  -- Releases tell by the version what a terminal has.
  UNIQUE (kind, version)
);

CREATE TABLE parcel_chunk (
  manifest_sha256 text NOT NULL REFERENCES parcel ON DELETE CASCADE,
  number          integer NOT NULL CHECK (number >= 0),
  -- Of PARCEL_CHUNK_BYTES, the last one of what is left.
  bytes           bytea NOT NULL CHECK (octet_length(bytes) BETWEEN 1 AND 262144),
  PRIMARY KEY (manifest_sha256, number)
);
-- What is packed already only costs time when it is packed again.
ALTER TABLE parcel_chunk ALTER COLUMN bytes SET STORAGE EXTERNAL;

CREATE FUNCTION parcel_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a parcel is never changed';
END $$;
CREATE TRIGGER parcel_stands BEFORE UPDATE ON parcel FOR EACH ROW EXECUTE FUNCTION parcel_stands();
CREATE TRIGGER parcel_chunk_stands BEFORE UPDATE ON parcel_chunk FOR EACH ROW EXECUTE FUNCTION parcel_stands();
