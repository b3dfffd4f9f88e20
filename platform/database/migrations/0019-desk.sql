-- works-with: 0015
-- Wrong guesses at the present password, over the whole life of a session (officials/sign-in.ts).
ALTER TABLE official_session ADD COLUMN wrong_tries smallint NOT NULL DEFAULT 0;

-- Wrong sign-ins with ids that nobody has: counted, so that a flood of them is one row of the audit a window and not a row each.
CREATE TABLE nobodys_try (
  window_at timestamptz PRIMARY KEY,
  tries     bigint NOT NULL
);

-- Whom a matter went to, by the unit; the desk of that unit lists it.
CREATE INDEX interaction_dispatch_unit ON interaction_dispatch (unit);
