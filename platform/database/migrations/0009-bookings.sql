-- What people booked, as the booking service tells it. The number in the clear, as in case_person (0008): a hash of a
-- number that can be counted through hides nothing. A row is erased some weeks behind its day.
CREATE TABLE booking (
  booking_no    text PRIMARY KEY CHECK (booking_no ~ '^[0-9]{8,20}$'),
  station_id    text NOT NULL,
  station_zh    text NOT NULL,
  station_en    text NOT NULL,
  starts_at     timestamptz NOT NULL,
  item_slug     text,
  person_number text NOT NULL,
  state         text NOT NULL CHECK (state IN ('booked', 'came', 'missed', 'cancelled'))
);
CREATE INDEX booking_of_station ON booking (station_id, starts_at);
CREATE INDEX booking_of_person ON booking (person_number, starts_at);
CREATE INDEX booking_by_day ON booking (starts_at);
