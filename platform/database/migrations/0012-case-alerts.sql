CREATE SEQUENCE case_alert_serial AS bigint;

-- What electronic supervision signalled of a case. A row is closed, never deleted.
CREATE TABLE case_alert (
  alert_no  text PRIMARY KEY,
  cursor    bigint NOT NULL REFERENCES case_record,
  level     text NOT NULL CHECK (level IN ('hint', 'yellow', 'red')),
  rule      text NOT NULL,
  -- The step of the item that is late, counted from 0.
  step      smallint,
  -- China's days: since when it stands, and when it stood no more.
  since     date NOT NULL,
  until     date CHECK (until >= since),
  raised_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX case_alert_standing ON case_alert (cursor, rule, coalesce(step, -1)) WHERE until IS NULL;
CREATE INDEX case_alert_of_case ON case_alert (cursor);
CREATE INDEX case_alert_by_level ON case_alert (level, since) WHERE until IS NULL;
