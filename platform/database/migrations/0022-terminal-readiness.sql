-- works-with: 0015
-- What each terminal found of itself at its first start, or when somebody asked anew: the newest report, and no more. Nothing in it is of a person.
CREATE TABLE terminal_readiness (
  terminal_id text PRIMARY KEY,
  station_id  text NOT NULL,
  -- By the terminal's clock, and never later than ours: a clock that was ahead would keep out every report after it.
  taken_at    timestamptz NOT NULL,
  -- Of the report in canonical JSON.
  sha256      text NOT NULL,
  report      jsonb NOT NULL,
  stored_at   timestamptz NOT NULL
);
