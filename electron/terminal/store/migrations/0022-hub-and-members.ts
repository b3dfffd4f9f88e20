/**
 * The station's hub as this terminal knows it, what a member was let in by, and what a member has to tell its hub: the
 * tickets that it gave out by itself, and those that it asked for without hearing an answer. Nothing in them is of a person.
 */
export const sql = `
CREATE TABLE queue_hub (
  one INTEGER PRIMARY KEY CHECK (one = 1),
  term INTEGER NOT NULL,
  hub TEXT NOT NULL,
  took_from TEXT,
  took_on TEXT,
  took_at TEXT,
  took_is_heard INTEGER NOT NULL,
  address TEXT
) STRICT;
CREATE TABLE queue_link (
  -- 192.168.1.10:8443
  hub TEXT PRIMARY KEY,
  admission TEXT,
  -- The station's time less the machine's.
  offset_ms INTEGER,
  -- The station's time when the hub was last heard before it was lost; null: it is not.
  heard_ms INTEGER
) STRICT;
CREATE TABLE ticket_alone (
  sequence INTEGER PRIMARY KEY,
  business_day TEXT NOT NULL,
  ticket_id TEXT NOT NULL UNIQUE,
  body TEXT NOT NULL,
  -- Why it was given up before the hub knew of it.
  cancelled TEXT,
  told_at_ms INTEGER
) STRICT;
CREATE INDEX ticket_alone_of_day ON ticket_alone (business_day, sequence);
CREATE TABLE ticket_asked (
  ticket_id TEXT PRIMARY KEY,
  asked_at_ms INTEGER NOT NULL
) STRICT;
`;
