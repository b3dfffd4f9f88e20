-- Departments that plug in: who decides which item, with which of them a case lies, and what each is told.
CREATE TABLE department (
  department_id text PRIMARY KEY CHECK (department_id ~ '^[a-z0-9][a-z0-9-]{0,59}$'),
  -- { zh, en }
  name          jsonb NOT NULL,
  registered_at timestamptz NOT NULL,
  revoked_at    timestamptz,
  revoke_reason text,
  -- Where entries are told; null: the department asks for them.
  webhook_url   text,
  -- Up to which cursor of its inbox it has said that it has everything.
  acknowledged  bigint NOT NULL DEFAULT 0
);

-- A token is known by its hash alone. Two may be good at once, so that one is exchanged without a gap.
CREATE TABLE department_token (
  token_sha256  text PRIMARY KEY,
  -- Its last three characters, by which the operator tells them apart.
  tail          text NOT NULL,
  department_id text NOT NULL REFERENCES department,
  issued_at     timestamptz NOT NULL,
  expires_at    timestamptz NOT NULL,
  revoked_at    timestamptz
);
CREATE INDEX department_token_owner ON department_token (department_id);

-- One department decides an item.
CREATE TABLE department_item (
  item_slug     text PRIMARY KEY,
  department_id text NOT NULL REFERENCES department,
  since         timestamptz NOT NULL
);

-- With which department a case lies. Of the cases of a chain each has its own row. No foreign key on the tables of cases: they
-- may be partitioned by time, and a key over partitions would need the time in it.
CREATE TABLE case_dispatch (
  cursor        bigint PRIMARY KEY,
  department_id text NOT NULL REFERENCES department,
  dispatched_at timestamptz NOT NULL
);

CREATE SEQUENCE inbox_cursor AS bigint;
CREATE TABLE inbox_entry (
  cursor        bigint PRIMARY KEY,
  department_id text NOT NULL REFERENCES department,
  case_cursor   bigint NOT NULL,
  -- The event of the case that it tells of.
  ordinal       integer NOT NULL,
  kind          text NOT NULL CHECK (kind IN ('new', 'resubmitted', 'revised', 'withdrawn', 'reopened', 'changed')),
  case_no       text NOT NULL,
  item_slug     text NOT NULL,
  status        text NOT NULL CHECK (status ~ '^[0-9]{2}$'),
  at            timestamptz NOT NULL,
  chain         jsonb,
  -- When the department's address took it; null: not yet, or it has no address.
  told_at       timestamptz,
  UNIQUE (case_cursor, ordinal, department_id)
);
CREATE INDEX inbox_entry_of_department ON inbox_entry (department_id, cursor);
CREATE INDEX inbox_entry_untold ON inbox_entry (department_id, case_cursor, cursor) WHERE told_at IS NULL;

-- By which the platform signs what it tells; every node has the same ones.
CREATE TABLE platform_key (
  key_id      text PRIMARY KEY,
  public_key  jsonb NOT NULL,
  private_key jsonb NOT NULL,
  made_at     timestamptz NOT NULL
);

-- A job of pg-boss (decision 0040), in the columns and with the defaults of its own insert: the library names writing to its table by SQL
-- as a way to add jobs. In the transaction of the event, so that there is neither without the other.
CREATE FUNCTION queue_delivery(of_department text, of_case bigint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO pgboss.job (name, data, singleton_key, start_after, created_on, keep_until, expire_seconds, deletion_seconds,
    retry_limit, retry_delay, retry_backoff, retry_delay_max, policy)
  SELECT q.name, jsonb_build_object('departmentId', of_department, 'caseCursor', of_case::text), of_case::text,
    pgboss.job_now(), pgboss.job_now(), pgboss.job_now() + q.retention_seconds * interval '1 second',
    q.expire_seconds, q.deletion_seconds, q.retry_limit, q.retry_delay, q.retry_backoff, q.retry_delay_max, q.policy
  FROM pgboss.queue q WHERE q.name = 'department.' || of_department;
END $$;

CREATE FUNCTION tell_department() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  the_case record;
  theirs   record;
  is_new   boolean;
BEGIN
  -- Until the commit: whoever reads an inbox, or gives an item to a department, waits for it (platform/departments/inbox-lock.ts).
  PERFORM pg_advisory_xact_lock_shared(7020003);
  -- Rows of departments are never deleted: without one nothing lies with anybody.
  IF NOT EXISTS (SELECT 1 FROM department) THEN RETURN NULL; END IF;
  SELECT c.case_no, a.item_slug, a.chain INTO the_case
    FROM case_record c JOIN application a USING (application_id, revision) WHERE c.cursor = NEW.cursor;
  IF NOT FOUND THEN RETURN NULL; END IF;
  INSERT INTO case_dispatch (cursor, department_id, dispatched_at)
    SELECT NEW.cursor, i.department_id, NEW.at FROM department_item i WHERE i.item_slug = the_case.item_slug
    ON CONFLICT (cursor) DO NOTHING;
  is_new := FOUND;
  SELECT d.department_id, d.webhook_url INTO theirs
    FROM case_dispatch JOIN department d USING (department_id) WHERE cursor = NEW.cursor;
  IF NOT FOUND THEN RETURN NULL; END IF;
  INSERT INTO inbox_entry (cursor, department_id, case_cursor, ordinal, kind, case_no, item_slug, status, at, chain)
  VALUES (nextval('inbox_cursor'), theirs.department_id, NEW.cursor, NEW.ordinal,
    CASE
      WHEN is_new THEN 'new'
      WHEN NEW.revision IS NOT NULL AND NEW.from_status = '06' THEN 'resubmitted'
      WHEN NEW.revision IS NOT NULL THEN 'revised'
      WHEN NEW.to_status = '14' THEN 'withdrawn'
      WHEN NEW.from_status IN ('07', '10', '13', '14', '15') AND NEW.to_status NOT IN ('07', '10', '13', '14', '15')
        THEN 'reopened'
      ELSE 'changed'
    END,
    the_case.case_no, the_case.item_slug, NEW.to_status, NEW.at, the_case.chain);
  IF theirs.webhook_url IS NOT NULL THEN
    PERFORM queue_delivery(theirs.department_id, NEW.cursor);
  END IF;
  RETURN NULL;
END $$;

-- A trigger, so that no path to an event can forget it, not even that of a node of an older release. At the commit: there
-- nobody waits any more for a row while he holds the lock.
CREATE CONSTRAINT TRIGGER case_event_told AFTER INSERT ON case_event
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION tell_department();
