-- works-with: 0019
-- A release, how it went, codes of terminals, words about guides and codes of enrolments have an end, too (platform/database/record-ends.ts).

-- Looked for before anything is locked, and once: the events of years are read.
CREATE TEMP TABLE moved ON COMMIT DROP AS
  SELECT subject, max(at) AS at FROM fleet_event WHERE event = 'release.moved' GROUP BY subject;
-- The hour since 1970 at which it ends.
CREATE INDEX terminal_permit_over ON terminal_permit ((start_hour + hours));
CREATE INDEX guide_report_at ON guide_report (stored_at);
-- Whoever offers a release holds that, then gives its order: locked in the same order here. Heartbeats still read releases.
LOCK TABLE fleet_release IN EXCLUSIVE MODE;
-- Who erases a release, or withdraws it, looks for its orders.
CREATE INDEX fleet_command_of_release ON fleet_command (release_id) WHERE release_id IS NOT NULL;
-- When its state or cohort last changed: its age counts from there.
ALTER TABLE fleet_release ADD COLUMN moved_at timestamptz NOT NULL DEFAULT now();
UPDATE fleet_release r SET moved_at = greatest(r.cohort_since, (SELECT at FROM moved WHERE subject = r.release_id::text));

-- The key that signs orders can be exchanged (docs/decisions/0063): each key is told to terminals in a statement that the one before it signed.
ALTER TABLE fleet_key
  ADD COLUMN succeeds text UNIQUE REFERENCES fleet_key,
  ADD COLUMN statement text,
  ADD COLUMN signature text,
  -- From then on a terminal that went by this key is told of no other one.
  ADD COLUMN ended_at timestamptz,
  ADD CHECK ((succeeds IS NULL) = (statement IS NULL) AND (succeeds IS NULL) = (signature IS NULL)),
  -- Of a key that was exchanged nobody has it any more.
  ALTER COLUMN private_key DROP NOT NULL;

-- The one that comes next, until it is put in force. Not in the table above: an older program goes by the newest that is there.
CREATE TABLE fleet_key_next (
  is_only     boolean PRIMARY KEY DEFAULT true CHECK (is_only),
  key_id      text NOT NULL,
  public_key  jsonb NOT NULL,
  private_key jsonb NOT NULL,
  made_at     timestamptz NOT NULL
);
