-- A terminal is known by its key; the operator's acts stand in the row itself.
CREATE TABLE terminal (
  terminal_id   text PRIMARY KEY,
  station_id    text NOT NULL CHECK (station_id ~ '^[0-9]{9}$'),
  -- The one key that is accepted: its RFC 7638 thumbprint.
  key_id        text NOT NULL UNIQUE,
  enrolled_at   timestamptz NOT NULL,
  revoked_at    timestamptz,
  revoke_reason text,
  CHECK ((revoked_at IS NULL) = (revoke_reason IS NULL))
);

-- Every key that was ever a terminal's: one that was replaced or revoked never comes back.
CREATE TABLE terminal_key (
  key_id      text PRIMARY KEY,
  terminal_id text NOT NULL REFERENCES terminal DEFERRABLE INITIALLY DEFERRED,
  public_key  jsonb NOT NULL,
  since       timestamptz NOT NULL
);
ALTER TABLE terminal ADD FOREIGN KEY (key_id) REFERENCES terminal_key;

-- Only the hash: who reads this table cannot enrol anything with it.
CREATE TABLE enrolment_code (
  code_sha256 text PRIMARY KEY,
  terminal_id text NOT NULL,
  station_id  text NOT NULL CHECK (station_id ~ '^[0-9]{9}$'),
  issued_at   timestamptz NOT NULL,
  expires_at  timestamptz NOT NULL,
  used_at     timestamptz,
  -- Whose request used it: the same one may ask again when its answer was lost.
  used_by_key text,
  CHECK ((used_at IS NULL) = (used_by_key IS NULL))
);
CREATE INDEX enrolment_code_terminal ON enrolment_code (terminal_id);

-- What was received within the window, on whichever node: the same again is a replay.
CREATE TABLE request_nonce (
  key_id     text NOT NULL,
  nonce      text NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (key_id, nonce)
);
CREATE INDEX request_nonce_expiry ON request_nonce (expires_at);

-- Who brought it: after a breakdown another terminal of the station may. Unknown for what came before.
ALTER TABLE application ADD COLUMN forwarded_by text;
