-- The place of an application in a one-thing chain: out of what was submitted, so that no second copy can differ from
-- it. The whole submission, which may hold a drawn signature, is not read for a list.
ALTER TABLE application
  ADD COLUMN chain jsonb GENERATED ALWAYS AS (submission #> '{payload,chain}') STORED;

CREATE INDEX application_chain ON application ((chain ->> 'chainApplicationId')) WHERE chain IS NOT NULL;
