/**
 * The bookings of this station for today and tomorrow, and those of earlier days until the platform has been told what
 * became of them. Whose a booking is, is a tag under a key that is not in here.
 */
export const sql = `
CREATE TABLE booking (
  booking_no TEXT PRIMARY KEY,
  starts_at_ms INTEGER NOT NULL,
  item_slug TEXT,
  person_tag TEXT NOT NULL,
  came INTEGER NOT NULL DEFAULT 0 CHECK (came IN (0, 1)),
  -- The platform knows that somebody came.
  told INTEGER NOT NULL DEFAULT 0 CHECK (told IN (0, 1))
) STRICT;
CREATE INDEX booking_of_person ON booking (person_tag);
CREATE INDEX booking_by_start ON booking (starts_at_ms);
`;
