-- What an application consists of lies in months of its id, so that a month is erased by dropping it
-- (docs/decisions/0043). Before the first release: the rows are moved in this transaction, and older nodes do not
-- work with it.
CREATE SCHEMA before;
ALTER TABLE application SET SCHEMA before;
ALTER TABLE attachment SET SCHEMA before;
ALTER TABLE attachment_chunk SET SCHEMA before;
ALTER TABLE case_attachment SET SCHEMA before;
ALTER TABLE case_record SET SCHEMA before;
ALTER TABLE case_event SET SCHEMA before;
ALTER TABLE case_person SET SCHEMA before;

CREATE TABLE application (LIKE before.application
  INCLUDING DEFAULTS INCLUDING GENERATED INCLUDING CONSTRAINTS INCLUDING STORAGE) PARTITION BY RANGE (application_id);
ALTER TABLE application ADD PRIMARY KEY (application_id, revision);
CREATE INDEX application_receipt_no ON application (receipt_no);
CREATE INDEX application_chain ON application ((chain ->> 'chainApplicationId')) WHERE chain IS NOT NULL;

CREATE TABLE attachment (LIKE before.attachment
  INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE) PARTITION BY RANGE (application_id);
ALTER TABLE attachment ADD PRIMARY KEY (application_id, terminal_id, sha256);
CREATE INDEX attachment_unclaimed ON attachment (touched_at) WHERE NOT is_claimed;

CREATE TABLE attachment_chunk (LIKE before.attachment_chunk
  INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE) PARTITION BY RANGE (application_id);
ALTER TABLE attachment_chunk ADD PRIMARY KEY (application_id, terminal_id, sha256, start_byte);

CREATE TABLE case_attachment (LIKE before.case_attachment
  INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE) PARTITION BY RANGE (application_id);
ALTER TABLE case_attachment ADD PRIMARY KEY (application_id, revision, ordinal);

-- Of a cursor no index over all months makes a second one impossible: its sequence gives each number once.
CREATE TABLE case_record (LIKE before.case_record
  INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE) PARTITION BY RANGE (application_id);
ALTER TABLE case_record ADD PRIMARY KEY (cursor, application_id);
CREATE UNIQUE INDEX case_record_of_application ON case_record (application_id) WHERE joins IS NULL;
CREATE INDEX case_record_case_no ON case_record (case_no);
CREATE INDEX case_record_due ON case_record (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX case_record_reckoned ON case_record (reckoned_by)
  WHERE joins IS NULL AND status IN ('02', '05', '06', '11', '12');
CREATE INDEX case_record_gap ON case_record (calendar_gap) WHERE calendar_gap IS NOT NULL;
CREATE INDEX case_record_open ON case_record (cursor)
  WHERE joins IS NULL AND status IN ('01', '02', '05', '06', '11', '12');

CREATE TABLE case_event (LIKE before.case_event
  INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE, application_id uuid NOT NULL)
  PARTITION BY RANGE (application_id);
ALTER TABLE case_event ADD PRIMARY KEY (cursor, ordinal, application_id);
CREATE INDEX case_event_at ON case_event (at, to_status);

-- The bounds: the first id that a UUIDv7 (RFC 9562 §5.7) of a day in China can be.
CREATE FUNCTION first_id_of(day date) RETURNS uuid LANGUAGE sql STABLE AS $$
  SELECT rpad(lpad(to_hex((extract(epoch FROM day::timestamp AT TIME ZONE 'Asia/Shanghai') * 1000)::bigint), 12, '0'), 32, '0')::uuid
$$;

-- Keys between tables of the same month: all rows of an application lie in one, and no look has to be taken into others.
CREATE FUNCTION bind_month(suffix text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('ALTER TABLE attachment_chunk%s ADD FOREIGN KEY (application_id, terminal_id, sha256)
    REFERENCES attachment%1$s ON DELETE CASCADE', suffix);
  EXECUTE format('ALTER TABLE case_attachment%s ADD FOREIGN KEY (application_id, revision) REFERENCES application%1$s,
    ADD FOREIGN KEY (application_id, terminal_id, sha256) REFERENCES attachment%1$s', suffix);
  EXECUTE format('ALTER TABLE case_record%s ADD FOREIGN KEY (application_id, revision) REFERENCES application%1$s,
    ADD FOREIGN KEY (joins, application_id) REFERENCES case_record%1$s', suffix);
  EXECUTE format('ALTER TABLE case_event%s ADD FOREIGN KEY (cursor, application_id) REFERENCES case_record%1$s', suffix);
END $$;

-- Parents before children.
CREATE FUNCTION tables_of_months() RETURNS text[] LANGUAGE sql IMMUTABLE AS $$
  SELECT ARRAY['application', 'attachment', 'attachment_chunk', 'case_attachment', 'case_record', 'case_event']
$$;

-- A clock that was wrong makes an id of 1970 or 2090: it is taken like any other, and lies here.
DO $$
DECLARE the_table text;
BEGIN
  FOREACH the_table IN ARRAY tables_of_months() LOOP
    EXECUTE format('CREATE TABLE %I PARTITION OF %I DEFAULT', the_table || '_other', the_table);
  END LOOP;
  PERFORM bind_month('_other');
END $$;

-- Below it nothing is begun any more: the order of ids is the list of what was erased.
CREATE TABLE retention_floor (
  is_the_one boolean PRIMARY KEY DEFAULT true CHECK (is_the_one),
  first_id   uuid NOT NULL,
  moved_at   timestamptz
);
INSERT INTO retention_floor (first_id) VALUES ('00000000-0000-0000-0000-000000000000');

-- Erased, and above the floor: ids of clocks that ran ahead, which their order does not tell.
CREATE TABLE erased_application (application_id uuid PRIMARY KEY);

-- A month that is erased, from the moment in which nobody finds it any more until the last row is gone.
CREATE TABLE erased_month (
  first_day   date PRIMARY KEY,
  cases       bigint NOT NULL,
  taken_at    timestamptz NOT NULL,
  finished_at timestamptz
);

-- False when it is there, or was erased. Tables are made beside the others and attached: nobody who reads or writes a
-- month waits for it, only who looks into all of them, for as long as the one of the other ids is looked through.
CREATE FUNCTION make_month(first_day date) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  suffix    text := to_char(first_day, '"_"YYYY"_"MM');
  from_id   uuid := first_id_of(first_day);
  until_id  uuid := first_id_of((first_day + interval '1 month')::date);
  the_table text;
  columns   text;
BEGIN
  PERFORM pg_advisory_xact_lock(7020005);
  IF to_regclass('application' || suffix) IS NOT NULL
    OR from_id < (SELECT first_id FROM retention_floor) THEN RETURN false; END IF;
  FOREACH the_table IN ARRAY tables_of_months() LOOP
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING ALL)', the_table || suffix, the_table);
  END LOOP;
  PERFORM bind_month(suffix);
  -- Of a clock that ran some months ahead, here since before the month was made.
  FOREACH the_table IN ARRAY tables_of_months() LOOP
    EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', the_table || '_other');
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns FROM pg_attribute
      WHERE attrelid = the_table::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
    EXECUTE format('INSERT INTO %I (%s) SELECT %2$s FROM %I WHERE application_id >= %L AND application_id < %L',
      the_table || suffix, columns, the_table || '_other', from_id, until_id);
  END LOOP;
  FOR place IN REVERSE array_length(tables_of_months(), 1) .. 1 LOOP
    the_table := (tables_of_months())[place];
    EXECUTE format('DELETE FROM %I WHERE application_id >= %L AND application_id < %L', the_table || '_other', from_id, until_id);
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
      the_table, the_table || suffix, from_id, until_id);
  END LOOP;
  RETURN true;
END $$;

-- From the month before the first case, in which its form may have been opened, to three months ahead.
SELECT make_month(first_day::date) FROM generate_series(
  date_trunc('month', (SELECT coalesce(min(stored_at), now()) FROM before.application) AT TIME ZONE 'Asia/Shanghai') - interval '1 month',
  date_trunc('month', now() AT TIME ZONE 'Asia/Shanghai') + interval '3 months', interval '1 month') AS first_day;

INSERT INTO application (application_id, revision, terminal_id, station_id, receipt_no, item_slug, item_version,
    payload_sha256, received_at, stored_at, submission, forwarded_by)
  SELECT application_id, revision, terminal_id, station_id, receipt_no, item_slug, item_version,
    payload_sha256, received_at, stored_at, submission, forwarded_by FROM before.application;
INSERT INTO attachment SELECT * FROM before.attachment;
INSERT INTO attachment_chunk SELECT * FROM before.attachment_chunk;
INSERT INTO case_attachment SELECT * FROM before.case_attachment;
INSERT INTO case_record SELECT * FROM before.case_record;
INSERT INTO case_event SELECT e.*, c.application_id FROM before.case_event e JOIN before.case_record c USING (cursor);

-- By which a case is found by its number. It outlives the case: "erased" and "never was" are different answers.
CREATE TABLE case_number (
  case_no        text PRIMARY KEY,
  application_id uuid NOT NULL
) PARTITION BY HASH (case_no);

-- Whose cases these are (0008). By the number: somebody's cases are found in one of them.
CREATE TABLE case_person (
  person_number  text NOT NULL,
  cursor         bigint NOT NULL,
  application_id uuid NOT NULL,
  PRIMARY KEY (person_number, cursor)
) PARTITION BY HASH (person_number);
DO $$
BEGIN
  FOR part IN 0 .. 7 LOOP
    EXECUTE format('CREATE TABLE case_number_%s PARTITION OF case_number FOR VALUES WITH (MODULUS 8, REMAINDER %1$s)', part);
    EXECUTE format('CREATE TABLE case_person_%s PARTITION OF case_person FOR VALUES WITH (MODULUS 8, REMAINDER %1$s)', part);
  END LOOP;
END $$;
INSERT INTO case_number SELECT case_no, application_id FROM before.case_record;
INSERT INTO case_person SELECT p.person_number, p.cursor, c.application_id
  FROM before.case_person p JOIN before.case_record c USING (cursor);

-- A trigger, so that no path to a case can forget it.
CREATE FUNCTION note_case_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO case_number (case_no, application_id) VALUES (NEW.case_no, NEW.application_id);
  RETURN NULL;
END $$;
CREATE TRIGGER case_record_number AFTER INSERT ON case_record FOR EACH ROW EXECUTE FUNCTION note_case_number();

-- What is said about a case by its number stays behind the case for as long as erasing it takes.
ALTER TABLE interaction_reply DROP CONSTRAINT interaction_reply_case_no_fkey,
  ADD FOREIGN KEY (case_no) REFERENCES case_number;
ALTER TABLE reply_refusal DROP CONSTRAINT reply_refusal_case_no_fkey, ADD FOREIGN KEY (case_no) REFERENCES case_number;
ALTER TABLE rating DROP CONSTRAINT rating_case_no_fkey, ADD FOREIGN KEY (case_no) REFERENCES case_number;
ALTER TABLE interaction_dispatch DROP CONSTRAINT interaction_dispatch_case_no_fkey,
  ADD FOREIGN KEY (case_no) REFERENCES case_number;
ALTER TABLE reply_rejection DROP CONSTRAINT reply_rejection_case_no_fkey,
  ADD FOREIGN KEY (case_no) REFERENCES case_number;
ALTER TABLE call_back DROP CONSTRAINT call_back_case_no_fkey, ADD FOREIGN KEY (case_no) REFERENCES case_number;
ALTER TABLE case_alert DROP CONSTRAINT case_alert_cursor_fkey, ADD COLUMN application_id uuid;
UPDATE case_alert l SET application_id = c.application_id FROM case_record c WHERE c.cursor = l.cursor;
ALTER TABLE case_alert ALTER COLUMN application_id SET NOT NULL;

-- What it does is made anew in 0017.
DROP TRIGGER case_event_told ON before.case_event;
CREATE CONSTRAINT TRIGGER case_event_told AFTER INSERT ON case_event
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tell_department();

DROP TABLE before.case_person, before.case_event, before.case_attachment, before.attachment_chunk, before.attachment,
  before.case_record, before.application;
DROP SCHEMA before;
