-- One row a key: the application and its revision (the idempotency key), with the hash that decides
-- whether a second one is the same. Filled in the same transaction as its case.
CREATE TABLE application (
  application_id uuid NOT NULL,
  revision       integer NOT NULL CHECK (revision > 0),
  terminal_id    text NOT NULL,
  station_id     text NOT NULL,
  receipt_no     text NOT NULL,
  item_slug      text NOT NULL,
  item_version   text NOT NULL,
  payload_sha256 text NOT NULL,
  received_at    timestamptz NOT NULL,
  stored_at      timestamptz NOT NULL,
  submission     jsonb NOT NULL,
  PRIMARY KEY (application_id, revision)
);

-- Not unique: two terminals that a mistake gave the same digits must not lose an application.
CREATE INDEX application_receipt_no ON application (receipt_no);

CREATE SEQUENCE case_cursor AS bigint;

-- "case" is a reserved word.
CREATE TABLE case_record (
  cursor         bigint PRIMARY KEY,
  case_no        text NOT NULL UNIQUE,
  application_id uuid NOT NULL,
  revision       integer NOT NULL,
  -- GB/T 39046 as deployed; '02' is received (收件).
  status         text NOT NULL CHECK (status ~ '^[0-9]{2}$'),
  FOREIGN KEY (application_id, revision) REFERENCES application,
  UNIQUE (application_id, revision)
);
