-- Whom a question, complaint or suggestion went to (转办); the last one answers.
CREATE TABLE interaction_dispatch (
  case_no       text NOT NULL REFERENCES case_record (case_no),
  ordinal       smallint NOT NULL CHECK (ordinal > 0),
  dispatch_id   uuid NOT NULL UNIQUE,
  unit          text NOT NULL,
  dispatched_at timestamptz NOT NULL,
  PRIMARY KEY (case_no, ordinal)
);

-- Why a reply stands that the check had refused; null: it was not refused.
ALTER TABLE interaction_reply ADD COLUMN insisted_because text;
-- The newest replies, of a unit and of all, with which a new one is compared.
CREATE INDEX interaction_reply_of_unit ON interaction_reply (unit, replied_at DESC);
CREATE INDEX interaction_reply_newest ON interaction_reply (replied_at DESC);

-- A reply that was not stored: what was missing, and by its hash which words they were.
CREATE TABLE reply_rejection (
  case_no     text NOT NULL REFERENCES case_record (case_no),
  text_sha256 text NOT NULL CHECK (text_sha256 ~ '^[0-9a-f]{64}$'),
  unit        text NOT NULL,
  rules       text[] NOT NULL CHECK (cardinality(rules) > 0),
  rejected_at timestamptz NOT NULL,
  PRIMARY KEY (case_no, text_sha256)
);
CREATE INDEX reply_rejection_at ON reply_rejection (rejected_at);

-- 差评台账: of a bad rating one entry. Who rated stands in neither.
CREATE TABLE rating_ledger (
  entry_no   text PRIMARY KEY,
  case_no    text NOT NULL UNIQUE REFERENCES rating (case_no),
  state      text NOT NULL CHECK (state IN ('open', 'verified', 'answered', 'closed')),
  opened_at  timestamptz NOT NULL,
  due_on     date NOT NULL,
  closed_at  timestamptz,
  CHECK ((state = 'closed') = (closed_at IS NOT NULL))
);
CREATE INDEX rating_ledger_open ON rating_ledger (due_on, entry_no) WHERE state <> 'closed';
CREATE INDEX rating_ledger_opened ON rating_ledger (opened_at);

-- What was done about an entry, in order, the look at its case among it. Never changed, never deleted.
CREATE TABLE rating_ledger_event (
  entry_no     text NOT NULL REFERENCES rating_ledger,
  ordinal      integer NOT NULL CHECK (ordinal > 0),
  at           timestamptz NOT NULL,
  -- A role, never a name.
  actor        text NOT NULL CHECK (actor IN ('desk')),
  act          text NOT NULL CHECK (act IN ('case-shown', 'verified', 'put-right', 'explained', 'closed')),
  is_founded   boolean,
  words        text,
  legal_ground text,
  PRIMARY KEY (entry_no, ordinal)
);

-- 回访: who rated badly, or sent a reply back, and left a telephone number, is called.
CREATE TABLE call_back (
  call_back_no text PRIMARY KEY,
  case_no      text NOT NULL REFERENCES case_record (case_no),
  because      text NOT NULL CHECK (because IN ('bad-rating', 'refused-reply')),
  opened_at    timestamptz NOT NULL,
  due_on       date NOT NULL,
  outcome      text CHECK (outcome IN ('reached', 'not-reached')),
  closed_at    timestamptz,
  UNIQUE (case_no, because),
  CHECK ((outcome IS NULL) = (closed_at IS NULL))
);
CREATE INDEX call_back_open ON call_back (due_on, call_back_no) WHERE closed_at IS NULL;

CREATE TABLE call_back_try (
  call_back_no text NOT NULL REFERENCES call_back,
  ordinal      integer NOT NULL CHECK (ordinal > 0),
  at           timestamptz NOT NULL,
  was_reached  boolean NOT NULL,
  said         text,
  PRIMARY KEY (call_back_no, ordinal)
);

-- Of the entries; gaps are normal. A call back's digits are by chance: beside each other the two would tell of which case an entry is.
CREATE SEQUENCE ledger_serial AS bigint;

-- Ratings that were bad before there was a ledger: a week, which is five working days where no holiday falls in it.
WITH bad AS (
  SELECT r.case_no, nextval('ledger_serial') AS serial, r.stored_at,
    to_char(now() AT TIME ZONE 'Asia/Shanghai', 'YYYYMMDD') AS day,
    ((now() AT TIME ZONE 'Asia/Shanghai')::date + 7) AS due_on,
    coalesce(a.submission #>> '{payload,answers,mobile}', '') <> '' AS has_telephone
  FROM rating r JOIN case_record c USING (case_no) JOIN application a USING (application_id, revision)
  WHERE r.satisfaction >= 4
), entered AS (
  INSERT INTO rating_ledger (entry_no, case_no, state, opened_at, due_on)
  SELECT 'CP' || day || lpad(serial::text, 8, '0'), case_no, 'open', now(), due_on FROM bad
)
INSERT INTO call_back (call_back_no, case_no, because, opened_at, due_on)
SELECT 'HF' || day || lpad((row_number() OVER (ORDER BY random()))::text, 8, '0'), case_no, 'bad-rating', now(), due_on
  FROM bad WHERE has_telephone;

-- What happened in a period, and what is still open: the evaluation reads no other case.
-- By hand and CONCURRENTLY before the release where the tables are large.
CREATE INDEX IF NOT EXISTS case_event_at ON case_event (at, to_status);
CREATE INDEX IF NOT EXISTS case_record_open ON case_record (cursor)
  WHERE joins IS NULL AND status IN ('01', '02', '05', '06', '11', '12');
CREATE INDEX IF NOT EXISTS reply_refusal_stored ON reply_refusal (stored_at);
