-- works-with: 0015
-- An entry of an inbox, and its call where the department has an address.
CREATE FUNCTION enter_inbox(of_department text, happened case_event, kind text, case_no text, item_slug text, chain jsonb)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO inbox_entry (cursor, department_id, case_cursor, ordinal, kind, case_no, item_slug, status, at, chain)
  VALUES (nextval('inbox_cursor'), of_department, happened.cursor, happened.ordinal, kind, case_no, item_slug,
    happened.to_status, happened.at, chain);
  IF (SELECT webhook_url FROM department WHERE department_id = of_department) IS NOT NULL THEN
    PERFORM queue_delivery(of_department, happened.cursor);
  END IF;
END $$;

-- As in 0013, and of the one month in which the case lies. What was handed over (转办) lies with the department of that unit, and with nobody else: the act names the department (facts.departmentId), an
-- older node's only the unit. Where nobody is plugged in as that unit, it is the desk's, and its item does not bring it back.
CREATE OR REPLACE FUNCTION tell_department() RETURNS trigger LANGUAGE plpgsql SET plan_cache_mode = force_custom_plan AS $$
DECLARE
  the_case record;
  named    text;
  wanted   text;
  present  text;
  is_new   boolean := false;
BEGIN
  -- Until the commit: whoever reads an inbox, or gives an item to a department, waits for it (platform/departments/inbox-lock.ts).
  PERFORM pg_advisory_xact_lock_shared(7020003);
  -- Rows of departments are never deleted: without one nothing lies with anybody.
  IF NOT EXISTS (SELECT 1 FROM department) THEN RETURN NULL; END IF;
  SELECT c.case_no, c.handed_to, a.item_slug, a.chain INTO the_case
    FROM case_record c JOIN application a USING (application_id, revision)
    WHERE c.cursor = NEW.cursor AND c.application_id = NEW.application_id;
  IF NOT FOUND THEN RETURN NULL; END IF;
  IF the_case.handed_to IS NULL THEN
    SELECT department_id INTO wanted FROM department_item WHERE item_slug = the_case.item_slug;
  ELSE
    named := NEW.facts ->> 'departmentId';
    SELECT department_id INTO wanted FROM department
      WHERE revoked_at IS NULL AND (department_id = named OR name ->> 'zh' = the_case.handed_to)
      ORDER BY department_id IS NOT DISTINCT FROM named DESC, department_id LIMIT 1;
  END IF;
  SELECT department_id INTO present FROM case_dispatch WHERE cursor = NEW.cursor;
  IF NEW.verb = 'hand-over' AND present IS DISTINCT FROM wanted THEN
    -- Who gives it away is told so; to the other one, all of it is new.
    IF present IS NOT NULL THEN
      PERFORM enter_inbox(present, NEW, 'changed', the_case.case_no, the_case.item_slug, the_case.chain);
    END IF;
    IF wanted IS NULL THEN
      DELETE FROM case_dispatch WHERE cursor = NEW.cursor;
      RETURN NULL;
    END IF;
    is_new := true;
  ELSIF wanted IS NOT NULL THEN
    -- What lies with nobody, or with a department that is gone, comes to whoever decides it now; nothing else moves.
    is_new := present IS NULL
      OR (present <> wanted AND (SELECT revoked_at FROM department WHERE department_id = present) IS NOT NULL);
  END IF;
  IF is_new THEN
    INSERT INTO case_dispatch (cursor, department_id, dispatched_at) VALUES (NEW.cursor, wanted, NEW.at)
      ON CONFLICT (cursor) DO UPDATE SET department_id = EXCLUDED.department_id, dispatched_at = EXCLUDED.dispatched_at;
    present := wanted;
  END IF;
  IF present IS NULL THEN RETURN NULL; END IF;
  PERFORM enter_inbox(present, NEW,
    CASE
      WHEN is_new THEN 'new'
      -- Asked for, and given in time: the line was late, and not the applicant.
      WHEN NEW.verb = 'correct-in-time' THEN 'resubmitted'
      WHEN NEW.revision IS NOT NULL AND NEW.from_status = '06' THEN 'resubmitted'
      WHEN NEW.revision IS NOT NULL THEN 'revised'
      WHEN NEW.to_status = '14' THEN 'withdrawn'
      WHEN NEW.from_status IN ('07', '10', '13', '14', '15') AND NEW.to_status NOT IN ('07', '10', '13', '14', '15')
        THEN 'reopened'
      ELSE 'changed'
    END,
    the_case.case_no, the_case.item_slug, the_case.chain);
  RETURN NULL;
END $$;
