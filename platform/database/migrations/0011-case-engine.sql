-- A case's events say by which verb of the table (cases/table.ts) they came to be. Null: written before verbs were; from where it
-- led tells which one it was.
ALTER TABLE case_event ADD COLUMN verb text CHECK (verb ~ '^[a-z-]{1,40}$');
-- The office that acted; null: the desk, a station or the clock did.
ALTER TABLE case_event ADD COLUMN unit text;
-- What clocks and desks need of it beside the notice.
ALTER TABLE case_event ADD COLUMN facts jsonb;
-- What stands at the head of the notice, as it was then.
ALTER TABLE case_event ADD COLUMN heading jsonb;
ALTER TABLE case_event DROP CONSTRAINT case_event_actor_check;
ALTER TABLE case_event ADD CONSTRAINT case_event_actor_check CHECK (actor IN ('station', 'desk', 'clock'));

-- The next instant at which time alone changes something about a case: reckoned from its events, never a truth of its own.
ALTER TABLE case_record ADD COLUMN due_at timestamptz;
-- The calendar that it was reckoned by; null: before there was one. Another one makes the case due at once.
ALTER TABLE case_record ADD COLUMN reckoned_by text;
-- A year that its days lie in, and whose holidays the calendar does not have.
ALTER TABLE case_record ADD COLUMN calendar_gap smallint;
-- The unit that it was handed over to, as the catalogue names it in Chinese; null: the item's own.
ALTER TABLE case_record ADD COLUMN handed_to text;
CREATE INDEX case_record_due ON case_record (due_at) WHERE due_at IS NOT NULL;
CREATE INDEX case_record_reckoned ON case_record (reckoned_by)
  WHERE joins IS NULL AND status IN ('02', '05', '06', '11', '12');
CREATE INDEX case_record_gap ON case_record (calendar_gap) WHERE calendar_gap IS NOT NULL;
