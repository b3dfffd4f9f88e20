-- works-with: 0019
-- An administrator looks after the accounts of his unit and of what stands below it; one of the whole district after all (officials/reach.ts).
-- Whoever administered all units before this is bounded to his own until the operator says otherwise.
ALTER TABLE official
  ADD COLUMN administers_all boolean NOT NULL DEFAULT false,
  ADD CHECK (NOT administers_all OR 'administrator' = ANY (roles));

-- Who asked for somebody's cases or bookings by a card, a slip or a code, and found how many: never the number itself
-- (person-searches/person-searches.ts). It ends by age (database/record-ends.ts).
CREATE TABLE person_search (
  seq         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at          timestamptz NOT NULL,
  terminal_id text NOT NULL,
  -- The call of the contract.
  call        text NOT NULL,
  shown       text NOT NULL,
  found       integer NOT NULL CHECK (found >= 0)
);
CREATE INDEX person_search_terminal ON person_search (terminal_id, seq DESC);
CREATE INDEX person_search_at ON person_search (at);
