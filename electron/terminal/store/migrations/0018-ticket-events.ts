/**
 * What happened in the station's queue, a row an event, in the order in which this terminal learned of it. A number is
 * given out once a day, whatever a program does. Rows are added, and erased a day at a time; none is ever changed. Nothing in
 * them is of a person.
 */
export const sql = `
CREATE TABLE ticket_event (
  sequence INTEGER PRIMARY KEY,
  business_day TEXT NOT NULL,
  type TEXT NOT NULL,
  at_ms INTEGER NOT NULL,
  ticket_id TEXT,
  -- Only where it is given out.
  number TEXT,
  body TEXT NOT NULL,
  CHECK ((type = 'taken') = (number IS NOT NULL))
) STRICT;
CREATE UNIQUE INDEX ticket_number_of_day ON ticket_event (business_day, number) WHERE number IS NOT NULL;
CREATE UNIQUE INDEX ticket_once ON ticket_event (ticket_id) WHERE number IS NOT NULL;
CREATE INDEX ticket_event_of_day ON ticket_event (business_day, sequence);
CREATE TRIGGER ticket_event_stays BEFORE UPDATE ON ticket_event
BEGIN
  SELECT raise(ABORT, 'what happened in the queue is not changed');
END;
`;
