-- A later revision of an application is the same case: an answer to a correction, or what staff put right. Before
-- this, each revision had made a case of its own; those keep their numbers, and name the case that they belong to.
ALTER TABLE case_record DROP CONSTRAINT case_record_application_id_revision_key;
ALTER TABLE case_record ADD COLUMN joins bigint REFERENCES case_record;
-- The promised end of its clock, from acceptance on.
ALTER TABLE case_record ADD COLUMN decide_by date;
UPDATE case_record AS later SET joins = first.cursor
  FROM (SELECT application_id, min(cursor) AS cursor FROM case_record GROUP BY application_id) AS first
  WHERE first.application_id = later.application_id AND first.cursor <> later.cursor;
UPDATE case_record AS first SET revision = newest.revision
  FROM (SELECT application_id, max(revision) AS revision FROM application GROUP BY application_id) AS newest
  WHERE newest.application_id = first.application_id AND first.joins IS NULL AND first.revision <> newest.revision;
CREATE UNIQUE INDEX case_record_of_application ON case_record (application_id) WHERE joins IS NULL;

-- What happened to a case, in order. Never changed, never deleted.
CREATE TABLE case_event (
  cursor      bigint NOT NULL REFERENCES case_record,
  ordinal     integer NOT NULL CHECK (ordinal > 0),
  at          timestamptz NOT NULL,
  from_status text CHECK (from_status ~ '^[0-9]{2}$'),
  to_status   text NOT NULL CHECK (to_status ~ '^[0-9]{2}$'),
  -- A role, never a name.
  actor       text NOT NULL CHECK (actor IN ('station', 'desk')),
  -- The revision of the application that came with it, if one did.
  revision    integer,
  -- The written notice that went with it, as data.
  notice      jsonb,
  PRIMARY KEY (cursor, ordinal)
);
INSERT INTO case_event (cursor, ordinal, at, from_status, to_status, actor, revision)
  SELECT c.cursor, 1, a.stored_at, NULL, c.status, 'station', a.revision
  FROM case_record c JOIN application a ON a.application_id = c.application_id AND a.revision = c.revision
  WHERE c.joins IS NULL;

-- Whose cases these are, by the number on the card. In the clear: so does the application that it comes from, and a
-- hash of a number that can be counted through hides nothing.
CREATE TABLE case_person (
  person_number text NOT NULL,
  cursor        bigint NOT NULL REFERENCES case_record,
  PRIMARY KEY (person_number, cursor)
);
INSERT INTO case_person (person_number, cursor)
  SELECT DISTINCT answer.value #>> '{}', c.cursor
  FROM case_record c JOIN application a ON a.application_id = c.application_id AND a.revision = c.revision,
    jsonb_each(a.submission #> '{payload,answers}') AS answer
  WHERE c.joins IS NULL AND answer.key IN ('applicantId', 'manId', 'womanId', 'motherId', 'fatherId')
    AND jsonb_typeof(answer.value) = 'string';

-- Who asked how a case goes, and how often in vain: numbers can be guessed, and a card's can be counted through.
CREATE TABLE progress_try (
  terminal_id text NOT NULL,
  kind        text NOT NULL CHECK (kind IN ('card', 'miss')),
  receipt_no  text,
  at          timestamptz NOT NULL
);
CREATE INDEX progress_try_terminal ON progress_try (terminal_id, kind, at);
CREATE INDEX progress_try_number ON progress_try (receipt_no, at) WHERE receipt_no IS NOT NULL;
CREATE INDEX progress_try_at ON progress_try (at);
