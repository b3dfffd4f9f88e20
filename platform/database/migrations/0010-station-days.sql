-- What a day of a station's queue was like, in counts: a day of a station once, whichever of its terminals told it. Nothing in
-- it is of a person. A row is erased some years behind its day.
CREATE TABLE station_day (
  station_id   text NOT NULL,
  business_day date NOT NULL,
  -- Who told it, and which of two reports is the later one: by the term of the hub, then by how much it knew of the day.
  terminal_id  text NOT NULL,
  term         integer NOT NULL,
  events       integer NOT NULL,
  -- Of the report in canonical JSON.
  sha256       text NOT NULL,
  report       jsonb NOT NULL,
  stored_at    timestamptz NOT NULL,
  PRIMARY KEY (station_id, business_day)
);
CREATE INDEX station_day_by_day ON station_day (business_day);
