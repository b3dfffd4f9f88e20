-- works-with: 0019
-- An administrator looks after the accounts of his unit and of what stands below it; one of the whole district after all (officials/reach.ts).
-- Whoever administered all units before this is bounded to his own until the operator says otherwise.
ALTER TABLE official
  ADD COLUMN administers_all boolean NOT NULL DEFAULT false,
  ADD CHECK (NOT administers_all OR 'administrator' = ANY (roles));
