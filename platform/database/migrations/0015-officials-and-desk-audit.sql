-- Who works at the desk. A unit is told by its code: a department by its credit code (GB 32100, as items name it), a
-- street office by the beginning of its stations' numbers. An auditor is nothing else: nobody reads the record of his
-- own acts.
CREATE TABLE official (
  official_id     text PRIMARY KEY CHECK (official_id ~ '^[a-z][a-z0-9.-]{1,29}$'),
  shown_name      text NOT NULL,
  unit_name       text NOT NULL,
  unit_code       text NOT NULL CHECK (unit_code ~ '^([0-9A-Z]{18}|[0-9]{6,9})$'),
  -- Of the departments that plug in; null for a street office.
  department_id   text,
  roles           text[] NOT NULL CHECK (
    cardinality(roles) > 0 AND roles <@ ARRAY['clerk', 'supervisor', 'auditor', 'administrator']
    AND NOT ('auditor' = ANY (roles) AND cardinality(roles) > 1)),
  -- Its cost, salt and hash in one text (officials/passwords.ts).
  password        text NOT NULL,
  password_set_at timestamptz NOT NULL,
  -- Given by somebody else, and good for a few days only.
  is_first        boolean NOT NULL,
  created_at      timestamptz NOT NULL,
  closed_at       timestamptz
);

-- Only the hash of what the browser has: who reads this table signs in nowhere.
CREATE TABLE official_session (
  token_hash  bytea PRIMARY KEY,
  official_id text NOT NULL REFERENCES official,
  language    text NOT NULL CHECK (language IN ('zh', 'en')),
  began_at    timestamptz NOT NULL,
  seen_at     timestamptz NOT NULL
);
CREATE INDEX official_session_of ON official_session (official_id);

-- Browsers at which an official has signed in before: wrong passwords elsewhere do not lock him out there.
CREATE TABLE official_browser (
  browser_hash bytea NOT NULL,
  official_id  text NOT NULL REFERENCES official,
  last_at      timestamptz NOT NULL,
  PRIMARY KEY (browser_hash, official_id)
);

-- Also of ids that nobody has: the answer is the same. An empty hash: a browser that is not known for this official.
CREATE TABLE wrong_password (
  official_id  text NOT NULL,
  browser_hash bytea NOT NULL,
  at           timestamptz NOT NULL
);
CREATE INDEX wrong_password_of ON wrong_password (official_id, browser_hash, at);
CREATE INDEX wrong_password_at ON wrong_password (at);

-- Who did what and looked at what, at the desk. Each row carries the hash of the one before: what is changed or taken
-- out in the middle is found (audit/verify.ts).
CREATE TABLE desk_audit (
  seq           bigint PRIMARY KEY CHECK (seq > 0),
  at            timestamptz NOT NULL,
  -- Null: nobody was signed in. Not a reference: what was typed may be nobody's.
  official_id   text,
  event         text NOT NULL,
  case_no       text,
  disposition   text NOT NULL,
  detail        jsonb NOT NULL,
  previous_hash bytea NOT NULL,
  hash          bytea NOT NULL
);
CREATE INDEX desk_audit_official ON desk_audit (official_id, seq);
CREATE INDEX desk_audit_case ON desk_audit (case_no, seq) WHERE case_no IS NOT NULL;
CREATE INDEX desk_audit_at ON desk_audit (at);

-- Against slips of a hand; who owns the database can take it away, and then the chain tells.
CREATE FUNCTION desk_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'desk_audit is append-only';
END $$;
CREATE TRIGGER desk_audit_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON desk_audit
  FOR EACH STATEMENT EXECUTE FUNCTION desk_audit_is_append_only();
