-- What an office answered to a question, complaint or suggestion: at most twice.
CREATE TABLE interaction_reply (
  case_no    text NOT NULL REFERENCES case_record (case_no),
  ordinal    smallint NOT NULL CHECK (ordinal IN (1, 2)),
  reply_id   uuid NOT NULL UNIQUE,
  unit       text NOT NULL,
  words      text NOT NULL,
  replied_at timestamptz NOT NULL,
  PRIMARY KEY (case_no, ordinal)
);

-- The first reply did not do: once a case.
CREATE TABLE reply_refusal (
  case_no     text PRIMARY KEY REFERENCES case_record (case_no),
  refusal_id  uuid NOT NULL UNIQUE,
  terminal_id text NOT NULL,
  reason      text NOT NULL,
  refused_at  timestamptz NOT NULL,
  stored_at   timestamptz NOT NULL,
  -- The last day on which the second reply is in time.
  due_on      date NOT NULL
);

-- Of one case one rating. Which terminal brought it is not kept: with the hour it would tell who stood there.
CREATE TABLE rating (
  case_no      text PRIMARY KEY REFERENCES case_record (case_no),
  rating_id    uuid NOT NULL UNIQUE,
  -- GB/T 39046 annex A.8: 1 is the best.
  satisfaction smallint NOT NULL CHECK (satisfaction BETWEEN 1 AND 5),
  reasons      text[] NOT NULL,
  words        text,
  rated_on     date NOT NULL,
  stored_at    timestamptz NOT NULL
);
CREATE INDEX rating_rated_on ON rating (rated_on DESC, rating_id);
