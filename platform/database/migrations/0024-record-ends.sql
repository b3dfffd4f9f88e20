-- works-with: 0019
-- What is written down of terminals has an end (platform/database/record-ends.ts): what is older is found by these.
CREATE INDEX fleet_event_at ON fleet_event (at);
-- An order that nobody fetched is over when it expires.
CREATE INDEX fleet_command_over ON fleet_command ((coalesce(settled_at, expires_at)));

-- Through which row a chain was erased by age: told again, these are not judged. Null: none was.
ALTER TABLE terminal_audit_chain ADD COLUMN erased_through bigint;

-- Still against slips of a hand: whoever erases says that it is by age, and is not believed for what is younger than the law lets anybody erase.
CREATE OR REPLACE FUNCTION terminal_audit_is_not_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND current_setting('yizhan.erases_by_age', true) = 'on' THEN
    RETURN NULL;
  END IF;
  RAISE EXCEPTION 'terminal_audit is append-only';
END $$;
CREATE FUNCTION terminal_audit_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM gone WHERE told_at > clock_timestamp() - interval '6 months') THEN
    RAISE EXCEPTION 'terminal_audit is kept for six months';
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER terminal_audit_kept AFTER DELETE ON terminal_audit
  REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION terminal_audit_is_kept();
