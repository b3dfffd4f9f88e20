/** What keeps the outbox as quick with a million rows as with ten. */
export const sql = `
-- Counting rows at every change would be as slow as the queue is long.
CREATE TABLE outbox_count (state TEXT PRIMARY KEY, n INTEGER NOT NULL) STRICT;
INSERT INTO outbox_count (state, n)
  SELECT state, count(*) FROM outbox GROUP BY state;
INSERT OR IGNORE INTO outbox_count (state, n)
  VALUES ('pending', 0), ('sending', 0), ('waiting', 0), ('acknowledged', 0), ('rejected', 0), ('conflict', 0);
CREATE TRIGGER outbox_counts_new AFTER INSERT ON outbox BEGIN
  UPDATE outbox_count SET n = n + 1 WHERE state = NEW.state;
END;
CREATE TRIGGER outbox_counts_changed AFTER UPDATE OF state ON outbox WHEN OLD.state <> NEW.state BEGIN
  UPDATE outbox_count SET n = n - 1 WHERE state = OLD.state;
  UPDATE outbox_count SET n = n + 1 WHERE state = NEW.state;
END;
CREATE TRIGGER outbox_counts_gone AFTER DELETE ON outbox BEGIN
  UPDATE outbox_count SET n = n - 1 WHERE state = OLD.state;
END;
-- Leases are few and end at other times than waits.
DROP INDEX outbox_due;
CREATE INDEX outbox_due ON outbox (not_before_ms) WHERE state IN ('pending', 'waiting');
CREATE INDEX outbox_leased ON outbox (lease_until_ms) WHERE state = 'sending';
`;
