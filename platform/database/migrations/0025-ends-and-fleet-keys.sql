-- works-with: 0019
-- A release, how it went, codes of terminals, words about guides and codes of enrolments have an end, too (platform/database/record-ends.ts).

-- When its state or cohort last changed: its age counts from there.
ALTER TABLE fleet_release ADD COLUMN moved_at timestamptz NOT NULL DEFAULT now();
UPDATE fleet_release r SET moved_at = greatest(r.cohort_since, (
  SELECT max(at) FROM fleet_event WHERE event = 'release.moved' AND subject = r.release_id::text));
-- Who erases a release, or withdraws it, looks for its orders.
CREATE INDEX fleet_command_of_release ON fleet_command (release_id) WHERE release_id IS NOT NULL;
-- The hour since 1970 at which it ends.
CREATE INDEX terminal_permit_over ON terminal_permit ((start_hour + hours));
CREATE INDEX guide_report_at ON guide_report (stored_at);
