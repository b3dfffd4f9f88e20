-- works-with: 0019
-- What terminals tell of their audit, as they told it (contract/terminal-audit.ts): a row that does not fit is kept with a finding
-- beside it, and never refused, since it is the evidence. Rows name accounts, applications and devices, and no person.
CREATE TABLE terminal_audit_chain (
  terminal_id  text NOT NULL,
  chain        text NOT NULL CHECK (chain ~ '^[0-9a-f]{32}$'),
  -- Behind which row it begins, and the last that is here.
  begins       bigint NOT NULL,
  last         bigint NOT NULL,
  last_hash    bytea NOT NULL,
  begun_at     timestamptz NOT NULL,
  told_at      timestamptz NOT NULL,
  PRIMARY KEY (terminal_id, chain)
);

CREATE TABLE terminal_audit (
  terminal_id   text NOT NULL,
  chain         text NOT NULL,
  sequence      bigint NOT NULL CHECK (sequence > 0),
  -- By the terminal's clock, which may say anything.
  at_ms         bigint NOT NULL,
  event         text NOT NULL,
  actor         text NOT NULL,
  subject       text,
  disposition   text NOT NULL,
  detail        text,
  previous_hash bytea NOT NULL,
  hash          bytea NOT NULL,
  told_at       timestamptz NOT NULL,
  PRIMARY KEY (terminal_id, chain, sequence)
);
-- The order in which they are read, of one terminal and of all: no page sorts them.
CREATE INDEX terminal_audit_at ON terminal_audit (terminal_id, at_ms, sequence);
CREATE INDEX terminal_audit_newest ON terminal_audit (at_ms DESC, terminal_id, sequence DESC);
CREATE INDEX terminal_audit_told ON terminal_audit USING brin (told_at);

-- Against slips of a hand, as with the desk's own.
CREATE FUNCTION terminal_audit_is_not_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'terminal_audit is append-only';
END $$;
CREATE TRIGGER terminal_audit_unchanged BEFORE UPDATE OR DELETE OR TRUNCATE ON terminal_audit
  FOR EACH STATEMENT EXECUTE FUNCTION terminal_audit_is_not_changed();

-- Where a terminal's audit does not fit itself, or what it told before. Each once.
CREATE TABLE terminal_audit_finding (
  terminal_id text NOT NULL,
  chain       text NOT NULL,
  sequence    bigint NOT NULL,
  kind        text NOT NULL CHECK (kind IN ('changed', 'missing', 'out-of-place', 'told-otherwise', 'restored')),
  detail      jsonb NOT NULL,
  found_at    timestamptz NOT NULL,
  PRIMARY KEY (terminal_id, chain, sequence, kind)
);
CREATE INDEX terminal_audit_finding_at ON terminal_audit_finding (found_at);

-- What a terminal and the platform have in common, by which codes are made that work without the line (decision 0048).
CREATE TABLE terminal_permit_key (
  terminal_id text PRIMARY KEY REFERENCES terminal,
  secret      bytea NOT NULL CHECK (octet_length(secret) = 32),
  since       timestamptz NOT NULL
);

-- Codes that were issued: everything about each but the code itself.
CREATE TABLE terminal_permit (
  terminal_id text NOT NULL REFERENCES terminal,
  -- Hours since 1970 at which it begins to be good.
  start_hour  integer NOT NULL,
  serial      integer NOT NULL CHECK (serial BETWEEN 0 AND 1023),
  role        text NOT NULL CHECK (role IN ('staff', 'technician', 'auditor')),
  hours       smallint NOT NULL,
  reason      text NOT NULL,
  -- An official, or null: by the operator's command.
  issued_by   text,
  issued_at   timestamptz NOT NULL,
  revoked_at  timestamptz,
  PRIMARY KEY (terminal_id, start_hour, serial)
);
CREATE INDEX terminal_permit_latest ON terminal_permit (terminal_id, issued_at DESC);
